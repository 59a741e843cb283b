import Foundation
import Synchronization
import Tensors
import Testing
import Zoo

@testable import Training

/// Processes of a training as threads of this one: each adds its values to a table, and all read the sums in the order
/// of ranks.
private final class Meeting: Sendable {
  private struct Table {
    var values: [[Double]]
    var arrived = 0
    var left = 0
  }
  private let table: Mutex<Table>
  private let size: Int

  init(size: Int) {
    self.size = size
    table = Mutex(Table(values: Array(repeating: [], count: size)))
  }

  /// What all ranks have brought, once the last one has come.
  func exchange(_ values: [Double], of rank: Int) -> [[Double]] {
    while !table.withLock({ $0.left == 0 }) { usleep(20) }
    table.withLock {
      $0.values[rank] = values
      $0.arrived += 1
    }
    while !table.withLock({ $0.arrived == size }) { usleep(20) }
    return table.withLock {
      $0.left += 1
      let all = $0.values
      if $0.left == size { ($0.arrived, $0.left) = (0, 0) }
      return all
    }
  }
}

private struct Threads: Communicator {
  let rank: Int
  let size: Int
  let meeting: Meeting

  func sum(_ values: inout [Double]) {
    let all = meeting.exchange(values, of: rank)
    for index in values.indices { values[index] = all.reduce(0) { $0 + $1[index] } }
  }
  func sum(_ values: inout [Float]) {
    let all = meeting.exchange(values.map(Double.init), of: rank)
    for index in values.indices { values[index] = all.reduce(0) { $0 + Float($1[index]) } }
  }
  func broadcast(_ values: inout [Float]) {
    values = meeting.exchange(values.map(Double.init), of: rank)[0].map { Float($0) }
  }
}

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
    let meeting = Meeting(size: ranks)
    let found = Mutex<[Int: Outcome]>([:])
    let failed = Mutex<[String]>([])
    let threads = (0..<ranks).map { rank in
      let thread = Thread {
        do {
          let bench = try TrainingBench()
          let trainer = try bench.trainer(
            preset, ["accumulation=\(accumulation)", "steps=4"],
            communicator: ranks == 1
              ? SingleProcess() : Threads(rank: rank, size: ranks, meeting: meeting))
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
          found.withLock { $0[rank] = outcome }
        } catch { failed.withLock { $0.append("\(error)") } }
      }
      thread.stackSize = 16 << 20
      thread.start()
      return thread
    }
    let deadline = Date().addingTimeInterval(60)
    while threads.contains(where: { !$0.isFinished }), Date() < deadline { usleep(1000) }
    #expect(failed.withLock { $0 }.isEmpty, "\(failed.withLock { $0 })")
    return (0..<ranks).compactMap { rank in found.withLock { $0[rank] } }
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
    #expect(values == [1, 2] && single.rank == 0 && single.size == 1)
  }
}
