import Settings
import Tensors

/// The components of one family that a model may choose from, each with its declaration and its maker.
public struct Family<Component>: Sendable {
  /// Makes a component from its settings, its place and what the model shares.
  public typealias Maker =
    @Sendable (_ settings: Resolved, _ scope: Scope, _ build: BuildContext) throws -> Component

  /// The family's name, such as `"norm"`.
  public let name: String
  /// The declarations, in the order of registration.
  public private(set) var declarations: [ComponentDeclaration] = []
  private var makers: [String: Maker] = [:]

  init(_ name: String) { self.name = name }

  /// Registers a component.
  ///
  /// - Throws: `SettingsError` that names both origins when the name is taken.
  public mutating func add(
    _ component: String, summary: String, settings: [Setting], source: String, origin: String = "Transformer",
    make: @escaping Maker
  ) throws {
    let declaration = ComponentDeclaration(
      family: name, name: component, summary: summary, settings: settings, source: source, origin: origin)
    var catalog = Catalog()
    for known in declarations { try catalog.add(known) }
    try catalog.add(declaration)
    declarations.append(declaration)
    makers[component] = make
  }

  /// Makes the component that `settings` chose.
  ///
  /// - Throws: what the maker throws.
  public func make(_ settings: Resolved, _ scope: Scope, _ build: BuildContext) throws -> Component {
    guard let maker = makers[settings.type] else {
      // Validation has refused unknown names before anything is built.
      preconditionFailure("\(settings.path): no maker for \(name) \"\(settings.type)\"")
    }
    return try maker(settings, scope, build)
  }
}

/// Every component that models are composed of: one family for each kind of part.
///
/// A value: a plugin adds to a copy that it is handed, and nothing is global.
public struct Components: Sendable {
  public var attention = Family<any Attention>("attention")
  public var mask = Family<any Mask>("mask")
  public var feedForward = Family<any FeedForward>("feedForward")
  public var norm = Family<any Norm>("norm")
  public var position = Family<any Position>("position")
  public var head = Family<any Head>("head")
  public var initialisation = Family<any Initialisation>("initialisation")

  /// The components that come with the core.
  ///
  /// - Throws: `SettingsError` when two have one name.
  public static func standard() throws -> Components {
    var components = Components()
    try components.addAttentions()
    try components.addMasks()
    try components.addFeedForwards()
    try components.addNorms()
    try components.addPositions()
    try components.addHeads()
    try components.addInitialisations()
    return components
  }

  /// All declarations, family by family, the block and the embedding included.
  public var declarations: [ComponentDeclaration] {
    attention.declarations + mask.declarations + feedForward.declarations + norm.declarations
      + position.declarations + head.declarations + initialisation.declarations
      + [Block.declaration, TokenEmbedding.declaration]
  }
}
