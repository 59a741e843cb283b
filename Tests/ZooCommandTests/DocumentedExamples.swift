// Swift code of docs/use.md and docs/extending.md, so that it compiles; a test holds the pages equal to it.
import Foundation
import Inference
import Installed
import Settings
import Tensors
import Transformer
import Zoo

/// What a trained encoder and a trained decoder make of a text.
func useTrainedModels(encoder: URL, decoder: URL) throws -> (
  guesses: [[FillCandidate]], text: String, vector: [Float]
) {
  let registry = try Registry.standard()
  let bert = try LoadedModel(checkpoint: encoder, registry: registry, context: .cpu())
  let gpt = try LoadedModel(checkpoint: decoder, registry: registry, context: .cpu())
  return (
    try bert.fill("the dogs[MASK] hungry.", best: 3), try gpt.generate(prompt: "the dog"),
    try bert.embed("the dog sleeps.")
  )
}

/// A model that sees a prefix whole and what follows it from left to right.
///
/// - Source: Raffel et al., "T5", 2020.
struct PrefixLM: Architecture {
  static let name = "prefix-lm"
  let summary = "reads a prefix from both sides, writes the rest"
  let kind = ArchitectureKind.encoder
  let defaultObjective = "masked-lm"
  let source = "Raffel et al. 2020"

  var keys: [any SettingKey] { ModelSettings.transformer(mask: "prefix", head: "lm") }

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

@_cdecl("zoo_register_PrefixLM")
public func registerPrefixLM(_ registration: UnsafeMutableRawPointer) {
  PluginRegistration.register(registration) { try $0.add(PrefixLM()) }
}
