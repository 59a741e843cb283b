/// One thing that is wrong in a descriptor, a recipe or an edit, as data; the wording is in `description`.
public struct Problem: Sendable, Equatable, CustomStringConvertible {
  /// The path in the tree, such as `blocks.3.attention.heads`; empty for the whole.
  public var path: String
  /// What stood there.
  public var found: String?
  /// What may stand there.
  public var allowed: String?
  /// Why it cannot be accepted.
  public var reason: String
  /// The nearest thing that would be accepted.
  public var nearest: String?
  /// Where it was written.
  public var place: SourcePlace?

  /// A problem at a path.
  public init(
    path: String, found: String? = nil, allowed: String? = nil, reason: String, nearest: String? = nil,
    place: SourcePlace? = nil
  ) {
    self.path = path
    self.found = found
    self.allowed = allowed
    self.reason = reason
    self.nearest = nearest
    self.place = place
  }

  /// `place: path: reason; found …; allowed: …; did you mean …?`
  public var description: String {
    var parts = [reason]
    if let found { parts.append("found \(found)") }
    if let allowed { parts.append("allowed: \(allowed)") }
    if let nearest { parts.append("did you mean \(nearest)?") }
    let start = [place?.description, path.isEmpty ? nil : path].compactMap { $0 }.map { $0 + ": " }
    return start.joined() + parts.joined(separator: "; ")
  }
}

extension [Problem] {
  /// The same problem in every block, written in one place, as one problem: `blocks.*.norm`.
  ///
  /// - Complexity: quadratic in the number of problems.
  public func collapsed() -> [Problem] {
    var kept: [Problem] = []
    for problem in self {
      var pattern = problem
      pattern.path = Self.pattern(problem.path)
      let twin = kept.firstIndex { known in
        var other = known
        other.path = Self.pattern(known.path)
        return known.place != nil && other == pattern
      }
      if let twin {
        if kept[twin].path != problem.path { kept[twin].path = pattern.path }
      } else {
        kept.append(problem)
      }
    }
    return kept
  }

  private static func pattern(_ path: String) -> String {
    path.split(separator: ".").map { Int($0) == nil ? String($0) : "*" }.joined(separator: ".")
  }
}

/// Settings that cannot be accepted, with every problem that was found.
public struct SettingsError: Error, Equatable, CustomStringConvertible {
  /// What was read: a preset's name or a file's path.
  public let title: String
  /// What is wrong with it: never empty.
  public let problems: [Problem]

  /// An error with all its problems.
  public init(title: String, problems: [Problem]) {
    self.title = title
    self.problems = problems
  }

  public var description: String {
    let count = problems.count == 1 ? "1 problem" : "\(problems.count) problems"
    return (["\(title): \(count)"] + problems.map { "  \($0)" }).joined(separator: "\n")
  }
}
