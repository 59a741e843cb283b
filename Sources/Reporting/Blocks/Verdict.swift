/// A conclusion from a comparison, or one that must not be drawn.
public struct Verdict: Codable, Sendable, Equatable {
  /// The statement, one sentence.
  public var statement: String
  /// Numbers with their intervals, as written.
  public var numbers: String
  /// Whether the two sides may be compared.
  public var comparable: Bool
  /// Why they may or must not: what is equal, or what differs.
  public var because: String

  /// A verdict.
  public init(statement: String, numbers: String, comparable: Bool, because: String) {
    self.statement = statement
    self.numbers = numbers
    self.comparable = comparable
    self.because = because
  }
}
