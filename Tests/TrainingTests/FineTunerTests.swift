import Foundation
import Installed
import Kernels
import Settings
import Tensors
import TestSupport
import Testing
import Text
import Transformer
import Zoo

@testable import Training

/// Tiny models with their initial values, and texts to tune them on.
struct FineTuningBench {
  let registry: Registry
  let descriptor: ModelDescriptor
  let values: ParameterValues
  let startsWithToken: Bool

  init(_ preset: String, sets: [String] = []) throws {
    registry = try Registry.standard()
    let open = try registry.descriptor(
      preset: preset, sets: ["tokenizer=bytes", "context=24"] + sets, from: try Presets.standard())
    descriptor = try registry.descriptor(open, vocabulary: TokenizerPipeline.bytes.vocabularySize)
    startsWithToken = try registry.architecture(descriptor.architecture).kind == .decoder
    let model = try registry.build(descriptor, in: try Context.tested(threads: 1, seed: 5), trains: false)
    values = ParameterValues(model.parameters)
  }

  func tuner(
    _ pooling: Pooling = .mean, rate: Double = 1e-2, seed: UInt64 = 1, epochs: Int = 8, classes: Int = 2,
    frozen: Bool = false, threads: Int = 1
  ) throws -> FineTuner {
    var options = FineTuningOptions()
    (options.epochs, options.batch, options.isFrozen) = (epochs, 8, frozen)
    return try FineTuner(
      descriptor, from: values, classes: classes, options: options,
      at: FineTuningPoint(learningRate: rate, pooling: pooling, seed: seed), registry: registry,
      on: TestDevice.make(threads: threads))
  }

  func encode(
    _ texts: [LabelledText], _ labels: [String] = ["a", "b"], _ form: LabelledTexts.Form = .classification
  ) throws -> [LabelledExample] {
    let encoder = LabelledEncoder(
      TokenizerPipeline.bytes, startsWithToken: startsWithToken, context: descriptor.context, labels: labels)
    return try texts.map { try encoder.encode($0, form) }
  }

  /// Texts of 3 to 20 letters, of which one says the label.
  static func texts(_ count: Int, seed: Int, shuffled: Bool = false) -> [LabelledText] {
    var numbers = RepeatableRandom(seed: seed)
    return (0..<count).map { index in
      let label = index.isMultiple(of: 2) ? "a" : "b"
      var letters = (0..<numbers.integer(3...20)).map { _ in numbers.choose(["k", "l", "m", "n"]) }
      letters[numbers.integer(0...letters.count - 1)] = label
      return LabelledText([letters.joined()], labels: [shuffled ? numbers.choose(["a", "b"]) : label])
    }
  }
}

@Suite struct FineTunerTests {
  private func accuracy(_ tuner: FineTuner, _ examples: [LabelledExample]) throws -> Double {
    let right = zip(try tuner.predictions(examples), examples).count { $0 == $1.targets }
    return Double(right) / Double(examples.count)
  }

  @Test(arguments: [
    ("tiny/gpt", Pooling.last, 1.0), ("tiny/gpt", .mean, 0.95), ("tiny/bert", .first, 1),
    ("tiny/bert", .mean, 1),
  ])
  func aTaskThatCanBeToldIsLearnt(_ preset: String, _ pooling: Pooling, least: Double) throws {
    let bench = try FineTuningBench(preset)
    let tuner = try bench.tuner(pooling, epochs: 16)
    var losses: [Double] = []
    let train = try bench.encode(FineTuningBench.texts(320, seed: 1))
    let last = try #require(try tuner.train(train) { losses.append($1) })
    #expect(losses.count == 16 && losses.last == last && last < losses[0] / 2)
    // From means of a decoder not all: whether the last few are right hangs on last bits, and so on the machine.
    #expect(try accuracy(tuner, try bench.encode(FineTuningBench.texts(100, seed: 2))) >= least)
  }

