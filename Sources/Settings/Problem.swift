/// One thing that is wrong in a descriptor, a recipe or an edit, as data; the wording is in `description`.
public struct Problem: Sendable, Hashable, CustomStringConvertible {
  /// The path in the tree, such as `blocks.3.attention.heads`; empty for the whole.
  public var path: String
  /// The value that was found.
  public var found: String?
  /// The allowed values.
  public var allowed: String?
  /// Why it cannot be accepted.
  public var reason: String
  /// The nearest valid choice.
  public var nearest: String?
  /// For a path that is no setting's: the paths of the settings that were most likely meant. Nil for other problems.
  package var suggestions: [String]?
  /// Where it was written.
  public var place: SourcePlace?

  /// A problem at a path.
  public init(
    path: String, found: String? = nil, allowed: String? = nil, reason: String = "",
    nearest: String? = nil, suggestions: [String]? = nil, place: SourcePlace? = nil
  ) {
    self.path = path
    self.found = found
    self.allowed = allowed
    self.reason = reason
    self.nearest = nearest
    self.suggestions = suggestions
    self.place = place
  }

  /// `place: path: reason; found …; allowed: …; did you mean …?`, with very long parts shortened.
  public var description: String {
    func cut(_ text: String) -> String {
      text.utf8.count > Self.maxPartBytes ? text.prefix(Self.maxPartBytes / 4) + "…" : text
    }
    var parts = [cut(reason)]
    if let found { parts.append("found \(cut(found))") }
    if let allowed { parts.append("allowed: \(allowed)") }
    let meant = nearest.map { [$0] } ?? suggestions ?? []
    if let last = meant.last {
      let first = meant.dropLast().joined(separator: ", ")
      parts.append("did you mean \(cut(first.isEmpty ? last : "\(first) or \(last)"))?")
    }
    let start = [place?.description, path.isEmpty ? nil : path].compactMap { $0 }.map { cut($0) + ": " }
    return start.joined() + parts.joined(separator: "; ")
  }

  /// The problem as part of a tree whose edits begin with `prefix` on a command line: what it names can be pasted
  /// behind `--set`. A problem with a place in a file stays as it is.
  package func below(_ prefix: String) -> Problem {
    guard place?.isEdit ?? true else { return self }
    var whole = self
    if !path.isEmpty { whole.path = prefix + path }
    whole.suggestions = suggestions?.map { prefix + $0 }
    return whole
  }

  /// Bytes of a part of a description that is shown whole.
  private static let maxPartBytes = 2000
}

extension [Problem] {
  /// Equal problems of all blocks that come from one place, as one problem: `blocks.*.norm`.
  ///
  /// - Complexity: linear in the number of problems.
  public func collapsed() -> [Problem] {
    var kept: [Problem] = []
    var twins: [Problem: Int] = [:]
    for problem in self {
      var pattern = problem
      pattern.path = Self.pattern(problem.path)
      pattern.suggestions = problem.suggestions?.map(Self.pattern)
      if problem.place != nil, let twin = twins[pattern] {
        if kept[twin].path != problem.path {
          (kept[twin].path, kept[twin].suggestions) = (pattern.path, pattern.suggestions)
        }
      } else {
        twins[pattern] = kept.count
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
  /// The preset or the file that was read.
  public let title: String
  /// What is wrong with it: never empty.
  public let problems: [Problem]

  /// An error with all its problems.
  public init(title: String, problems: [Problem]) {
    self.title = FilePath.shown(title)
    self.problems = problems
  }

  /// Two values that are made of settings; where both cannot be, one error has the problems of both.
  ///
  /// - Throws: `SettingsError`; what else either throws.
  package static func both<First, Other>(_ first: () throws -> First, _ other: () throws -> Other) throws
    -> (First, Other)
  {
    let made: First
    do { made = try first() } catch let error as SettingsError {
      do { _ = try other() } catch let further as SettingsError {
        throw SettingsError(
          title: error.title == further.title ? error.title : "\(error.title), \(further.title)",
          problems: error.problems + further.problems)
      }
      throw error
    }
    return (made, try other())
  }

  /// One problem per line, at most 20.
  public var description: String {
    let isGivenUp = problems.count >= Self.maxProblems
    let count =
      problems.count == 1 ? "1 problem" : "\(problems.count) problems" + (isGivenUp ? " or more" : "")
    let shown = problems.count > Self.maxShown ? problems.prefix(Self.maxShown - 1) : problems[...]
    let more = problems.count - shown.count
    return (["\(title): \(count)"] + shown.map { "  \($0)" } + (more > 0 ? ["  and \(more) more"] : []))
      .joined(separator: "\n")
  }

  /// Problems after which nothing further is looked for: more would not be read, and a file may have a million.
  package static let maxProblems = 1000
  /// Problems that a description shows.
  private static let maxShown = 20
}
