/// A component's settings, complete and checked: every default is filled in, every name is known.
///
/// Settings are read by the keys that declared them.
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
  package let written: Set<String>
  let values: [String: Value]

  init(
    path: String, declaration: ComponentDeclaration, written: Set<String>, values: [String: Value]
  ) {
    self.path = path
    self.declaration = declaration
    self.written = written
    self.values = values
  }

  /// Equal if all values are equal, whether written or default.
  public static func == (left: Resolved, right: Resolved) -> Bool {
    left.path == right.path && left.type == right.type && left.declaration.family == right.declaration.family
      && left.values == right.values
  }

  /// The component's name, such as `"rotary"`.
  public var type: String { declaration.name }

  /// The components that were chosen, by the names of their settings and in the order of the declarations; the elements
  /// of lists are not among them.
  public var parts: [(name: String, part: Resolved)] {
    declaration.settings.compactMap { setting in
      guard case .component(let part)? = values[setting.name] else { return nil }
      return (setting.name, part)
    }
  }

  /// The complete tree, every default written out, in the order of the declarations.
  ///
  /// - Parameter typeKey: the key that names this component; nil leaves the name out. Components below
  ///   are named by `type`.
  package func node(typeKey: String? = "type") -> Node {
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
