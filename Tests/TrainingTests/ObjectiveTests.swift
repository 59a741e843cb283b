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

@Suite struct ObjectiveTests {
  private let key = RandomStream(seed: 3).key("test")

  private func windows(_ batch: Int, _ length: Int) -> WindowBatch {
    WindowBatch(ids: (0..<Int32(batch * length)).map { 5 + $0 % 90 }, batch: batch, length: length)
  }

  @Test func causalWithAStartTokenMakesEveryContentTokenATarget() throws {
    let example = try CausalLM(start: true).prepare(windows(2, 5), vocabulary: 95, key: key)
    #expect(example.tokens.ids == [SpecialTokens.start, 5, 6, 7, 8, SpecialTokens.start, 10, 11, 12, 13])
    #expect(example.targets == [5, 6, 7, 8, 9, 10, 11, 12, 13, 14])
    #expect(example.positions == Array(0..<10))
  }

  @Test func causalWithoutAStartTokenLooksOneTokenAhead() throws {
    let objective = CausalLM(start: false)
    #expect(objective.lookAhead == 1)
    let example = try objective.prepare(windows(2, 4), vocabulary: 95, key: key)
    #expect(example.tokens.ids == [5, 6, 7, 9, 10, 11])
    #expect(example.targets == [6, 7, 8, 10, 11, 12])
  }

  @Test(arguments: [(0.15, 64, 10), (0.15, 7, 1), (0.001, 10, 1), (1.0, 9, 9), (0.4, 10, 4)])
  func maskedPredictsExactlyTheRoundedShare(rate: Double, length: Int, count: Int) throws {
    let objective = MaskedLM(rate: rate)
    #expect(objective.predictions(context: length) == count)
    let batch = windows(6, length)
    let example = try objective.prepare(batch, vocabulary: 95, key: key)
    for row in 0..<6 {
      let own = example.positions.filter { Int($0) / length == row }
      #expect(own.count == count && Set(own).count == count && own == own.sorted())
    }
    for (position, target) in zip(example.positions, example.targets) {
      #expect(batch.ids[Int(position)] == target)
    }
    // What is not predicted is not touched.
    let predicted = Set(example.positions)
    for index in batch.ids.indices where !predicted.contains(Int32(index)) {
      #expect(example.tokens.ids[index] == batch.ids[index])
    }
  }

  /// As many tokens as the rate says are drawn anew, by their frequency in the batch, and a target says which differ.
  @Test(arguments: [(0.15, 64, 10), (0.001, 10, 1), (1.0, 9, 9)])
  func replacedTokensAreThoseOfTheBatch(rate: Double, length: Int, count: Int) throws {
    let objective = ReplacedTokens(rate: rate)
    // Four tokens in five are of one kind.
    let ids = (0..<6 * length).map { $0.isMultiple(of: 5) ? Int32(7 + $0 % 3) : 50 }
    let batch = WindowBatch(ids: ids, batch: 6, length: length)
    var (replaced, common) = (0, 0)
    for step in 0..<40 {
      let key = RandomStream(seed: 1).key("x", step: step)
      let example = try objective.prepare(batch, vocabulary: 95, key: key)
      #expect(example == (try objective.prepare(batch, vocabulary: 95, key: key)))
      #expect(example.positions == (0..<Int32(ids.count)).map { $0 } && example.tokens.time == length)
      for place in ids.indices {
        #expect((example.tokens.ids[place] != ids[place]) == (example.targets[place] == 1))
        #expect(ids.contains(example.tokens.ids[place]))
      }
      for row in 0..<6 {
        #expect(example.targets[row * length..<(row + 1) * length].reduce(0, +) <= Int32(count))
      }
      replaced += example.targets.reduce(0) { $0 + Int($1) }
      common += zip(example.tokens.ids, example.targets).count { $0 == 50 && $1 == 1 }
    }
    // A rare token becomes the common one with probability 0.8; a common one becomes a rare one with 0.2.
    #expect(replaced > 0 && Double(abs(2 * common - replaced)) < 4 * Double(replaced).squareRoot() + 2)
  }

  /// In a text of long runs of one letter, a letter of another run is found.
  @Test func replacedTokensAreLearnt() throws {
    var numbers = RepeatableRandom(seed: 1)
    let letters = (0..<200).map { _ in String(repeating: numbers.choose(["a", "b", "c", "d"]), count: 60) }
    let text = [UInt8](letters.joined().utf8)
    let source = TextSource(name: "runs", train: text, heldOut: text, startsAtLines: false)
    let trainer = try TrainingBench(source: source).trainer(
      "tiny/discriminator",
      ["objective=replaced-tokens", "steps=200", "batch=16", "optimiser.learningRate=0.01"],
      model: ["initialisation.deviation=0.2"])
    #expect(trainer.objective.findsReplacedTokens)
    while !trainer.isFinished { _ = try trainer.step() }
    // Knowing the number of replaced tokens alone gives 0.35 and more.
    let loss = try trainer.evaluate().loss
    #expect(loss < 0.15, "\(loss)")
  }