  /// What cannot be known is not: labels that chance wrote.
  @Test(arguments: ["tiny/gpt", "tiny/bert"])
  func shuffledLabelsStayNearChance(_ preset: String) throws {
    let bench = try FineTuningBench(preset)
    let tuner = try bench.tuner(epochs: 4)
    _ = try tuner.train(try bench.encode(FineTuningBench.texts(160, seed: 1, shuffled: true)))
    let share = try accuracy(tuner, try bench.encode(FineTuningBench.texts(400, seed: 2, shuffled: true)))
    // Four standard deviations of 400 coins.
    #expect(abs(share - 0.5) < 0.1, "\(share)")
  }

  /// Every word by what is in it, whatever stands around it.
  @Test(arguments: ["tiny/gpt", "tiny/bert"])
  func wordsAreTagged(_ preset: String) throws {
    let bench = try FineTuningBench(preset)
    var numbers = RepeatableRandom(seed: 3)
    func texts(_ count: Int) -> [LabelledText] {
      (0..<count).map { _ in
        let words = (0..<numbers.integer(1...7)).map { _ in numbers.choose(["xk", "kx", "kk"]) }
        return LabelledText(
          words.enumerated().map { $0 == 0 ? $1 : " " + $1 }, labels: words.map { $0 == "kk" ? "a" : "b" })
      }
    }
    let (train, test) = (texts(120), texts(60))
    let tuner = try bench.tuner(.mean, epochs: 12)
    _ = try tuner.train(try bench.encode(train, ["a", "b"], .tagging))
    #expect(try accuracy(tuner, try bench.encode(test, ["a", "b"], .tagging)) == 1)
  }

