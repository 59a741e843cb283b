extension Catalog {
  /// Completes and checks a tree against a declaration.
  ///
  /// - Parameters:
  ///   - node: the tree that the user wrote.
  ///   - declaration: the declaration to resolve it against.
  ///   - more: names that a user may write at the top in addition to the declared settings: errors
  ///     suggest them, too.
  /// - Returns: the settings, unless there is a problem; and every problem, not only the first.
  public func resolve(_ node: Node, as declaration: ComponentDeclaration, more: [String] = []) -> (
    Resolved?, [Problem]
  ) {
    var resolver = Resolver(catalog: self, more: more)
    let resolved = resolver.settings(node, declaration, path: "")
    return (resolver.problems.isEmpty ? resolved : nil, resolver.problems)
  }

  /// Completes and checks a tree that names a component of `family` itself, as a word or by `type`.
  ///
  /// - Returns: as above.
  public func resolve(_ node: Node, family: String, path: String = "") -> (Resolved?, [Problem]) {
    var resolver = Resolver(catalog: self)
    let resolved = resolver.component(node, family: family, fallback: nil, path: path, help: "")
    return (resolver.problems.isEmpty ? resolved : nil, resolver.problems)
  }
}

/// Walks a tree and its declarations together, and keeps every problem.
private struct Resolver {
  let catalog: Catalog
  /// Names at the top in addition to the declared ones.
  var more: [String] = []
  var problems: [Problem] = []
  /// The top of the tree; nil before it is known.
  private var top: (node: Node, declaration: ComponentDeclaration, path: String)?
  private lazy var paths = top.map {
    SettingPaths($0.node, $0.declaration, path: $0.path, more: more, in: catalog)
  }

  init(catalog: Catalog, more: [String] = []) {
    self.catalog = catalog
    self.more = more
  }

  mutating func settings(
    _ node: Node, _ declaration: ComponentDeclaration, path: String, isNamedByType: Bool = false
  ) -> Resolved? {
    guard node.isObject else {
      report(path, node, allowed: "an object", reason: "the wrong kind of value")
      return nil
    }
    let isTop = top == nil
    if isTop { top = (node, declaration, path) }
    var written: Set<String> = []
    for member in node.members where member.key != "type" || !isNamedByType {
      if declaration.setting(member.key) != nil {
        written.insert(member.key)
      } else if !member.isCarried {
        refuse(unknown: member, of: declaration, path: path, more: isTop ? more : [])
      }
    }
    var values: [String: Resolved.Value] = [:]
    for setting in declaration.settings {
      values[setting.name] = value(node[setting.name], of: setting, in: node, path: join(path, setting.name))
    }
    return values.count == declaration.settings.count
      ? Resolved(path: path, declaration: declaration, written: written, values: values) : nil
  }

  private mutating func value(
    _ written: Node?, of setting: Setting, in parent: Node, path: String
  ) -> Resolved.Value? {
    guard let node = written ?? setting.default.map({ Node($0) }) else {
      problems.append(
        Problem(
          path: path, allowed: setting.allowed, reason: "is missing (\(setting.help))", place: parent.place))
      return nil
    }
    switch setting.kind {
    case .component(let family):
      var fallback: String?
      if case .text(let name)? = setting.default { fallback = name }
      return component(node, family: family, fallback: fallback, path: path, help: setting.help)
        .map { .component($0) }
    case .list(let family):
      guard let elements = node.elements, !elements.isEmpty || setting.default == .list([]) else {
        report(path, node, allowed: setting.allowed, reason: "not a list, or an empty one (\(setting.help))")
        return nil
      }
      let all = elements.enumerated().map { index, element in
        component(
          element, family: family, fallback: setting.elementType, path: join(path, "\(index)"),
          help: setting.help)
      }
      let whole = all.compactMap { $0 }
      return whole.count == all.count ? .list(whole) : nil
    default:
      switch setting.accept(node.value) {
      case .success(let value): return .plain(value)
      case .failure(let refusal):
        report(
          path, node, allowed: setting.allowed, reason: "\(refusal.reason) (\(setting.help))",
          nearest: refusal.nearest)
        return nil
      }
    }
  }

  /// - Parameter fallback: the type of an object that names none; nil: the only component of the family.
  mutating func component(_ node: Node, family: String, fallback: String?, path: String, help: String)
    -> Resolved?
  {
    let known = catalog.declarations(family: family).map(\.name)
    let names = known.sorted().joined(separator: ", ")
    let isNamed = node.text != nil || node.isObject
    let type = node.isObject ? node["type"] : node
    guard isNamed, let name = type == nil ? fallback ?? (known.count == 1 ? known[0] : nil) : type?.text
    else {
      report(
        path, type ?? node, allowed: names,
        reason: node.isObject && type == nil
          ? "the type is missing" : "no name of \(indefinite(family)) (\(help))")
      return nil
    }
    guard let declaration = catalog.declaration(family: family, name: name) else {
      report(
        path, type ?? node, allowed: names.isEmpty ? "none is registered" : names,
        reason: "no such \(family)",
        nearest: nearestName(to: name, among: known))
      return nil
    }
    let object = node.isObject ? node : Node(.object([]), place: node.place)
    return settings(object, declaration, path: path, isNamedByType: true)
  }

  private mutating func refuse(
    unknown member: Node.Member, of declaration: ComponentDeclaration, path: String, more: [String]
  ) {
    guard problems.count < SettingsError.maxProblems else { return }
    let names = declaration.settings.map(\.name) + more
    problems.append(
      Problem(
        path: join(path, member.key), allowed: names.isEmpty ? "no settings" : names.joined(separator: ", "),
        reason: "unknown setting of \(declaration.family) \"\(declaration.name)\"",
        suggestions: paths?.suggestions(for: member.key, beside: names, at: path) ?? [],
        place: member.place))
  }

  private mutating func report(
    _ path: String, _ node: Node, allowed: String, reason: String,
    nearest: @autoclosure () -> String? = nil
  ) {
    guard problems.count < SettingsError.maxProblems else { return }
    problems.append(
      Problem(
        path: path, found: node.found, allowed: allowed, reason: reason, nearest: nearest(), place: node.place
      ))
  }

  private func join(_ path: String, _ name: String) -> String { SettingPaths.join(path, name) }
}
