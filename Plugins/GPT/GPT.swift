import Settings
import Tensors
import Transformer
import Zoo

/// A causal decoder that predicts the next token.
///
/// What makes it GPT: a position sees nothing to its right, and its head is the product with the token
/// table alone.
///
/// - Source: Radford et al., "Language models are unsupervised multitask learners", 2019.
struct GPTArchitecture: Architecture {
  static let name = "gpt"
  let summary = "decoder: reads from left to right, predicts the next token"
  let kind = ArchitectureKind.decoder
  let defaultObjective = "causal-lm"
  let source = "Radford et al. 2019"

  var keys: [any SettingKey] { ModelSettings.transformer(mask: "causal", head: "lm") }

  func compose(_ descriptor: Resolved, in scope: Scope, from registry: Registry) throws
    -> any LanguageModel
  {
    let build = try BuildContext(descriptor, scope, registry)
    return TransformerModel(
      embedding: try build.make(
        .embedding, descriptor[ModelSettings.embedding], scope.child("embedding")),
      stack: try Stack(descriptor, scope, build),
      head: try build.make(.head, descriptor[ModelSettings.head], scope.child("head")), scope, build)
  }
}

/// Called once for every registry.
@_cdecl("zoo_register_GPT")
public func register(_ registration: UnsafeMutableRawPointer) {
  PluginRegistration.register(registration) { try $0.add(GPTArchitecture()) }
}
