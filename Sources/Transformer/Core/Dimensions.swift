import Settings
import Tensors

/// The sizes that components of a model need.
public struct Dimensions: Sendable, Equatable {
  /// The number of tokens in the vocabulary.
  public var vocabulary: Int
  /// The longest input, in tokens.
  public var context: Int
  /// The width of the residual stream.
  public var width: Int
  /// The width of the vectors of tokens, in a factorised embedding less than `width`.
  public var tokenWidth: Int
  /// The width of what is added to the vectors of tokens, such as a table of positions: theirs, unless they are mapped
  /// to the model's width before.
  public var addedWidth: Int
  /// How many blocks.
  public var layers: Int

  /// Sizes of a model.
  public init(
    vocabulary: Int, context: Int, width: Int, tokenWidth: Int? = nil, addedWidth: Int? = nil, layers: Int
  ) {
    self.vocabulary = vocabulary
    self.context = context
    self.width = width
    self.tokenWidth = tokenWidth ?? width
    self.addedWidth = addedWidth ?? self.tokenWidth
    self.layers = layers
  }
}

/// What components of one model share while it is built.
public struct BuildContext {
  /// The sizes.
  public private(set) var dimensions: Dimensions
  /// Weight initialisation.
  public let initialisation: any Initialisation
  /// The dropout rate in the residual branches and the embedding.
  public let dropout: Double
  /// The fraction of attention probabilities that dropout zeroes.
  public let attentionDropout: Double
  /// Positional encoding.
  public let position: any Position
  /// The registry of components.
  public let registry: Registry
  /// The norm that parts outside the layers take: the first layer's; nil where that has none.
  public let norm: Resolved?
  /// Which layer the component is made for, counted from 0; nil outside the blocks.
  public private(set) var layer: Int?

  /// Everything that is common to the parts of one model.
  public init(
    dimensions: Dimensions, initialisation: any Initialisation, dropout: Double, attentionDropout: Double,
    position: any Position, registry: Registry,
    norm: Resolved? = nil
  ) {
    self.dimensions = dimensions
    self.initialisation = initialisation
    self.dropout = dropout
    self.attentionDropout = attentionDropout
    self.position = position
    self.registry = registry
    self.norm = norm
  }

  /// The same for parts that work on vectors of another width.
  func at(width: Int) -> BuildContext {
    var build = self
    build.dimensions.width = width
    return build
  }

  /// The same for the parts of one layer, counted from 0.
  public func inside(layer: Int) -> BuildContext {
    var build = self
    build.layer = layer
    return build
  }
}

extension BuildContext {
  /// What the parts of a resolved descriptor share: sizes, initial values and positions.
  ///
  /// Dropout, positions and initial values are settings that an architecture need not have: then nothing is dropped,
  /// positions are not distinguished, and weights start normal with a deviation of 0.02.
  ///
  /// - Parameters:
  ///   - settings: the resolved descriptor.
  ///   - scope: the root scope; a table of positions gets its place in it.
  ///   - registry: the registry of components.
  /// - Throws: `ShapeError` while the vocabulary is not known; what the position throws when it is made.
  public init(_ settings: Resolved, _ scope: Scope, _ registry: Registry) throws {
    guard let vocabulary = settings[ModelSettings.vocabulary] else {
      throw ShapeError(
        component: "vocabulary", role: "size", expected: "a number, once the tokenizer is known",
        actual: "\"tokenizer\"")
    }
    let (width, embedding) = (settings[ModelSettings.width], settings.value(of: ModelSettings.embedding))
    let sizes = Dimensions(
      vocabulary: vocabulary, context: settings[ModelSettings.context], width: width,
      tokenWidth: embedding?.value(of: ModelSettings.tokenWidth) ?? nil,
      addedWidth: embedding?.value(of: ModelSettings.mapped) == .tokens ? width : nil,
      layers: settings[ModelSettings.blocks].count)
    func shared(_ initialisation: any Initialisation, _ position: any Position) -> BuildContext {
      BuildContext(
        dimensions: sizes, initialisation: initialisation,
        dropout: settings.value(of: ModelSettings.dropout) ?? 0,
        attentionDropout: settings.value(of: ModelSettings.attentionDropout) ?? 0, position: position,
        registry: registry,
        norm: settings[ModelSettings.blocks].first?.value(of: BlockSettings.norm))
    }
    // Initial values know the sizes, positions know both.
    let plain = NormalInitialisation(deviation: 0.02, isTruncated: false, scalesResidual: false)
    let start = try settings.value(of: ModelSettings.initialisation).map {
      try shared(plain, NoPosition()).make(.initialisation, $0, scope)
    }
    let position = try settings.value(of: ModelSettings.position).map {
      try shared(start ?? plain, NoPosition()).make(.position, $0, scope.child("embedding.position"))
    }
    self = shared(start ?? plain, position ?? NoPosition())
  }
}
