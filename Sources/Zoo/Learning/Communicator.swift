/// The processes that train one model together, each with a fraction of every step's batches.
///
/// Every call is made by all of them, in the same order; each returns when it is done on all. At a fixed number of
/// processes results have the same bits on all of them and in every run.
public protocol Communicator {
  /// Which process this is, counted from 0. Process 0 writes files.
  var rank: Int { get }
  /// How many there are.
  var size: Int { get }
  /// Replaces values by their sum over all processes, added in the order of ranks.
  ///
  /// - Throws: what the transport throws, such as when a process was lost.
  func sum(_ values: inout [Float]) throws
  /// As above, in double precision.
  func sum(_ values: inout [Double]) throws
  /// Replaces values by those of process 0.
  ///
  /// - Throws: as `sum`.
  func broadcast(_ values: inout [Float]) throws
  /// Ends the common work, for this process cannot continue: every call of the others that waits for it, now or later,
  /// throws a `CommunicatorError` that names it. Calls to which all have come are still completed. The first process
  /// that gives up counts.
  func giveUp(_ reason: String)
}

/// The common work of several processes has ended, for one of them gave up.
public struct CommunicatorError: Error, Equatable, CustomStringConvertible {
  /// The process that gave up, counted from 0.
  public let rank: Int
  /// Why it did.
  public let reason: String

  /// `rank` gave up.
  public init(rank: Int, reason: String) {
    self.rank = rank
    self.reason = reason
  }

  public var description: String { "process \(rank) gave up: \(reason)" }
}

extension Communicator {
  /// Whether a condition, such as a request to stop, is true in any process: all get the same answer.
  ///
  /// - Throws: as `sum`.
  public func any(_ asks: Bool) throws -> Bool {
    guard size > 1 else { return asks }
    var votes = [asks ? 1.0 : 0.0]
    try sum(&votes)
    return votes[0] > 0
  }

  /// The number of process 0, which may be one that only it can know, such as a measured time.
  ///
  /// - Throws: as `sum`.
  public func first(_ value: Double) throws -> Double {
    guard size > 1 else { return value }
    var values = [rank == 0 ? value : 0]
    try sum(&values)
    return values[0]
  }

  /// Does this process's part of common work. Where that throws, the others are told and end as well.
  ///
  /// - Throws: what `work` throws.
  public func sharing<Result>(_ work: () throws -> Result) throws -> Result {
    do { return try work() } catch {
      giveUp(after: error)
      throw error
    }
  }

  /// Tells the others of an error, unless it is one of theirs.
  public func giveUp(after error: any Error) {
    if !(error is CommunicatorError) { giveUp("\(error)") }
  }
}

/// One process, which has nothing to exchange.
public struct SingleProcess: Communicator {
  public let rank = 0
  public let size = 1

  /// The only process.
  public init() {}

  public func sum(_ values: inout [Float]) {}
  public func sum(_ values: inout [Double]) {}
  public func broadcast(_ values: inout [Float]) {}
  public func giveUp(_ reason: String) {}
}