  @Test(arguments: [
    "tiny/gpt", "tiny/bert", "tiny/window-bert", "tiny/documents-bert", "tiny/alibi-symmetric",
  ])
  func aTextAloneHasTheLogitsThatItHasAmongLongerOnes(_ preset: String) throws {
    let bench = try FineTuningBench(preset)
    let examples = try bench.encode(FineTuningBench.texts(12, seed: 4))
    #expect(Set(examples.map(\.ids.count)).count > 4)
    for pooling in Pooling.general {
      let tuner = try bench.tuner(pooling)
      let (tokens, spans) = TokenBatch.padded(examples)
      #expect(tokens.lengths != nil)
      let together = try tuner.network.logits(tokens, spans)
      for (alone, logits) in zip(try examples.map { try tuner.network.logits([$0])[0][0] }, together) {
        for (one, other) in zip(alone, logits) { #expect(abs(one - other) < 1e-5, "\(preset) \(pooling)") }
      }
    }
  }

  /// A padded batch has the gradients of its texts one by one, weighed by their labels.
  @Test(arguments: ["tiny/gpt", "tiny/bert"])
  func paddingChangesNoGradient(_ preset: String) throws {
    let bench = try FineTuningBench(preset)
    let examples = try bench.encode(FineTuningBench.texts(5, seed: 6))
    func gradients(_ batch: [LabelledExample]) throws -> [[Double]] {
      let tuner = try bench.tuner()
      let loss = try #require(try tuner.gradients(batch, step: 0))
      return [[loss]]
        + tuner.model.parameters.all.map { parameter in
          guard let node = parameter.tensor.node, let buffer = node.persistent, node.isWritten else {
            return []
          }
          return Tensor(shape: node.shape, buffer: buffer, node: nil).values().map(Double.init)
        }
    }
    let together = try gradients(examples)
    let apart = try examples.map { try gradients([$0]) }
    #expect(together.count { !$0.isEmpty } > 10)
    for (index, gradient) in together.enumerated() {
      for (place, value) in gradient.enumerated() {
        let mean = apart.reduce(0) { $0 + $1[index][place] } / Double(apart.count)
        #expect(abs(value - mean) < 1e-5)
      }
    }
  }

  @Test func theSameSeedGivesTheSameBitsOnAnyThreads() throws {
    let bench = try FineTuningBench("tiny/dropout")
    let examples = try bench.encode(FineTuningBench.texts(40, seed: 7))
    func bits(seed: UInt64, threads: Int) throws -> [[UInt32]] {
      let tuner = try bench.tuner(seed: seed, epochs: 2, threads: threads)
      _ = try tuner.train(examples)
      return tuner.model.parameters.all.map { $0.tensor.values().map(\.bitPattern) }
    }
    let once = try bits(seed: 1, threads: 1)
    #expect(try bits(seed: 1, threads: 1) == once && bits(seed: 1, threads: 4) == once)
    #expect(try bits(seed: 2, threads: 1) != once)
  }

  /// Two models of one width begin with one head, which is another with another seed; and each with its
  /// values.
  @Test func headsArePairedOverModels() throws {
    let (gpt, bert) = (try FineTuningBench("tiny/gpt"), try FineTuningBench("tiny/bert"))
    func head(_ bench: FineTuningBench, seed: UInt64) throws -> [Float]? {
      try bench.tuner(seed: seed).model.parameters["classifier.weight"]?.tensor.values()
    }
    let one = try #require(try head(gpt, seed: 1))
    #expect(try one == head(bert, seed: 1) && one != head(gpt, seed: 2))
    #expect(one.count == 32 && Set(one).count == 32)
    let model = try gpt.tuner(seed: 8).model
    let again = try gpt.registry.build(
      gpt.descriptor, in: try Context.tested(threads: 1, seed: 5), trains: false)
    for parameter in again.parameters.all {
      #expect(model.parameters[parameter.name]?.tensor.values() == parameter.tensor.values())
    }
  }

  @Test func aFrozenModelStaysAsItIsAndItsHeadLearns() throws {
    let bench = try FineTuningBench("tiny/bert")
    let tuner = try bench.tuner(rate: 0.1, epochs: 10, frozen: true)
    let before = tuner.model.parameters.all.map { $0.tensor.values() }
    let train = try bench.encode(FineTuningBench.texts(80, seed: 1))
    var losses: [Double] = []
    _ = try tuner.train(train) { losses.append($1) }
    #expect(losses[9] < losses[0])
    #expect(tuner.model.parameters.all.map { $0.tensor.values() } == before)
    // Trained whole, every block moves.
    let whole = try bench.tuner(epochs: 1)
    let start = whole.model.parameters["blocks.0.attention.projection.weight"]?.tensor.values()
    _ = try whole.train(train)
    #expect(start != nil)
    #expect(whole.model.parameters["blocks.0.attention.projection.weight"]?.tensor.values() != start)
  }

  @Test func aLossThatIsNoNumberEndsTraining() throws {
    let bench = try FineTuningBench("tiny/gpt")
    let tuner = try bench.tuner(rate: 1e30, epochs: 4)
    #expect(try tuner.train(try bench.encode(FineTuningBench.texts(40, seed: 1))) == nil)
  }
}

@Suite struct LabelledEncoderTests {
  private func encode(
    _ text: LabelledText, _ form: LabelledTexts.Form, start: Bool = true, context: Int = 8
  ) throws -> LabelledExample {
    try LabelledEncoder(
      TokenizerPipeline.bytes, startsWithToken: start, context: context, labels: ["x", "y"]
    )
    .encode(text, form)
  }

  private func bytes(_ text: String) -> [Int32] { TokenizerPipeline.bytes.encode(text) }

  @Test func aTextIsOneSpanBehindTheStart() throws {
    let short = try encode(LabelledText(["abc"], labels: ["y"]), .classification)
    #expect(short.ids == [SpecialTokens.start] + bytes("abc") && short.spans == [1..<4])
    #expect(short.targets == [1] && short.wanted == [1] && !short.isCut && short.segments == nil)
    let long = try encode(LabelledText(["abcdefgh"], labels: ["x"]), .classification)
    #expect(long.ids == [SpecialTokens.start] + bytes("abcdefg") && long.isCut)
    let bare = try encode(LabelledText(["abcdefgh"], labels: ["x"]), .classification, start: false)
    #expect(bare.ids == bytes("abcdefgh") && bare.spans == [0..<8] && !bare.isCut)
  }

