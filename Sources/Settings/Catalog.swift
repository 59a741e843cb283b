/// The declaration of a component: the single source for validation, `list`, `describe` and the reference.
public struct ComponentDeclaration: Sendable, Equatable {
  /// The family that it can be chosen from, such as `"norm"`.
  public let family: String
  /// The name in descriptors.
  public let name: String
  /// One line for `list`.
  public let summary: String
  /// What can be set.
  public let settings: [Setting]
  /// Where the method was published; empty when there is nothing to cite.
  public let source: String
  /// The module or plugin that registered it.
  public let origin: String

  /// A declaration.
  ///
  /// - Parameters:
  ///   - family: the name of its family.
  ///   - name: the name in descriptors.
  ///   - summary: one line for `list`.
  ///   - keys: what can be set.
  ///   - source: the publication of the method; empty where there is nothing to cite.
  ///   - file: the caller's; its module is the origin.
  public init(
    family: String, name: String, summary: String, keys: [any SettingKey], source: String = "",
    file: String = #fileID
  ) {
    self.family = family
    self.name = name
    self.summary = summary
    self.settings = keys.map(\.setting)
    self.source = source
    self.origin = Self.module(of: file)
  }

  /// The module of a `#fileID`.
  static func module(of file: String) -> String {
    String(file.prefix { $0 != "/" })
  }

  /// The setting of that name.
  public func setting(_ name: String) -> Setting? { settings.first { $0.name == name } }
}

/// Everything that can be chosen by name, family by family.
public struct Catalog: Sendable {
  private var families: [String: [ComponentDeclaration]] = [:]
  /// The families, in the order in which they were first named.
  package private(set) var familyNames: [String] = []

  /// An empty catalog.
  package init() {}

  /// A catalog of declarations.
  ///
  /// - Throws: what `add` throws.
  package init(_ declarations: [ComponentDeclaration]) throws {
    for declaration in declarations { try add(declaration) }
  }

  /// Adds a declaration.
  ///
  /// - Throws: `SettingsError` that names both origins when the family has the name already, and for a
  ///   declaration that contradicts itself: a setting declared twice, a default out of its own range.
  package mutating func add(_ declaration: ComponentDeclaration) throws {
    let (family, name) = (declaration.family, declaration.name)
    var problems: [Problem] = []
    if let known = self.declaration(family: family, name: name) {
      problems.append(
        Problem(
          path: family, found: name,
          reason: "registered twice, by \(known.origin) and by \(declaration.origin)"))
    }
    var seen: Set<String> = ["type"]
    for setting in declaration.settings {
      let path = "\(family).\(name).\(setting.name)"
      if !seen.insert(setting.name).inserted {
        problems.append(
          Problem(path: path, reason: "declared twice by \(declaration.origin), or a reserved name"))
      }
      guard let value = setting.default, !setting.holdsComponents else { continue }
      if case .failure(let refusal) = setting.accept(value) {
        problems.append(
          Problem(
            path: path, found: Node(value).json(), allowed: setting.allowed,
            reason: "the default declared by \(declaration.origin) is refused: \(refusal.reason)"))
      }
    }
    guard problems.isEmpty else { throw SettingsError(title: "\(family) \"\(name)\"", problems: problems) }
    if families[family] == nil { familyNames.append(family) }
    families[family, default: []].append(declaration)
  }

  /// The declarations of a family, in the order of registration.
  public func declarations(family: String) -> [ComponentDeclaration] { families[family] ?? [] }

  /// One declaration.
  public func declaration(family: String, name: String) -> ComponentDeclaration? {
    families[family]?.first { $0.name == name }
  }
}

extension Setting {
  /// Whether its values are components.
  var holdsComponents: Bool {
    switch kind {
    case .component, .list: true
    default: false
    }
  }
}
