/// All that can be chosen by name, family by family, and the rules for combinations.
///
/// A value: the core and every plugin add to it in the same way, and nothing is global. `Registry.standard()` of the
/// module `Installed` builds the one that the commands use.
public struct Registry: Sendable {
  /// The declarations, which validation, `list` and help use.
  public private(set) var catalog = Catalog()
  /// Named rules about combinations.
  public private(set) var rules: [Rule] = []
  private var ruleOrigins: [String: String] = [:]
  private var members: [String: [String: any Sendable]] = [:]

  /// A registry that holds nothing.
  public init() {}

  /// Registers a member of a family.
  ///
  /// - Parameters:
  ///   - name: the name in descriptors.
  ///   - family: the family.
  ///   - summary: one line for `list`.
  ///   - keys: what can be set.
  ///   - source: where the method was published; empty when there is nothing to cite.
  ///   - file: the caller's; its module is named when two have one name.
  ///   - member: the member, such as a function that makes a component.
  /// - Throws: `SettingsError` that names both origins when the family has the name already, and for a declaration
  ///   that contradicts itself.
  public mutating func add<Member>(
    _ name: String, to family: Family<Member>, summary: String, keys: [any SettingKey] = [],
    source: String = "", file: String = #fileID, _ member: Member
  ) throws {
    let declaration = ComponentDeclaration(
      family: family.name, name: name, summary: summary, keys: keys, source: source, file: file)
    if let known = members[family.name]?.first?.value, !(known is Member) {
      throw SettingsError(
        title: "\(family.name) \"\(name)\"",
        problems: [
          Problem(
            path: family.name, found: "\(Member.self)", allowed: "\(Swift.type(of: known))",
            reason: "\(declaration.origin) registers a component of another type under an existing family")
        ])
    }
    try catalog.add(declaration)
    members[family.name, default: [:]][name] = member
  }

  /// Declares a member of a family whose members are settings alone, and not made of them by a closure.
  ///
  /// - Throws: as `add`.
  public mutating func declare(
    _ name: String, in family: Family<Never>, summary: String, keys: [any SettingKey], source: String = "",
    file: String = #fileID
  ) throws {
    try catalog.add(
      ComponentDeclaration(
        family: family.name, name: name, summary: summary, keys: keys, source: source, file: file))
  }

  /// Registers a rule.
  ///
  /// - Throws: `SettingsError` that names both origins when the name is taken.
  public mutating func add(_ rule: Rule, file: String = #fileID) throws {
    let origin = ComponentDeclaration.module(of: file)
    if let known = ruleOrigins[rule.name] {
      throw SettingsError(
        title: "rule \"\(rule.name)\"",
        problems: [
          Problem(
            path: "rule", found: rule.name, reason: "registered twice, by \(known) and by \(origin)")
        ])
    }
    ruleOrigins[rule.name] = origin
    rules.append(rule)
  }

  /// The names of a family, in the order of registration.
  public func names<Member>(of family: Family<Member>) -> [String] {
    catalog.declarations(family: family.name).map(\.name)
  }

  /// The member of that name.
  ///
  /// - Throws: `SettingsError` with the nearest name.
  public func member<Member>(_ name: String, of family: Family<Member>) throws -> Member {
    if let found = members[family.name]?[name] as? Member { return found }
    let known = names(of: family)
    throw SettingsError(
      title: family.name,
      problems: [
        Problem(
          path: family.name, found: name,
          allowed: known.isEmpty ? "none is registered" : known.sorted().joined(separator: ", "),
          reason: "no such \(family.name)", nearest: nearestName(to: name, among: known))
      ])
  }

  /// The problems of a complete tree by the rules about it.
  public func problems(of tree: Resolved) -> [Problem] {
    rules.filter { $0.family == tree.declaration.family }.flatMap { $0.problems(of: tree) }
  }
}
