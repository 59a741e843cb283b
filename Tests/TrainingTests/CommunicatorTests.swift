import Foundation
import Tensors
import Testing
import Zoo

@testable import Training

@Suite struct CommunicatorTests {
  /// What a training on several ranks came to.
  private struct Outcome: Sendable, Equatable {
    var losses: [Double] = []
    var weights: [[Float]] = []
    var hash = ""
    var supervised = 0
    var tokens = 0
    var rates: [Double] = []
  }

  private static func train(_ preset: String, ranks: Int, accumulation: Int) throws -> [Outcome] {
    try Ranks.run(ranks) { communicator in
      let bench = try TrainingBench()
      let trainer = try bench.trainer(
        preset, ["accumulation=\(accumulation)", "steps=4"], communicator: communicator)
      var outcome = Outcome()
      while !trainer.isFinished {
        let report = try trainer.step()
        outcome.losses.append(report.loss)
        outcome.rates.append(report.gradientNorm)
      }
      outcome.losses.append(try trainer.evaluate().loss)
      outcome.weights = trainer.model.parameters.all.map { $0.tensor.values() }
      outcome.supervised = trainer.state.supervisedTokens
      outcome.tokens = trainer.state.tokens
      outcome.hash = trainer.contentHashSoFar
      return outcome
    }.map { try $0.get() }
  }

  /// Two ranks have the same bits, in every run; they train on the batches that one process accumulates.
  @Test(arguments: ["tiny/gpt", "tiny/bert", "tiny/dropout"])
  func ranksAgreeAndAreOneTraining(_ preset: String) throws {
    let pair = try Self.train(preset, ranks: 2, accumulation: 1)
    try #require(pair.count == 2)
    #expect(pair[0] == pair[1])
    #expect(try Self.train(preset, ranks: 2, accumulation: 1) == pair)
    let alone = try Self.train(preset, ranks: 1, accumulation: 2)[0]
    #expect(alone.hash == pair[0].hash)
    #expect(alone.supervised == pair[0].supervised && alone.tokens == pair[0].tokens)
    for (one, two) in zip(alone.losses, pair[0].losses) { #expect(abs(one - two) < 1e-5 * abs(one)) }
  }

  @Test func oneProcessAsksItself() throws {
    let single = SingleProcess()
    #expect(try single.any(true) && !single.any(false))
    var values: [Float] = [1, 2]
    single.sum(&values)
    single.broadcast(&values)
    single.giveUp("nobody else is there")
    #expect(try single.first(3) == 3 && single.any(true))
    #expect(values == [1, 2] && single.rank == 0 && single.size == 1)
  }

  /// One that gives up ends those that wait for it and those that come later; what all had come to is completed.
  @Test func oneThatGivesUpEndsTheOthers() throws {
    let outcomes = try Ranks.run(3) { communicator in
      guard try communicator.first(Double(communicator.rank + 5)) == 5 else { return }
      if communicator.rank == 2 { return communicator.giveUp("no memory") }
      #expect(throws: CommunicatorError(rank: 2, reason: "no memory")) { try communicator.any(true) }
      communicator.giveUp("later")
      var values: [Float] = [1]
      #expect(throws: CommunicatorError(rank: 2, reason: "no memory")) { try communicator.sum(&values) }
      #expect(throws: CommunicatorError(rank: 2, reason: "no memory")) { try communicator.broadcast(&values) }
    }
    for outcome in outcomes { try outcome.get() }
    #expect("\(CommunicatorError(rank: 2, reason: "no memory"))" == "process 2 gave up: no memory")
  }
}
