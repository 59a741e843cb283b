/// A component's settings, complete and checked: every default is filled in, every name is known.
///
/// Whoever declared a setting may read it without a further check; reading one that was not declared is
/// a mistake of the program and stops it.
public struct Resolved: Sendable, Equatable {
  /// A setting's value.
  enum Value: Sendable, Equatable {
    case plain(Node.Value)
    case component(Resolved)
    case list([Resolved])
  }

  /// The path in the tree, such as `blocks.3.attention`; empty for the root.
  public let path: String
  /// What was declared.
  public let declaration: ComponentDeclaration
  /// The names of the settings that were written rather than left to their defaults.
  public let written: Set<String>
  let values: [String: Value]

  init(
    path: String, declaration: ComponentDeclaration, written: Set<String>, values: [String: Value]
  ) {
    self.path = path
    self.declaration = declaration
    self.written = written
    self.values = values
  }

  /// Equal when they mean the same; whether a value was written or is a default does not matter.
  public static func == (left: Resolved, right: Resolved) -> Bool {
    left.path == right.path && left.type == right.type && left.declaration.family == right.declaration.family
      && left.values == right.values
  }

  /// The component's name, such as `"rotary"`.
  public var type: String { declaration.name }

  /// Whether the component has a setting of that name.
  public func declares(_ name: String) -> Bool { values[name] != nil }

  /// A text, or the word of a choice.
  public func text(_ name: String) -> String {
    if case .text(let text) = plain(name) { return text }
    mismatch(name, "text")
  }

  /// A text; nil for null.
  public func optionalText(_ name: String) -> String? {
    if case .text(let text) = plain(name) { return text }
    return nil
  }

  /// A list of texts.
  public func texts(_ name: String) -> [String] {
    if case .list(let elements) = plain(name) { return elements.compactMap(\.text) }
    mismatch(name, "list of texts")
  }

  /// The texts of a list; nil for a single text.
  public func optionalTexts(_ name: String) -> [String]? {
    switch plain(name) {
    case .list(let elements): return elements.compactMap(\.text)
    case .text: return nil
    default: mismatch(name, "text or list of texts")
    }
  }

  /// A list of numbers.
  public func numbers(_ name: String) -> [Double] {
    guard case .list(let elements) = plain(name) else { mismatch(name, "list of numbers") }
    return elements.compactMap { if case .number(let number) = $0.value { number } else { nil } }
  }

  /// A number.
  public func number(_ name: String) -> Double {
    switch plain(name) {
    case .number(let number): return number
    case .integer(let integer): return Double(integer)
    default: mismatch(name, "number")
    }
  }

  /// A number; nil for null.
  public func optionalNumber(_ name: String) -> Double? {
    if case .number(let number) = plain(name) { return number }
    return nil
  }

  /// A whole number.
  public func integer(_ name: String) -> Int {
    if case .integer(let integer) = plain(name) { return integer }
    mismatch(name, "whole number")
  }

  /// A whole number; nil for null and for a word that stands in its place.
  public func optionalInteger(_ name: String) -> Int? {
    if case .integer(let integer) = plain(name) { return integer }
    return nil
  }

  /// true or false.
  public func flag(_ name: String) -> Bool {
    if case .flag(let flag) = plain(name) { return flag }
    mismatch(name, "flag")
  }

  /// true or false; nil for null.
  public func optionalFlag(_ name: String) -> Bool? {
    if case .flag(let flag) = plain(name) { return flag }
    return nil
  }

  /// A component that was chosen.
  public func component(_ name: String) -> Resolved {
    if case .component(let component)? = values[name] { return component }
    mismatch(name, "component")
  }

  /// The components of a list.
  public func components(_ name: String) -> [Resolved] {
    if case .list(let components)? = values[name] { return components }
    mismatch(name, "list")
  }

  private func plain(_ name: String) -> Node.Value {
    if case .plain(let value)? = values[name] { return value }
    mismatch(name, "value")
  }

  private func mismatch(_ name: String, _ wanted: String) -> Never {
    preconditionFailure(
      "\(path.isEmpty ? declaration.family : path) (\(type)) declares no \(wanted) called \"\(name)\"")
  }

  /// The complete tree, every default written out, in the order of the declarations.
  ///
  /// - Parameter typeKey: the key that names this component; nil leaves the name out. Components below
  ///   are named by `type`.
  public func node(typeKey: String? = "type") -> Node {
    var members: [Node.Member] = []
    if let typeKey { members.append(Node.Member(typeKey, Node(.text(type)))) }
    for setting in declaration.settings {
      switch values[setting.name] {
      case .plain(let value): members.append(Node.Member(setting.name, Node(value)))
      case .component(let component): members.append(Node.Member(setting.name, component.node()))
      case .list(let list): members.append(Node.Member(setting.name, Node(.list(list.map { $0.node() }))))
      case nil: break
      }
    }
    return Node(.object(members))
  }
}
