import Settings
import Tensors
import TestSupport
import Testing
import Transformer
import Zoo

/// What holds for every model, whatever it is made of.
@Suite struct PropertyTests {
  static let time = 12
  static let documents: [Int32] = [3, 3, 3, 3, 3, 8, 8, 8, 8, 1, 1, 1]

  /// Which positions can reach which through all layers, by the masks, windows and documents.
  static func reach(_ model: any LanguageModel) -> [[Bool]] {
    var reach = (0..<time).map { i in (0..<time).map { $0 == i } }
    for window in model.windows.map({ $0 ?? time }) {
      reach = (0..<time).map { query in
        let keys = model.mask.visible(query: query, time: time).filter { key in
          abs(key - query) < window
            && (!model.mask.withinDocuments || documents[key] == documents[query])
        }
        return (0..<time).map { source in keys.contains { reach[$0][source] } }
      }
    }
    return reach
  }

  /// Changing a token changes nothing, to the bit, where it must not be seen, and something wherever it may.
  @Test(arguments: ModelFixture.tiny) func aPositionSeesWhatItMayAndNothingElse(_ preset: String) throws {
    let descriptor = try ModelFixture.descriptor(preset)
    let (model, context) = try ModelFixture.build(descriptor)
    let reach = Self.reach(model)
    let tokens = ModelFixture.batch(rows: 2, time: Self.time, documents: Self.documents + Self.documents)
    let before = try ModelFixture.hidden(model, tokens, context)
    for source in 0..<Self.time {
      var changed = tokens
      changed.ids[source] = 5 + (changed.ids[source] - 4) % 32
      let after = try ModelFixture.hidden(model, changed, context)
      for position in 0..<2 * Self.time {
        let isSeen = position < Self.time && reach[position][source]
        #expect(
          sameBits(before[position], after[position]) != isSeen,
          "preset \(preset), token \(source) changed, position \(position)")
      }
    }
  }

  @Test(arguments: ModelFixture.tiny) func aSequenceDoesNotDependOnItsNeighbours(_ preset: String) throws {
    let (model, context) = try ModelFixture.build(try ModelFixture.descriptor(preset))
    let three = ModelFixture.batch(rows: 3, time: 9)
    let alone = TokenBatch(ids: Array(three.ids[9..<18]), batch: 1, time: 9)
    let together = try ModelFixture.hidden(model, three, context)
    for (one, other) in zip(try ModelFixture.hidden(model, alone, context), together[9..<18]) {
      #expect(distance(one, other) < 1e-5, "preset \(preset)")
    }
  }

  @Test(arguments: ModelFixture.tiny) func threadsChangeNoBit(_ preset: String) throws {
    let descriptor = try ModelFixture.descriptor(preset)
    var seen: [[[Float]]] = []
    for threads in [1, 2, 3] {
      let (model, context) = try ModelFixture.build(descriptor, threads: threads, trains: true)
      guard descriptor.settings[ModelSettings.head].type != "none" else {
        seen.append(try ModelFixture.hidden(model, ModelFixture.batch(rows: 2, time: 7), context))
        continue
      }
      try Self.trainingPass(model, context, step: 3)
      seen.append(model.parameters.all.map { Self.gradient($0, context) })
    }
    #expect(seen[0].contains { $0.contains { $0 != 0 } })
    for other in seen.dropFirst() {
      #expect(zip(seen[0], other).allSatisfy(sameBits), "preset \(preset)")
    }
  }

  @Test(arguments: ModelFixture.tiny) func everyParameterGetsAGradient(_ preset: String) throws {
    let descriptor = try ModelFixture.descriptor(preset)
    guard descriptor.settings[ModelSettings.head].type != "none" else { return }
    let (model, context) = try ModelFixture.build(descriptor, trains: true)
    try Self.trainingPass(model, context, step: 0)
    let untouched = model.parameters.all.filter { $0.tensor.node?.isWritten != true }.map(\.name)
    #expect(untouched.filter { !$0.hasPrefix("pooler.") } == [], "preset \(preset)")
    for parameter in model.parameters.all where !parameter.name.hasPrefix("pooler.") {
      #expect(Self.gradient(parameter, context).contains { $0 != 0 }, "preset \(preset), \(parameter.name)")
    }
  }

  /// What the dry device foretells is what the processor then does: parameters, FLOPs and memory.
  @Test(arguments: ModelFixture.tiny) func dryEqualsReal(_ preset: String) throws {
    let descriptor = try ModelFixture.descriptor(preset)
    var figures: [[Int]] = []
    for dry in [true, false] {
      let (model, context) = try ModelFixture.build(descriptor, threads: 2, dry: dry, trains: true)
      let built = context.device.arena.peak
      if descriptor.settings[ModelSettings.head].type != "none" {
        try Self.trainingPass(model, context, step: 0)
      } else {
        _ = try model.hidden(ModelFixture.batch(rows: 2, time: 7), .inference(context))
      }
      let arena = context.device.arena
      figures.append(
        [model.parameters.count, Int(context.device.matrixFlops), built, arena.peak, arena.live]
          + arena.kindsAtPeak)
    }
    #expect(figures[0] == figures[1], "preset \(preset)")
    #expect(figures[0].prefix(4).allSatisfy { $0 > 0 })
  }

  @Test func withoutPositionsAnEncoderIsBlindToOrder() throws {
    let order = [3, 1, 4, 0, 5, 9, 2, 6, 8, 7, 11, 10]
    for (sets, isBlind) in [([], true), (["position=learned"], false), (["position=rotary"], false)] {
      let (model, context) = try ModelFixture.build(try ModelFixture.descriptor("tiny/nope", sets: sets))
      let tokens = ModelFixture.batch(rows: 1, time: 12)
      let permuted = TokenBatch(ids: order.map { tokens.ids[$0] }, batch: 1, time: 12)
      let straight = try ModelFixture.hidden(model, tokens, context)
      let mixed = try ModelFixture.hidden(model, permuted, context)
      let largest = order.indices.map { distance(mixed[$0], straight[order[$0]]) }.max() ?? .infinity
      #expect((largest < 1e-5) == isBlind, "\(sets): \(largest)")
    }
  }

  @Test func dropoutDependsOnTheStepAndSleepsOutsideTraining() throws {
    let descriptor = try ModelFixture.descriptor("tiny/dropout")
    let (model, context) = try ModelFixture.build(descriptor, trains: true)
    let tokens = ModelFixture.batch(rows: 2, time: 9)
    func values(_ pass: Pass) throws -> [Float] { try model.hidden(tokens, pass).values() }
    let (first, second) = (try values(.training(context, step: 1)), try values(.training(context, step: 2)))
    #expect(sameBits(first, try values(.training(context, step: 1))))
    #expect(!sameBits(first, second))
    let plain = try values(.inference(context))
    #expect(sameBits(plain, try values(.inference(context))))
    #expect(!sameBits(first, plain))
  }

  static func trainingPass(_ model: any LanguageModel, _ context: Context, step: Int) throws {
    let pass = Pass.training(context, step: step)
    let result = try task(model, pass)
    try pass.tape?.backward(from: result.loss, in: context)
  }

  /// The same task's loss in double precision.
  static func loss(_ model: any LanguageModel, _ context: Context, step: Int) throws -> Double {
    let losses = try task(model, .training(context, step: step)).losses.values()
    return losses.reduce(0) { $0 + Double($1) } / Double(losses.count)
  }

  private static func task(_ model: any LanguageModel, _ pass: Pass) throws -> LossResult {
    let tokens = ModelFixture.batch(rows: 2, time: 12, documents: documents + documents)
    let positions: [Int32] = [0, 2, 3, 7, 11, 12, 14, 20, 23]
    return try model.loss(
      tokens, at: positions, targets: positions.map { 5 + $0 % 30 }, lossWeight: 1, pass)
  }

  static func gradient(_ parameter: Parameter, _ context: Context) -> [Float] {
    guard let buffer = parameter.tensor.node?.persistent else { return [] }
    return Tensor(shape: parameter.tensor.shape, buffer: buffer, node: nil).values()
  }
}