  @Test(arguments: [
    ("tiny/discriminator", "masked-lm", "recipe.objective=replaced-tokens"),
    ("tiny/bert", "replaced-tokens", "head=discriminator"), ("tiny/trunk", "masked-lm", "embed"),
  ])
  func aHeadForAnotherObjectiveIsRefused(_ preset: String, _ objective: String, _ advice: String) throws {
    let error = #expect(throws: TrainerError.self) {
      try TrainingBench().trainer(preset, ["objective=\(objective)"])
    }
    #expect(error?.suggestion.contains(advice) == true)
  }

  /// Rows hide evenly spread numbers of tokens, whose sum is the same in every batch.
  @Test(arguments: [(16, 64), (7, 12), (1, 9), (2, 1), (4, 5)])
  func anyOrderHidesFromOneToAll(batch: Int, length: Int) throws {
    let objective = AnyOrderLM()
    let windows = windows(batch, length)
    var seen = Set<Int>()
    var total = 0
    for step in 0..<300 {
      let example = try objective.prepare(
        windows, vocabulary: 95, key: RandomStream(seed: 1).key("x", step: step))
      let counts = (0..<batch).map { row in example.positions.count { Int($0) / length == row } }
      #expect(counts.allSatisfy { (1...length).contains($0) })
      seen.formUnion(counts)
      total = step == 0 ? example.positions.count : total
      #expect(example.positions.count == total)
      #expect(Set(example.positions).count == total && example.positions == example.positions.sorted())
      let hidden = Set(example.positions)
      for place in windows.ids.indices {
        let expected = hidden.contains(Int32(place)) ? SpecialTokens.mask : windows.ids[place]
        #expect(example.tokens.ids[place] == expected)
      }
      #expect(zip(example.positions, example.targets).allSatisfy { windows.ids[Int($0)] == $1 })
    }
    #expect(total == (batch * (length + 1) + 1) / 2 || batch % 2 == 1)
    if batch > 1 { #expect(seen.contains(1) && seen.contains(length)) }
    if batch == 16 { #expect(seen.count > 60) }
  }

  @Test func maskedSplitsAsToldAndDrawsAfreshForEveryKey() throws {
    let objective = MaskedLM(rate: 0.5, maskShare: 0.8, randomShare: 0.1)
    let batch = windows(200, 50)
    let example = try objective.prepare(batch, vocabulary: 95, key: key)
    let seen = example.positions.map { example.tokens.ids[Int($0)] }
    let masked = Double(seen.count { $0 == SpecialTokens.mask }) / Double(seen.count)
    let kept = Double(zip(seen, example.targets).count { $0 == $1 }) / Double(seen.count)
    #expect(abs(masked - 0.8) < 0.02)
    // A random token is the right one once in 90 times.
    #expect(abs(kept - 0.1 - 0.1 / 90) < 0.02)
    #expect(seen.allSatisfy { $0 == SpecialTokens.mask || $0 >= Int32(SpecialTokens.count) })
    #expect(try objective.prepare(batch, vocabulary: 95, key: key) == example)
    let other = RandomStream(seed: 3).key("test", step: 1)
    #expect(try objective.prepare(batch, vocabulary: 95, key: other) != example)
    // Every place is as likely as every other.
    var counts = [Int](repeating: 0, count: 50)
    for position in example.positions { counts[Int(position) % 50] += 1 }
    #expect(counts.allSatisfy { abs(Double($0) - 100) < 40 })
  }

  /// One place earlier only the input moves: it begins with a start token, and what is predicted of a place
  /// is at the same index.
  @Test(arguments: [false, true]) func shiftedTargetsMoveOnlyTheInput(anyOrder: Bool) throws {
    func objective(shift: Bool) -> any Objective {
      anyOrder ? AnyOrderLM(shift: shift) : MaskedLM(rate: 0.4, shift: shift)
    }
    let batch = windows(4, 10)
    let plain = try objective(shift: false).prepare(batch, vocabulary: 95, key: key)
    let shifted = try objective(shift: true).prepare(batch, vocabulary: 95, key: key)
    #expect(objective(shift: true).startsWithToken && objective(shift: true).predicts == .hidden)
    #expect(shifted.positions == plain.positions && shifted.targets == plain.targets)
    for row in 0..<4 {
      let own = plain.tokens.ids[row * 10..<row * 10 + 10]
      #expect(Array(shifted.tokens.ids[row * 10..<row * 10 + 10]) == [SpecialTokens.start] + own.dropLast())
    }
  }

  /// Without anything hidden, one place earlier and from the left side alone: a decoder that learns from some of
  /// its tokens. Under a mask that shows the next token that would be copying.
  @Test func nothingHiddenIsTheNextTokenOfSomePlaces() throws {
    let objective = MaskedLM(rate: 0.3, maskShare: 0, randomShare: 0, shift: true)
    let batch = windows(3, 10)
    let causal = try CausalLM().prepare(batch, vocabulary: 95, key: key)
    let some = try objective.prepare(batch, vocabulary: 95, key: key)
    #expect(objective.predicts == .next && some.tokens == causal.tokens && some.positions.count == 9)
    for (position, target) in zip(some.positions, some.targets) {
      #expect(causal.targets[Int(position)] == target)
    }
    #expect(objective.refusal(under: OneMask(seesFuture: false)) == nil)
    #expect(objective.refusal(under: OneMask(seesFuture: true)) != nil)
    let inPlace = MaskedLM(rate: 0.3, maskShare: 0, randomShare: 0)
    #expect(inPlace.refusal(under: OneMask(seesFuture: false)) != nil)
  }

  @Test func anyOrderMayHideOneEnd() throws {
    let batch = windows(6, 8)
    for (order, expected) in [(HidingOrder.leftToRight, 7), (.rightToLeft, 0)] {
      let example = try AnyOrderLM(order: order).prepare(batch, vocabulary: 95, key: key)
      for row in 0..<6 {
        let own = example.positions.filter { Int($0) / 8 == row }.map { Int($0) % 8 }
        let masks = (0..<8).filter { example.tokens.ids[row * 8 + $0] == SpecialTokens.mask }
        #expect(masks.contains(expected) && masks == Array((masks.first ?? 0)...(masks.last ?? 0)))
        // Only what is beside the tokens in view comes next in the order.
        #expect(own == [order == .leftToRight ? masks.first : masks.last])
      }
    }
  }
}

/// A mask that shows all or the left side.
private struct OneMask: Mask {
  let seesFuture: Bool
  var withinDocuments: Bool { false }
  func visible(query: Int, time: Int) -> Range<Int> { 0..<(seesFuture ? time : query + 1) }
}

@Suite struct ScheduleTests {
  private func rate(_ course: WarmupSchedule.Course, at step: Int) -> Double {
    WarmupSchedule(
      course: course, floor: course == .constant ? 1 : 0.1, warmup: 10, decayShare: 0.2
    ).learningRate(at: step, of: 110, peak: 1)
  }

  @Test(arguments: WarmupSchedule.Course.allCases)
  func risesFromNearZeroToThePeak(course: WarmupSchedule.Course) {
    let rates = (0..<10).map { rate(course, at: $0) }
    for (step, rate) in rates.enumerated() { #expect(abs(rate - Double(step + 1) / 11) < 1e-12) }
    #expect(rate(course, at: 10) == 1)
  }

  @Test func fallsAsItsNameSays() {
    #expect(abs(rate(.cosine, at: 60) - 0.55) < 1e-12)
    #expect(abs(rate(.cosine, at: 110) - 0.1) < 1e-12)
    #expect(abs(rate(.linear, at: 35) - 0.775) < 1e-12)
    #expect(rate(.constant, at: 109) == 1)
    #expect(rate(.warmupStableDecay, at: 88) == 1)
    #expect(abs(rate(.warmupStableDecay, at: 99) - 0.55) < 1e-12)
  }

  /// The report asks any objective, a plugin's as well, in which order it teaches what comes next.
  @Test func anObjectiveSaysWhichOrderItTeaches() throws {
    let registry = try Registry.standard()
    func order(_ text: String) throws -> HidingOrder? {
      let (resolved, _) = registry.catalog.resolve(try Node.parse(text, file: "test"), family: "objective")
      let settings = try #require(resolved)
      return try registry.member(settings.type, of: .objective)(settings).taughtOrder
    }
    #expect(try order("'any-order'") == .random)
    #expect(try order("{ type: 'any-order', order: 'right-to-left' }") == .rightToLeft)
    #expect(try order("{ type: 'any-order', order: 'left-to-right' }") == .leftToRight)
    #expect(try order("'masked-lm'") == nil && order("'causal-lm'") == nil)
  }
}
