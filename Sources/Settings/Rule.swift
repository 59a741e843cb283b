/// A combination that cannot work, with a name and a reason, checked in one place.
public struct Rule: Sendable {
  /// The name, as `list` and errors show it.
  public let name: String
  /// Why the combination cannot work.
  public let reason: String
  /// The family of the trees that it is about.
  public let family: String
  /// The problems of a tree that has every setting; empty when it obeys. The rule's name is put before their
  /// reasons; a problem without a reason has the rule's.
  public let check: @Sendable (Resolved) -> [Problem]

  /// A rule about trees of one family, such as architectures. It is run on every one of them, so it asks by
  /// `value(of:)` whether a part has the settings that it is about.
  public init(
    name: String, reason: String, about family: String, check: @escaping @Sendable (Resolved) -> [Problem]
  ) {
    self.name = name
    self.reason = reason
    self.family = family
    self.check = check
  }

  /// What is wrong with a tree by this rule, its name before the reasons.
  func problems(of tree: Resolved) -> [Problem] {
    check(tree).map { problem in
      var named = problem
      named.reason = "\(name): \(problem.reason.isEmpty ? reason : problem.reason)"
      return named
    }
  }
}
