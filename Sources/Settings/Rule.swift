/// A combination that cannot work, with a name and a reason, checked in one place.
public struct Rule: Sendable {
  /// The name, as `list` and errors show it.
  public let name: String
  /// Why the combination cannot work.
  public let reason: String
  /// The problems of a tree that has every setting; empty when it obeys.
  public let check: @Sendable (Resolved) -> [Problem]

  /// A rule.
  public init(name: String, reason: String, check: @escaping @Sendable (Resolved) -> [Problem]) {
    self.name = name
    self.reason = reason
    self.check = check
  }
}
