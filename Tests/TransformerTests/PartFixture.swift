import Settings
import Tensors
import TestSupport

@testable import Transformer

/// Parts of a model, built alone from JSON5 text.
struct PartFixture {
  let context: Context
  let build: BuildContext
  let store = ParameterStore()
  let catalog: Catalog

  /// - Parameter position: a position component, as JSON5.
  init(width: Int = 8, tokenWidth: Int? = nil, layers: Int = 2, position: String = "'none'") throws {
    context = try Context.tested(threads: 1)
    var registry = Registry()
    try registry.addTransformer()
    catalog = registry.catalog
    let bare = BuildContext(
      dimensions: Dimensions(
        vocabulary: 11, context: 16, width: width, tokenWidth: tokenWidth, layers: layers),
      initialisation: NormalInitialisation(deviation: 0.4, isTruncated: false, scalesResidual: false),
      dropout: 0, attentionDropout: 0, position: NoPosition(), registry: registry)
    let settings = try Self.resolve(position, family: "position", catalog)
    let scope = Scope(context: context, store: store, trains: false)
    build = BuildContext(
      dimensions: bare.dimensions, initialisation: bare.initialisation, dropout: 0, attentionDropout: 0,
      position: try bare.make(.position, settings, scope.child("position")), registry: registry,
      norm: try Self.resolve("'layer'", family: "norm", catalog))
  }

  var scope: Scope { Scope(context: context, store: store, trains: false) }

  private static func resolve(_ text: String, family: String, _ catalog: Catalog) throws -> Resolved {
    let (resolved, problems) = catalog.resolve(try Node.parse(text, file: "part"), family: family)
    guard let resolved else { throw SettingsError(title: "part", problems: problems) }
    return resolved
  }

  func resolve(_ text: String, family: String) throws -> Resolved {
    try Self.resolve(text, family: family, catalog)
  }

  func block(_ text: String) throws -> TransformerBlock {
    try TransformerBlock(try resolve(text, family: "block"), scope.child("block"), build)
  }

  /// A tensor of values that are all different.
  func input(_ shape: Shape, shift: Float = 0) throws -> Tensor {
    try context.tensor((0..<shape.count).map { Float($0 * 37 % 101) / 50 - 1 + shift }, shape)
  }

  func visibility(
    _ mask: String = "'causal'", batch: Int = 1, time: Int, documents: [Int32]? = nil, lengths: [Int]? = nil
  ) throws -> Visibility {
    let made = try build.make(.mask, try resolve(mask, family: "mask"), scope)
    return try Visibility(
      made, batch: batch, time: time, documents: documents, lengths: lengths, .inference(context))
  }
}
