/// The processes that train one model together, each with a share of every step's batches.
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
}

extension Communicator {
  /// Whether any of the processes asks for something, such as to stop: all get the same answer.
  ///
  /// - Throws: as `sum`.
  public func any(_ asks: Bool) throws -> Bool {
    guard size > 1 else { return asks }
    var votes = [asks ? 1.0 : 0.0]
    try sum(&votes)
    return votes[0] > 0
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
}
