/// The paths that can be set in a tree, found by their last name.
struct SettingPaths {
  private var paths: [String: [String]] = [:]
  private var seen: Set<String> = []
  private let catalog: Catalog

  /// The paths below a component, as far as its parts are known names.
  ///
  /// - Parameter more: names at the top in addition to the declared ones.
  init(
    _ node: Node, _ declaration: ComponentDeclaration, path: String, more: [String], in catalog: Catalog
  ) {
    self.catalog = catalog
    for name in more { add(name, at: path) }
    walk(node, declaration, path: path)
  }

  /// The settings most likely meant by `name` beside `siblings`: those of exactly that name
  /// anywhere, else the nearest sibling, else those of the nearest name anywhere.
  func suggestions(for name: String, beside siblings: [String], at path: String) -> [String] {
    if let exact = paths[name] { return exact.map { Self.aligned($0, with: path) } }
    if let sibling = nearestName(to: name, among: siblings) { return [Self.join(path, sibling)] }
    let nearest = nearestName(to: name, among: Array(paths.keys)).flatMap { paths[$0] } ?? []
    return nearest.map { Self.aligned($0, with: path) }
  }

  /// The path with the elements of `other` in the place of `*`, as far as both go through the same lists.
  private static func aligned(_ path: String, with other: String) -> String {
    var steps = path.split(separator: ".")
    for (index, step) in other.split(separator: ".").enumerated() where index < steps.count {
      if steps[index] == "*", Int(step) != nil { steps[index] = step }
      guard steps[index] == step else { break }
    }
    return steps.joined(separator: ".")
  }

  private mutating func walk(_ node: Node?, _ declaration: ComponentDeclaration, path: String) {
    for setting in declaration.settings {
      let (inner, part) = (add(setting.name, at: path), node?[setting.name])
      switch setting.kind {
      case .component(let family):
        component(part, family: family, fallback: setting.default?.text, path: inner)
      case .list(let family):
        for element in part?.elements ?? [] {
          component(element, family: family, fallback: setting.elementType, path: Self.join(inner, "*"))
        }
      default: break
      }
    }
  }

  private mutating func component(_ node: Node?, family: String, fallback: String?, path: String) {
    let known = catalog.declarations(family: family)
    let name = node?["type"]?.text ?? node?.text ?? fallback ?? (known.count == 1 ? known[0].name : nil)
    guard let declaration = name.flatMap({ catalog.declaration(family: family, name: $0) }) else { return }
    walk(node, declaration, path: path)
  }

  @discardableResult private mutating func add(_ name: String, at path: String) -> String {
    let whole = Self.join(path, name)
    if seen.insert(whole).inserted { paths[name, default: []].append(whole) }
    return whole
  }

  static func join(_ path: String, _ name: String) -> String { path.isEmpty ? name : path + "." + name }
}
