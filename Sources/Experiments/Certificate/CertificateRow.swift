/// One line of the certificate: a thing that could differ, and whether it does.
public struct CertificateRow: Codable, Sendable {
  /// What is compared with each other, for example `hash of the content seen`.
  public var what: String
  /// The value in every arm, in the order of the arms.
  public var values: [String]
  /// Whether all values are equal.
  public var equal: Bool
  /// True for a difference that was asked for (the swap itself, the objective, …).
  public var declared: Bool
  /// Why, or what it means.
  public var note: String

  /// What a reader must know of a row before the values.
  public enum Standing { case equal, declared, undeclared }

  /// Whether all are equal, and if not, whether that was said.
  public var standing: Standing { equal ? .equal : declared ? .declared : .undeclared }

  /// Creates a line for any number of arms.
  public init(what: String, values: [String], equal: Bool, declared: Bool = false, note: String = "") {
    self.what = what
    self.values = values
    self.equal = equal
    self.declared = declared
    self.note = note
  }

  /// Creates a line for two arms.
  public init(
    what: String, left: String, right: String, equal: Bool, declared: Bool = false, note: String = ""
  ) {
    self.init(what: what, values: [left, right], equal: equal, declared: declared, note: note)
  }
}
