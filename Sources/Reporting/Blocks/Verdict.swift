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
  /// The name of the figure of the evaluation that it is about: a report then says which models are better by that
  /// figure, with these numbers and this reason, in one item. Nil: the statement stands for itself.
  public var figure: String?

  /// A verdict.
  public init(statement: String, numbers: String, comparable: Bool, because: String) {
    self.statement = statement
    self.numbers = numbers
    self.comparable = comparable
    self.because = because
  }

  /// The same about a figure of the evaluation.
  package func about(_ figure: String) -> Verdict {
    var verdict = self
    verdict.figure = figure
    return verdict
  }
}
