import Settings

/// What a value of a file of Hugging Face's has to be. Python writes what it was given, so a number may stand there as
/// text: such a value is an error, and never the same as an absent one.
struct ValueType: Sendable {
  /// What errors call it.
  let name: String
  /// Whether a value is of it.
  let accepts: @Sendable (Node) -> Bool

  /// The largest size that is computed with: sums and products of two do not overflow.
  static let largest = 1 << 31

  static let number = Self(name: "a number") { $0.number != nil }
  static let flag = Self(name: "true or false") { if case .flag = $0.value { true } else { false } }
  static let text = Self(name: "a text") { $0.text != nil }
  static let object = Self(name: "an object") { $0.isObject }

  /// A whole number.
  static func integer(_ range: ClosedRange<Int> = -largest...largest) -> Self {
    let start = range.lowerBound == -largest ? "" : "\(range.lowerBound) to "
    let name = "a whole number, " + (start.isEmpty ? "at most " : start) + "\(range.upperBound)"
    return Self(name: name) { $0.integer.map(range.contains) ?? false }
  }

  /// A list of values of a set.
  static func list(of values: [Node]) -> Self {
    let words = values.map { $0.json() }
    return Self(name: "a list of " + words.joined(separator: " and ")) { node in
      node.elements?.allSatisfy(values.contains) ?? false
    }
  }

  /// The same, or `null`.
  var orNull: Self { Self(name: name + ", or null") { [accepts] in $0 == Node(.null) || accepts($0) } }

  /// A whole number that a setting accepts; one with a point behind it is none in Python.
  static func integer(of setting: Setting) -> Self {
    Self(name: setting.allowed) { node in
      guard node.integer != nil, case .success = setting.accept(node.value) else { return false }
      return true
    }
  }

  /// What is wrong with a value; nil where nothing is.
  func problem(_ key: String, _ value: Node) -> Problem? {
    accepts(value)
      ? nil
      : Problem(
        path: key, found: value.json(), allowed: name, reason: "is of another type or size",
        place: value.place)
  }

  /// The type of a key by what its absence means; nil where that says nothing.
  static func like(_ absent: Node?) -> Self? {
    switch absent?.value {
    case .flag: flag
    case .integer: integer()
    case .number: number
    default: nil
    }
  }
}
