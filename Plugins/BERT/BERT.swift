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

  var keys: [any SettingKey] {
    ModelSettings.transformer(mask: "bidirectional", head: "masked-lm") + [Self.pooler]
  }

  func compose(_ descriptor: Resolved, in scope: Scope, from registry: Registry) throws
    -> any LanguageModel
  {
    let build = try BuildContext(descriptor, scope, registry)
    return TransformerModel(
      embedding: try build.make(
        .embedding, descriptor[ModelSettings.embedding], scope.child("embedding")),
      stack: try Stack(descriptor, scope, build),
      head: try build.make(.head, descriptor[ModelSettings.head], scope.child("head")),
      // For fine-tuning: pre-training as it is done here does not read it.
      pooler: descriptor[Self.pooler] ? try Pooler(scope.child("pooler"), build) : nil, scope, build)
  }
}

extension BERTArchitecture {
  fileprivate static let pooler = Key.flag(
    "pooler", default: false,
    help:
      "add a linear layer and tanh over the first position, for classification (finetune --pooling pooler)")

  fileprivate static let poolerNeedsBothSides = Rule(
    name: "pooler-needs-both-sides",
    reason: "the pooler reads the first position, which must see the text", about: "architecture"
  ) { model in
    guard model.value(of: pooler) == true, model.value(of: ModelSettings.mask)?.type == "causal" else {
      return []
    }
    return [Problem(path: "pooler", found: "true", allowed: "false under mask \"causal\"")]
  }
}

/// Called once for every registry.
@_cdecl("zoo_register_BERT")
public func register(_ registration: UnsafeMutableRawPointer) {
  PluginRegistration.register(registration) {
    try $0.add(BERTArchitecture())
    try $0.add(BERTArchitecture.poolerNeedsBothSides)
  }
}
