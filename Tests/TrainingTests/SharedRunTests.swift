import Foundation
import Installed
import Kernels
import Settings
import Synchronization
import Tensors
import TestSupport
import Testing
import Text
import Transformer
import Zoo

@testable import Training

/// The next token, until a batch comes that it refuses.
private final class FailingObjective: Objective {
  private let inner = CausalLM()
  private let left: Mutex<Int>
  init(after batches: Int) { left = Mutex(batches) }

  let name = "failing"
  let unit = "nats"
  let lookAhead = 0
  let isLikelihood = true
  let predicts = Prediction.next
  let startsWithToken = true
  func predictions(context: Int) -> Int { context }
  func prepare(_ windows: WindowBatch, vocabulary: Vocabulary, key: PhiloxKey) throws -> Example {
    let fails = left.withLock { left in
      left -= 1
      return left < 0
    }
    if fails { throw TextError(place: "batch", reason: "it cannot be read", suggestion: "repair it") }
    return try inner.prepare(windows, vocabulary: vocabulary, key: key)
  }
  func refusal(under mask: any Mask) -> String? { nil }
}

/// Runs of several ranks: one folder, written by the first.
@Suite struct SharedRunTests {
  private static let settings = ["steps=8", "evaluateEvery=4", "checkpointEvery=3"]

  /// What a rank came to.
  private struct Outcome: Sendable, Equatable {
    var status: RunRecord.Status
    var weights: [[Float]]
    var step: Int
    var best: Int?
    var saved = 0
  }

  private static func train(_ run: TrainingRun, _ events: RunEvents = RunEvents()) throws -> Outcome {
    var (events, saved) = (events, 0)
    events.onEvent { if case .saved = $0 { saved += 1 } }
    let status = try run.train(events)
    return Outcome(
      status: status, weights: run.trainer.model.parameters.all.map { $0.tensor.values() },
      step: run.trainer.state.step, best: run.trainer.state.bestStep, saved: saved)
  }

  /// All ranks begin a run in one folder and train.
  private static func begin(
    _ ranks: Int, in folder: RunFolder, _ preset: String = "tiny/gpt", accumulation: Int = 1,
    events: @escaping @Sendable (Int) -> RunEvents = { _ in RunEvents() }
  ) throws -> [Outcome] {
    try Ranks.run(ranks) { communicator in
      let trainer = try TrainingBench().trainer(
        preset, settings + ["accumulation=\(accumulation)"], communicator: communicator)
      let run = try TrainingRun(trainer, in: folder, version: "test")
      return try train(run, events(communicator.rank))
    }.map { try $0.get() }
  }

  /// All ranks continue from the newest checkpoint.
  private static func resume(_ ranks: Int, _ folder: RunFolder) throws -> [Outcome] {
    try Ranks.run(ranks) { communicator in
      let bench = try TrainingBench()
      let trainer = try Trainer.resume(
        try folder.newestCheckpoint(registry: bench.registry), record: try RunRecord.read(folder),
        registry: bench.registry, communicator: communicator, source: { _ in bench.source },
        makeContext: { try Context.tested(threads: 1, seed: $0.seed) })
      return try train(try TrainingRun(resuming: trainer, in: folder))
    }.map { try $0.get() }
  }

  /// An empty folder.
  private static func folder(_ name: String, in root: URL) throws -> RunFolder {
    let url = root.appending(path: name)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    return RunFolder(url)
  }

  private static func rows(_ folder: RunFolder) throws -> [[String: MetricsValue]] {
    try MetricsLog.read(folder.metrics).map { row in
      row.filter { !["seconds", "tokensPerSecond", "time"].contains($0.key) }
    }
  }

  @Test(arguments: ["tiny/gpt", "tiny/bert", "tiny/dropout"])
  func itIsTheRunOfOneProcessThatAccumulates(_ preset: String) throws {
    try withTemporaryFolder { root in
      func folder(_ name: String) -> RunFolder { RunFolder(root.appending(path: name)) }
      for name in ["pair", "again", "alone"] { _ = try Self.folder(name, in: root) }
      let pair = try Self.begin(2, in: folder("pair"), preset)
      #expect(pair[0].weights == pair[1].weights && pair[0].best == pair[1].best)
      #expect(pair.map(\.status) == [.finished, .finished] && pair.map(\.step) == [8, 8])
      #expect(pair[0].saved > 0 && pair[1].saved == 0)
      #expect(try Self.begin(2, in: folder("again"), preset) == pair)
      #expect(try Self.rows(folder("again")) == Self.rows(folder("pair")))

      _ = try Self.begin(1, in: folder("alone"), preset, accumulation: 2)
      let (shared, alone) = (try Self.rows(folder("pair")), try Self.rows(folder("alone")))
      #expect(shared.count == alone.count && shared.count == 8 + 3)
      for (one, other) in zip(shared, alone) {
        #expect(Set(one.keys) == Set(other.keys))
        for (key, value) in one {
          switch (value, other[key]) {
          case (.number(let one), .number(let other)?):
            #expect(abs(one - other) <= 1e-4 * abs(other), "\(key)")
          default: #expect(value == other[key], "\(key)")
          }
        }
      }
      let (record, single) = (try RunRecord.read(folder("pair")), try RunRecord.read(folder("alone")))
      #expect(record.status == .finished && record.state.tokens == single.state.tokens)
      #expect(record.state.contentHash == single.state.contentHash)
      let registry = try Registry.standard()
      let checkpoint = try folder("pair").newestCheckpoint(registry: registry)
      let descriptor = try registry.descriptor(of: checkpoint)
      let model = try registry.build(
        descriptor, in: try Context.tested(threads: 1), trains: false, source: checkpoint)
      #expect(model.parameters.all.map { $0.tensor.values() } == pair[0].weights)
    }
  }

