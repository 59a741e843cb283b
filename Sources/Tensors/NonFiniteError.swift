import Foundation
import Kernels

/// An operation gave NaN or an infinity.
public struct NonFiniteError: Error, CustomStringConvertible, Equatable {
  /// The operation, such as `linear` or `linear.backward`.
  public let operation: String
  /// The shape of its result.
  public let shape: Shape
  /// Where in the result the first such value is, counted row by row.
  public let index: Int
  /// The value.
  public let value: String

  public var description: String { "\(operation): \(value) at element \(index) of \(shape)" }
}

extension Buffer {
  /// The first NaN or infinity among the first `count` floats, and where it is; nil where all are finite or no values
  /// are held.
  ///
  /// - Throws: what a transfer from the device throws; nothing on this machine.
  package func firstNonFinite(count: Int) throws -> (index: Int, value: Float)? {
    guard holdsValues else { return nil }
    return try withHostValues(Float.self, 0..<count) { values in
      guard let start = values.baseAddress else { return nil }
      return Kernels.firstNonFinite(start, count: count).map { ($0, values[$0]) }
    }
  }
}

extension Context {
  /// What ``checksValues`` is where nothing else is said: whether `ZOO_CHECK_VALUES` is 1 in the environment.
  package static let checksValuesByDefault = ProcessInfo.processInfo.environment["ZOO_CHECK_VALUES"] == "1"

  /// Refuses a NaN or an infinity in the result of an operation, where ``checksValues`` is set.
  func check(_ buffer: Buffer, _ shape: Shape, of operation: String) throws {
    guard checksValues, let found = try buffer.firstNonFinite(count: shape.count) else { return }
    throw NonFiniteError(operation: operation, shape: shape, index: found.index, value: "\(found.value)")
  }
}
