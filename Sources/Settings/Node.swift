/// A tree of settings as it was written: ordered, and every key and value knows its place.
///
/// Two nodes are equal when they say the same; where they were written does not matter.
public struct Node: Sendable, Equatable {
  /// What a node says.
  public enum Value: Sendable, Equatable {
    case null
    case flag(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case list([Node])
    case object([Member])
  }

  /// A key and its value.
  public struct Member: Sendable, Equatable {
    /// The key.
    public let key: String
    /// Where the key was written.
    public let place: SourcePlace?
    /// The value.
    public var value: Node
    /// Whether it was written for a component that has since been swapped for another: the new one keeps
    /// it when it has a setting of that name, and drops it when it has none.
    package var isCarried = false

    /// A key and its value.
    public init(_ key: String, _ value: Node, place: SourcePlace? = nil) {
      self.key = key
      self.value = value
      self.place = place ?? value.place
    }

    public static func == (left: Member, right: Member) -> Bool {
      left.key == right.key && left.value == right.value
    }
  }

  /// What the node says.
  public var value: Value
  /// Where it was written; nil for what no file holds.
  public var place: SourcePlace?

  /// A node that says `value`.
  public init(_ value: Value, place: SourcePlace? = nil) {
    self.value = value
    self.place = place
  }

  public static func == (left: Node, right: Node) -> Bool { left.value == right.value }

  /// The members of an object; none for everything else.
  public var members: [Member] {
    get { if case .object(let members) = value { members } else { [] } }
    set { value = .object(newValue) }
  }

  /// The elements of a list; nil for everything else.
  public var elements: [Node]? { if case .list(let elements) = value { elements } else { nil } }

  /// The text, where it is one.
  public var text: String? { if case .text(let text) = value { text } else { nil } }

  /// The whole number, where it is one.
  public var integer: Int? { if case .integer(let integer) = value { integer } else { nil } }

  /// The number, whole or not; nil when it is something else.
  package var number: Double? { value.number }

  /// Whether it is an object.
  public var isObject: Bool { if case .object = value { true } else { false } }

  /// The value under a key of an object. Setting nil removes the key; a new key goes last.
  public subscript(key: String) -> Node? {
    get { members.first { $0.key == key }?.value }
    set {
      let index = members.firstIndex { $0.key == key }
      switch (index, newValue) {
      case (let index?, let value?): members[index] = Member(key, value)
      case (let index?, nil): members.remove(at: index)
      case (nil, let value?): members.append(Member(key, value))
      case (nil, nil): break
      }
    }
  }

  /// The place of the value at a path, or of the deepest part of the path that exists.
  public func place(at path: String) -> SourcePlace? {
    guard !path.isEmpty else { return place }
    let steps = path.split(separator: ".", maxSplits: 1)
    let rest = steps.count > 1 ? String(steps[1]) : ""
    if let elements, let index = Int(steps[0]), elements.indices.contains(index) {
      return elements[index].place(at: rest) ?? place
    }
    return self[String(steps[0])]?.place(at: rest) ?? place
  }

  /// The value in words of an error message, cut when it is long.
  var found: String {
    switch value {
    case .object: return "an object"
    case .list(let elements): return elements.isEmpty ? "an empty list" : "a list"
    default:
      let text = json()
      return text.count > 60 ? text.prefix(57) + "…" : text
    }
  }
}

extension Node.Value {
  /// The whole number, where it is one.
  var integer: Int? { if case .integer(let integer) = self { integer } else { nil } }

  /// The number, where it is one; a whole number is one, too.
  var number: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .number(let number): number
    default: nil
    }
  }

  /// The text, where it is one.
  var text: String? { if case .text(let text) = self { text } else { nil } }

  /// true or false, where it is one of them.
  var flag: Bool? { if case .flag(let flag) = self { flag } else { nil } }

  /// The elements of a list.
  var elements: [Node]? { if case .list(let elements) = self { elements } else { nil } }
}
