import Settings
import Tensors

/// Makes a component from its settings, its place in the model and what the model shares.
public typealias ComponentMaker<Component> =
  @Sendable (_ settings: Resolved, _ scope: Scope, _ build: BuildContext) throws -> Component

// The families of components that a model is composed of.

extension Family where Member == ComponentMaker<any Block> {
  /// Layers.
  public static var block: Self { Self("block") }
}
extension Family where Member == ComponentMaker<any NormPlacement> {
  /// The positions of the norms of a layer.
  public static var placement: Self { Self("placement") }
}
extension Family where Member == ComponentMaker<any Attention> {
  /// Attentions, which move information between positions.
  public static var attention: Self { Self("attention") }
}
extension Family where Member == ComponentMaker<any FeedForward> {
  /// What works within a position.
  public static var feedForward: Self { Self("feedForward") }
}
extension Family where Member == ComponentMaker<any ActivationFunction> {
  /// Unary functions between linear maps.
  public static var activation: Self { Self("activation") }
}
extension Family where Member == ComponentMaker<any Norm> {
  /// Norms, which bring vectors to a common scale.
  public static var norm: Self { Self("norm") }
}
extension Family where Member == ComponentMaker<any Mask> {
  /// What each position may see.
  public static var mask: Self { Self("mask") }
}
extension Family where Member == ComponentMaker<any Position> {
  /// What tells positions apart.
  public static var position: Self { Self("position") }
}
extension Family where Member == ComponentMaker<any Embedding> {
  /// Tokens to vectors.
  public static var embedding: Self { Self("embedding") }
}
extension Family where Member == ComponentMaker<any Head> {
  /// Output heads.
  public static var head: Self { Self("head") }
}
extension Family where Member == ComponentMaker<any Initialisation> {
  /// Initial values of weights.
  public static var initialisation: Self { Self("initialisation") }
}

extension Registry {
  /// Registers the components that come with the core, and their rules.
  ///
  /// - Throws: `SettingsError` when a name is taken.
  package mutating func addTransformer() throws {
    try addAttentions()
    try addMasks()
    try addFeedForwards()
    try addActivations()
    try addNorms()
    try addPositions()
    try addHeads()
    try addInitialisations()
    try addBlocks()
    try addPlacements()
    try addEmbeddings()
  }
}

extension BuildContext {
  /// Makes the component that `settings` chose.
  ///
  /// - Throws: what its maker throws; `SettingsError` when the registry has no such component, which validation
  ///   refuses before anything is built.
  public func make<Component>(
    _ family: Family<ComponentMaker<Component>>, _ settings: Resolved, _ scope: Scope
  ) throws -> Component {
    try registry.member(settings.type, of: family)(settings, scope, self)
  }
}
