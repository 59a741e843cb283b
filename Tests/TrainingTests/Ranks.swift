import Foundation
import Synchronization
import Testing
import Zoo

/// Processes of a training as threads of this one: each adds its values to a table, and all read the sums in the order
/// of ranks.
private final class Meeting: Sendable {
  private struct Table {
    var values: [[Double]]
    var arrived = 0
    var left = 0
    /// How many exchanges each rank has come to.
    var entered: [Int]
    var failure: CommunicatorError?
  }
  private let table: Mutex<Table>
  private let size: Int

  init(size: Int) {
    self.size = size
    table = Mutex(Table(values: Array(repeating: [], count: size), entered: Array(repeating: 0, count: size)))
  }

  /// What all ranks have brought, once the last one has come.
  func exchange(_ values: [Double], of rank: Int) throws -> [[Double]] {
    let round = table.withLock {
      $0.entered[rank] += 1
      return $0.entered[rank]
    }
    try wait(in: round) { $0.left == 0 }
    table.withLock {
      $0.values[rank] = values
      $0.arrived += 1
    }
    try wait(in: round) { $0.arrived == size }
    return table.withLock {
      $0.left += 1
      let all = $0.values
      if $0.left == size { ($0.arrived, $0.left) = (0, 0) }
      return all
    }
  }

  func giveUp(_ reason: String, rank: Int) {
    table.withLock { $0.failure = $0.failure ?? CommunicatorError(rank: rank, reason: reason) }
  }

  /// Waits until a condition holds; throws where a rank has given up that will not come to this exchange.
  private func wait(in round: Int, until condition: (borrowing Table) -> Bool) throws {
    while true {
      let (holds, failure) = table.withLock { table -> (Bool, CommunicatorError?) in
        (condition(table), table.failure.flatMap { table.entered[$0.rank] < round ? $0 : nil })
      }
      if let failure { throw failure }
      if holds { return }
      usleep(20)
    }
  }
}

private struct Threads: Communicator {
  let rank: Int
  let size: Int
  let meeting: Meeting

  func sum(_ values: inout [Double]) throws {
    let all = try meeting.exchange(values, of: rank)
    for index in values.indices { values[index] = all.reduce(0) { $0 + $1[index] } }
  }
  func sum(_ values: inout [Float]) throws {
    let all = try meeting.exchange(values.map(Double.init), of: rank)
    for index in values.indices { values[index] = all.reduce(0) { $0 + Float($1[index]) } }
  }
  func broadcast(_ values: inout [Float]) throws {
    values = try meeting.exchange(values.map(Double.init), of: rank)[0].map { Float($0) }
  }
  func giveUp(_ reason: String) { meeting.giveUp(reason, rank: rank) }
}

/// Work that several ranks share.
enum Ranks {
  /// Runs `body` in a thread for each rank; what became of it, in the order of ranks.
  ///
  /// - Throws: where a rank has not ended after a minute.
  static func run<Outcome: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (any Communicator) throws -> Outcome
  ) throws -> [Result<Outcome, any Error>] {
    let meeting = Meeting(size: count)
    let outcomes = Mutex<[Int: Result<Outcome, any Error>]>([:])
    let threads = (0..<count).map { rank in
      let thread = Thread {
        let outcome = Result {
          try body(count == 1 ? SingleProcess() : Threads(rank: rank, size: count, meeting: meeting))
        }
        outcomes.withLock { $0[rank] = outcome }
      }
      thread.stackSize = 16 << 20
      thread.start()
      return thread
    }
    let deadline = Date().addingTimeInterval(60)
    while threads.contains(where: { !$0.isFinished }), Date() < deadline { usleep(1000) }
    let found = outcomes.withLock { $0 }
    return try (0..<count).map { try #require(found[$0], "rank \($0) has not ended") }
  }
}
