import Settings
import Tensors
import Transformer
import Zoo

/// A bidirectional encoder that predicts hidden tokens.
///
/// What makes it BERT: every position sees every other, and its head transforms a vector before the product
/// with the token table. A pooler over the first position can be had for classification.
///
/// - Source: Devlin et al., "BERT: pre-training of deep bidirectional transformers", 2019.
struct BERTArchitecture: Architecture {
  static let name = "bert"
  let summary = "encoder: reads both sides, predicts hidden tokens"
  let kind = ArchitectureKind.encoder
  let defaultObjective = "masked-lm"
  let source = "Devlin et al. 2019"

  var settings: [Setting] {
    ModelSettings.transformer(mask: "bidirectional", head: "masked-lm") + [
      Setting(
        "pooler", .flag, default: .flag(false),
        help: "whether a linear map over the first position is kept for classification")
    ]
  }

  func compose(_ descriptor: Resolved, in scope: Scope, of components: Components) throws
    -> any LanguageModel
  {
    let build = try BuildContext(descriptor, scope, components)
    let model = TransformerModel(
      embedding: try TokenEmbedding(descriptor, scope.child("embedding"), build),
      stack: try Stack(descriptor, scope, build),
      head: try components.head.make(descriptor.component("head"), scope.child("head"), build), scope, build)
    if descriptor.flag("pooler") {
      // Kept for whoever fine-tunes: pre-training as it is done here does not read it.
      let width = build.dimensions.width
      _ = try Linear(
        scope.child("pooler"), inputs: width, outputs: width, bias: true,
        initial: build.initialisation.weight(inputs: width, outputs: width))
    }
    return model
  }
}

/// Called once for every registry.
@_cdecl("zoo_register_BERT")
public func register(_ registration: UnsafeMutableRawPointer) {
  PluginRegistration.register(registration) { try $0.add(BERTArchitecture()) }
}