  /// One rank is asked to stop, in either way: all do, and continue to the same bits.
  @Test(arguments: [0, 1], [false, true]) func oneThatIsAskedStopsAll(_ rank: Int, interrupts: Bool) throws {
    try withTemporaryFolder { root in
      let (whole, parts) = (
        try Self.folder("whole", in: root), try Self.folder("parts", in: root)
      )
      let uninterrupted = try Self.begin(2, in: whole)
      let stopped = try Self.begin(2, in: parts) { own in
        var events = RunEvents()
        let asked = Mutex(0)
        let asks: () -> Bool = {
          asked.withLock { asked in
            asked += 1
            return own == rank && asked > 5
          }
        }
        if interrupts { events.shouldInterrupt = asks } else { events.shouldStop = asks }
        return events
      }
      #expect(stopped.map(\.status) == [.stopped, .stopped] && stopped.map(\.step) == [5, 5])
      #expect(try RunRecord.read(parts).status == .stopped)
      let resumed = try Self.resume(2, parts)
      #expect(resumed.map(\.status) == [.finished, .finished])
      #expect(resumed.map(\.weights) == uninterrupted.map(\.weights))
      #expect(try Self.rows(parts) == Self.rows(whole))
    }
  }

  /// An error in one rank ends the other, and what was trained before it stands.
  @Test(arguments: [0, 1]) func anErrorInOneRankEndsAll(_ rank: Int) throws {
    try withTemporaryFolder { root in
      let folder = try Self.folder("run", in: root)
      let outcomes = try Ranks.run(2) { communicator in
        var registry = try Registry.standard()
        // Its evaluation windows are as many batches, and five steps follow.
        let batches = communicator.rank == rank ? 2 + 5 : .max
        try registry.add("failing", to: .objective, summary: "fails") { _ in FailingObjective(after: batches)
        }
        let trainer = try TrainingBench(registry: registry).trainer(
          "tiny/gpt", Self.settings + ["objective=failing"], communicator: communicator)
        return try Self.train(try TrainingRun(trainer, in: folder, version: "test"))
      }
      let errors = outcomes.map { outcome -> any Error in
        if case .failure(let error) = outcome { error } else { Interruption() }
      }
      #expect(errors[rank] is TextError, "\(errors[rank])")
      let told = try #require(errors[1 - rank] as? CommunicatorError, "\(errors[1 - rank])")
      #expect(told.rank == rank && told.reason.contains("it cannot be read"))
      let record = try RunRecord.read(folder)
      #expect(record.status == .failed && record.state.step == 5)
      // The first process writes the state before the failed step where the other one failed; step 4 was the best.
      #expect(folder.allCheckpoints().last?.step == (rank == 1 ? 5 : 4))
      #expect(!RunLock.isHeld(in: folder.url))
    }
  }

  /// A rank that cannot begin ends those that wait for it.
  @Test func anErrorBeforeTheFirstStepEndsAll() throws {
    try withTemporaryFolder { root in
      let folder = try Self.folder("run", in: root)
      func told(_ outcome: Result<Outcome, any Error>, _ rank: Int, _ words: String) {
        let error = #expect(throws: CommunicatorError.self) { _ = try outcome.get() }
        #expect(error?.rank == rank && error?.reason.contains(words) == true, "\(error?.reason ?? "")")
      }
      // A trainer that cannot be made.
      let made = try Ranks.run(2) { communicator in
        let trainer = try TrainingBench().trainer(
          "tiny/gpt", Self.settings, model: communicator.rank == 1 ? ["context=9000"] : [],
          communicator: communicator)
        return try Self.train(try TrainingRun(trainer, in: folder, version: "test"))
      }
      told(made[0], 1, "too few for one window")
      // Ranks of different runs.
      let differing = try Ranks.run(2) { communicator in
        let trainer = try TrainingBench().trainer(
          "tiny/gpt", ["steps=\(8 + communicator.rank)"], communicator: communicator)
        return try Self.train(try TrainingRun(trainer, in: folder, version: "test"))
      }
      told(differing[0], 1, "it is at step 0 of 9, and process 0 at step 0 of 8")
      // A folder that is in use.
      try withExtendedLifetime(try RunLock.acquire(in: folder.url)) {
        let locked = try Ranks.run(2) { communicator in
          let trainer = try TrainingBench().trainer("tiny/gpt", Self.settings, communicator: communicator)
          return try Self.train(try TrainingRun(trainer, in: folder, version: "test"))
        }
        #expect(throws: TrainerError.self) { _ = try locked[0].get() }
        told(locked[1], 0, folder.url.lastPathComponent)
      }
    }
  }

  /// A budget is that of all ranks together, and a measured one comes to the same steps in each.
  @Test(arguments: ["tokens=600", "minutes=0.02"]) func ranksAgreeOnTheirSteps(_ budget: String) throws {
    func steps(_ ranks: Int) throws -> [Int] {
      try Ranks.run(ranks) { communicator in
        let bench = try TrainingBench()
        let open = try bench.trainer("tiny/gpt")
        let recipe = try Recipe.load(
          nil, sets: ["batch=3", "evaluationWindows=2", budget], registry: bench.registry)
        return try Trainer.prepare(
          open.descriptor, recipe, open.data, registry: bench.registry, communicator: communicator
        ) { try Context.tested(threads: 1, seed: 1) }.trainer.state.totalSteps
      }.map { try $0.get() }
    }
    let pair = try steps(2)
    #expect(pair[0] == pair[1] && pair[0] > 0)
    if budget.hasPrefix("tokens") { #expect(try steps(1)[0] / 2 == pair[0]) }
  }
}
