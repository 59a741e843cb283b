/// One thing that a component lets you choose, for validation, `list`, `describe` and the reference page. A `Key`
/// declares it.
public struct Setting: Sendable, Equatable {
  /// What values a setting takes.
  public enum Kind: Sendable, Equatable {
    /// One of a closed list of words.
    case choice([String])
    /// A component of a family: a name, or an object with `type` and its settings.
    case component(String)
    /// A list of components of a family, at least one.
    case list(String)
    /// true or false.
    case flag
    /// true, false or null.
    case optionalFlag
    /// A whole number in a range.
    case integer(ClosedRange<Int>)
    /// A whole number in a range, or null.
    case optionalInteger(ClosedRange<Int>)
    /// A whole number in a range, or one of a few words.
    case integerOr([String], ClosedRange<Int>)
    /// A number in a range.
    case number(ClosedRange<Double>)
    /// A number in a range, or null.
    case optionalNumber(ClosedRange<Double>)
    /// Any text.
    case text
    /// Any text, or null.
    case optionalText
    /// A list of texts, which may be empty.
    case texts
    /// A text, or a list of texts that is not empty.
    case textOrTexts
    /// A list of numbers in a range, which may be empty.
    case numbers(ClosedRange<Double>)

    /// The family of the components that its values name; nil where they name none.
    package var family: String? {
      switch self {
      case .component(let family), .list(let family): family
      default: nil
      }
    }

    /// Whether its values are values of the other kind, too, but for their range.
    func reads(as other: Kind) -> Bool {
      switch (self, other) {
      case (.integer, .integer), (.optionalInteger, .optionalInteger), (.number, .number),
        (.optionalNumber, .optionalNumber), (.numbers, .numbers), (.integerOr, .integerOr):
        true
      case (.choice(let words), .choice(let others)): Set(words).isSubset(of: others)
      default: self == other
      }
    }
  }

  /// The key in descriptors.
  public let name: String
  /// What values it takes.
  public let kind: Kind
  /// The value when none is written; nil: one must be written.
  public let `default`: Node.Value?
  /// In a list of components: the type of an object that names none; nil: the only one of the family.
  public let elementType: String?
  /// One line of help.
  public let help: String

  /// A setting.
  ///
  /// - Parameter default: `.null` is a default, too; nil means that the setting must be written.
  init(_ name: String, _ kind: Kind, default value: Node.Value?, elementType: String? = nil, help: String) {
    self.elementType = elementType
    self.name = name
    self.kind = kind
    self.default = value
    self.help = help
  }

  /// The values in words, such as `a whole number from 1 to 1024`.
  public var allowed: String {
    switch kind {
    case .choice(let words): words.joined(separator: ", ")
    case .component(let family): "\(indefinite(family)): its name, or an object with type and settings"
    case .list(let family): "a list of \(family) objects"
    case .flag: "true, false"
    case .optionalFlag: "true, false, or null"
    case .integer(let range): Self.integers(range)
    case .optionalInteger(let range): Self.integers(range) + ", or null"
    case .integerOr(let words, let range):
      Self.integers(range) + ", or " + words.map { "\"\($0)\"" }.joined(separator: ", ")
    case .number(let range): Self.numbers(range)
    case .optionalNumber(let range): Self.numbers(range) + ", or null"
    case .text: "a text"
    case .optionalText: "a text, or null"
    case .texts: "a list of texts"
    case .textOrTexts: "a text, or a list of texts"
    case .numbers(let range): "a list, each of it " + Self.numbers(range)
    }
  }

  private static func integers(_ range: ClosedRange<Int>) -> String {
    "a whole number from \(NumberLiteral.text(range.lowerBound)) to \(NumberLiteral.text(range.upperBound))"
  }

  private static func numbers(_ range: ClosedRange<Double>) -> String {
    "a number from \(NumberLiteral.text(range.lowerBound)) to \(NumberLiteral.text(range.upperBound))"
  }

  /// What a value that is no component means for this setting, or why it cannot be taken.
  package func accept(_ value: Node.Value) -> Result<Node.Value, Refusal> {
    switch (kind, value) {
    case (.flag, .flag), (.optionalFlag, .flag), (.optionalFlag, .null), (.text, .text),
      (.optionalText, .text),
      (.optionalText, .null),
      (.textOrTexts, .text),
      (.optionalInteger, .null), (.optionalNumber, .null):
      return .success(value)
    case (.textOrTexts, .list(let elements)):
      return !elements.isEmpty && elements.allSatisfy { $0.text != nil }
        ? .success(value) : .failure(Refusal(reason: "an empty list, or not all of it is text"))
    case (.texts, .list(let elements)):
      return elements.allSatisfy { $0.text != nil }
        ? .success(value) : .failure(Refusal(reason: "not all of it is text"))
    case (.numbers(let range), .list(let elements)):
      let numbers = elements.compactMap(\.value.number).filter(range.contains)
      return numbers.count == elements.count
        ? .success(.list(numbers.map { Node(.number($0)) }))
        : .failure(Refusal(reason: "not all of it is a number in range"))
    case (.choice(let words), .text(let word)), (.integerOr(let words, _), .text(let word)):
      if words.contains(word) { return .success(value) }
      return .failure(Refusal(reason: "no such choice", nearest: nearestName(to: word, among: words)))
    case (.integer(let range), .integer(let number)), (.optionalInteger(let range), .integer(let number)),
      (.integerOr(_, let range), .integer(let number)):
      return range.contains(number) ? .success(value) : .failure(Refusal(reason: "out of range"))
    case (.integer(let range), .number(let number)), (.optionalInteger(let range), .number(let number)),
      (.integerOr(_, let range), .number(let number)):
      // 1e3 is 1000, here as on the command line.
      guard let whole = NumberLiteral.number(number).whole else {
        return .failure(Refusal(reason: "not a whole number"))
      }
      return range.contains(whole) ? .success(.integer(whole)) : .failure(Refusal(reason: "out of range"))
    case (.number(let range), .integer(let number)), (.optionalNumber(let range), .integer(let number)):
      return Self.accept(Double(number), in: range)
    case (.number(let range), .number(let number)), (.optionalNumber(let range), .number(let number)):
      return Self.accept(number, in: range)
    default: return .failure(Refusal(reason: "the wrong kind of value"))
    }
  }

  private static func accept(_ number: Double, in range: ClosedRange<Double>) -> Result<Node.Value, Refusal> {
    range.contains(number) ? .success(.number(number)) : .failure(Refusal(reason: "out of range"))
  }

  /// Why a value was not taken.
  package struct Refusal: Error {
    package let reason: String
    var nearest: String?
  }
}
