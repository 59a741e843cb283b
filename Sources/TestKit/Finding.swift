/// Something that a check of the kit expects, and that does not hold. A check gives a list of them, empty where all is
/// well, so that any test framework can be used:
///
///     let findings = try checks.cachedEqualsUncached()
///     #expect(findings == [])       // swift-testing
///     XCTAssertEqual(findings, [])  // XCTest
public struct Finding: Error, Sendable, Equatable, CustomStringConvertible {
  /// The check, such as `"gradients"`.
  public let check: String
  /// What was found where.
  public let detail: String

  /// A finding of a check.
  public init(_ check: String, _ detail: String) {
    self.check = check
    self.detail = detail
  }

  public var description: String { "\(check): \(detail)" }
}

/// Whether two rows are equal in every bit.
public func sameBits(_ left: [Float], _ right: [Float]) -> Bool {
  left.map(\.bitPattern) == right.map(\.bitPattern)
}

/// The largest difference of two rows; infinite for rows of different lengths and for NaN.
public func distance(_ left: [Float], _ right: [Float]) -> Float {
  guard left.count == right.count else { return .infinity }
  return zip(left, right).reduce(0) {
    let difference = abs($1.0 - $1.1)
    return difference.isNaN ? .infinity : max($0, difference)
  }
}
