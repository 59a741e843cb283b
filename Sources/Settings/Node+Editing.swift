/// An edit `path=value`, as `--set` takes it.
struct Edit {
  let text: String
  let steps: [String]
  let value: Node

  /// - Parameter prefix: what edits of this tree begin with on a command line, left out of `text`; errors show it.
  /// - Throws: `Problem` in words when the text is no edit.
  init(_ text: String, below prefix: String) throws(EditError) {
    self.text = prefix + text
    let place = SourcePlace.edit(self.text)
    guard let equals = text.firstIndex(of: "=") else {
      throw EditError(problem: Problem(path: text, reason: "an edit is written path=value", place: place))
    }
    let path = text[..<equals].trimmingSpaces
    steps = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard !steps.contains("") else {
      throw EditError(
        problem: Problem(path: path, reason: "a path is names separated by points", place: place))
    }
    let word = text[text.index(after: equals)...].trimmingSpaces
    var reader = JSON5Reader(word, file: place.file)
    let node = reader.read()
    if let node, reader.problems.isEmpty {
      value = node.placed(place)
    } else if !word.isEmpty, word.allSatisfy({ $0.isLetter || $0.isNumber || "-_.<".contains($0) }),
      NumberLiteral(word) == .none || word.contains("..")
    {
      value = Node(.text(word), place: place)
    } else {
      let reason = reader.problems.first?.reason ?? "no value"
      let several = Edits.separated(text)
      throw EditError(
        problem: Problem(
          path: path, found: word.isEmpty ? "nothing" : word, allowed: "JSON5, or a bare name",
          reason: reason,
          nearest: several != [text]
            ? several.map { SourcePlace.edit(prefix + $0).description }.joined(separator: " ") : nil,
          place: place))
    }
  }
}

/// Why an edit could not be read or made.
struct EditError: Error { let problem: Problem }

extension StringProtocol {
  fileprivate var trimmingSpaces: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}

extension Node {
  /// The tree after edits `path=value`, for `--set`.
  ///
  /// A value is JSON5 or a bare name. `*` in a path stands for every element or key: `blocks.*.norm=rms`.
  /// What lies on the way and does not exist is made. Setting a component to another name keeps the
  /// settings that both have.
  ///
  /// - Parameters:
  ///   - sets: the edits.
  ///   - prefix: what edits of this tree begin with on a command line, such as `recipe.`; `sets` leave it out, and
  ///     the place that an error names has it.
  /// - Throws: `SettingsError` with every edit that cannot be read, matches nothing, or contradicts another.
  package func applying(sets: [String], below prefix: String = "") throws -> Node {
    var result = self
    var problems: [Problem] = []
    var made: [(path: String, edit: Edit)] = []
    for text in sets {
      do {
        let edit = try Edit(text, below: prefix)
        let paths = try result.paths(matching: edit)
        for path in paths {
          let joined = path.joined(separator: ".")
          if let clash = made.first(where: {
            ($0.path == joined || $0.path.hasPrefix(joined + ".")) && $0.edit.value != edit.value
          }) {
            throw EditError(
              problem: Problem(
                path: joined, found: edit.value.found, reason: "\"\(clash.edit.text)\" has already set it",
                place: edit.value.place))
          }
          made.append((joined, edit))
          try result.set(path[...], edit)
        }
      } catch let error as EditError {
        problems.append(error.problem.below(prefix))
      }
    }
    guard problems.isEmpty else { throw SettingsError(title: "--set", problems: problems) }
    return result
  }

  /// The paths without patterns that an edit means.
  private func paths(matching edit: Edit) throws(EditError) -> [[String]] {
    var found: [(path: [String], node: Node?)] = [([], self)]
    for step in edit.steps {
      if step != "*" {
        found = found.map { ($0.path + [step], $0.node?.child(step)) }
        continue
      }
      found = found.flatMap { path, node -> [(path: [String], node: Node?)] in
        if let elements = node?.elements { return elements.enumerated().map { (path + ["\($0)"], $1) } }
        return (node?.members ?? []).map { (path + [$0.key], $0.value) }
      }
    }
    if found.isEmpty {
      throw EditError(
        problem: Problem(
          path: edit.steps.joined(separator: "."), reason: "the pattern matches nothing",
          place: edit.value.place))
    }
    return found.map(\.path)
  }

  private func child(_ step: String) -> Node? {
    guard let elements else { return self[step] }
    return Int(step).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
  }

  private mutating func set(_ path: ArraySlice<String>, _ edit: Edit) throws(EditError) {
    guard let step = path.first else {
      // An object replaces rather than merges: what is set is what is written.
      self = edit.value.text == nil ? edit.value : merging(edit.value)
      return
    }
    let rest = path.dropFirst()
    func refuse(_ reason: String, allowed: String? = nil) -> EditError {
      EditError(
        problem: Problem(
          path: edit.steps.joined(separator: "."), found: step, allowed: allowed, reason: reason,
          place: edit.value.place))
    }
    if case .list(var elements) = value {
      guard let index = Int(step), elements.indices.contains(index) else {
        throw refuse(
          "no such element", allowed: elements.isEmpty ? "none" : "0 to \(elements.count - 1), or *")
      }
      try elements[index].set(rest, edit)
      value = .list(elements)
      return
    }
    guard var object = isObject ? self : asComponent else { throw refuse("this value has no parts") }
    if step == "type", rest.isEmpty {
      self = object.swapping(type: edit.value)
      return
    }
    var child = object[step] ?? Node(rest.isEmpty ? .null : .object([]), place: edit.value.place)
    try child.set(rest, edit)
    object[step] = child
    self = object
  }

  /// The tree with one place everywhere.
  fileprivate func placed(_ place: SourcePlace) -> Node {
    switch value {
    case .list(let elements): Node(.list(elements.map { $0.placed(place) }), place: place)
    case .object(let members):
      Node(.object(members.map { Member($0.key, $0.value.placed(place)) }), place: place)
    default: Node(value, place: place)
    }
  }
}
