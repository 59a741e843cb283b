import Settings

extension HubConfiguration {
  /// Refuses values that are `NaN` or infinite, which Python writes into JSON, wherever a key may change the result.
  ///
  /// - Parameter harmless: keys that change nothing.
  /// - Throws: `SettingsError` that names every such key.
  func expectFinite(but harmless: Set<String>) throws {
    let problems = node.members.compactMap { member -> Problem? in
      guard !harmless.contains(member.key), let found = member.value.nonFinite else { return nil }
      return Problem(
        path: member.key, found: found.json(), allowed: "a finite number",
        reason: "the result of the model depends on it", place: found.place)
    }
    guard problems.isEmpty else { throw SettingsError(title: file, problems: problems) }
  }
}

extension Node {
  /// The first number in the tree that is not finite; nil where all are.
  fileprivate var nonFinite: Node? {
    switch value {
    case .number(let number): number.isFinite ? nil : self
    case .list(let elements): elements.lazy.compactMap(\.nonFinite).first
    case .object(let members): members.lazy.compactMap(\.value.nonFinite).first
    default: nil
    }
  }
}
