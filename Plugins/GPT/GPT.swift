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

  var settings: [Setting] { ModelSettings.transformer(mask: "causal", head: "lm") }

  func compose(_ descriptor: Resolved, in scope: Scope, of components: Components) throws
    -> any LanguageModel
  {
    let build = try BuildContext(descriptor, scope, components)
    return TransformerModel(
      embedding: try TokenEmbedding(descriptor, scope.child("embedding"), build),
      stack: try Stack(descriptor, scope, build),
      head: try components.head.make(descriptor.component("head"), scope.child("head"), build), scope, build)
  }
}

/// Called once for every registry.
@_cdecl("zoo_register_GPT")
public func register(_ registration: UnsafeMutableRawPointer) {
  PluginRegistration.register(registration) { try $0.add(GPTArchitecture()) }
}