  @Test func ofTwoTextsTheLongerIsCut() throws {
    let pair = try encode(LabelledText(["abcdef", "gh"], labels: ["x"]), .pairs)
    #expect(pair.ids == [SpecialTokens.start] + bytes("abcd") + [SpecialTokens.separator] + bytes("gh"))
    #expect(pair.segments == [0, 0, 0, 0, 0, 0, 1, 1] && pair.spans == [1..<8] && pair.isCut)
    let both = try encode(
      LabelledText(["abcdef", "ghijkl"], labels: ["x"]), .pairs, start: false, context: 8)
    #expect(both.ids == bytes("abc") + [SpecialTokens.separator] + bytes("ghij"))
    #expect(try !encode(LabelledText(["abc", "def"], labels: ["x"]), .pairs).isCut)
  }

  @Test func wordsThatDoNotFitHaveNoSpan() throws {
    let words = try encode(LabelledText(["ab", " c", " def"], labels: ["x", "y", "x"]), .tagging)
    #expect(words.ids == [SpecialTokens.start] + bytes("ab c") && words.spans == [1..<3, 3..<5])
    #expect(words.targets == [0, 1] && words.wanted == [0, 1, 0] && words.isCut)
    #expect(throws: TextError.self) {
      try encode(LabelledText(["abcdefghi"], labels: ["x"], place: "f:1"), .tagging)
    }
    #expect(throws: TextError.self) { try encode(LabelledText(["a"], labels: ["z"]), .classification) }
    #expect(throws: TextError.self) { try encode(LabelledText([""], labels: ["x"]), .classification) }
  }

  @Test func poolingTakesItsPartOfASpan() {
    #expect(
      Pooling.allCases.map { $0.range(in: 13..<17, time: 10) } == [
        13..<14, 16..<17, 13..<17, 10..<11, 10..<11,
      ])
    #expect(Pooling.allCases.map { $0.range(in: 3..<4, time: 9) } == [3..<4, 3..<4, 3..<4, 0..<1, 0..<1])
  }

  /// The pooler stands between the first vector and the classifier, and is trained; a model without one is refused.
  @Test func thePoolerIsReadAndTrained() throws {
    let bench = try FineTuningBench("tiny/bert")
    let examples = try bench.encode(FineTuningBench.texts(6, seed: 3))
    let tuner = try bench.tuner(.pooler)
    let (tokens, spans) = TokenBatch.padded(examples)
    _ = try #require(try tuner.gradients(examples, step: 0))
    func pooler(_ model: any LanguageModel) -> [Parameter] {
      model.parameters.all.filter { $0.name.hasPrefix("pooler.") }
    }
    let trained = pooler(tuner.model)
    #expect(trained.count == 2 && trained.allSatisfy { $0.gradient.contains { $0 != 0 } })
    // Plain reference of what it makes of a vector.
    let context = try Context.tested(threads: 1)
    let model = try bench.registry.build(bench.descriptor, in: context, trains: false)
    let values = pooler(model).map { $0.tensor.values().map(Double.init) }
    let width = values[1].count
    let x = (0..<2 * width).map { Float($0 * 7 % 11) / 5 - 1 }
    let own = try #require(model.pooler)
    let y = try own(try context.tensor(x, ["rows": 2, "width": width]), .inference(context)).values()
    for row in 0..<2 {
      for output in 0..<width {
        let sum = (0..<width).reduce(values[1][output]) {
          $0 + Double(x[row * width + $1]) * values[0][output * width + $1]
        }
        #expect(abs(Double(y[row * width + output]) - tanh(sum)) < 1e-5)
      }
    }
    #expect(try tuner.network.logits(tokens, spans) != bench.tuner(.first).network.logits(tokens, spans))
    let error = #expect(throws: ShapeError.self) { try FineTuningBench("tiny/gpt").tuner(.pooler) }
    #expect(error?.actual == "pooler" && error?.expected.contains("mean") == true)
  }
}
