import Inference
import Installed
import Settings
import Tensors
import Text
import Zoo

/// Settings of a model whose weights are large, so that nothing that it predicts is nearly even.
package let largeWeights = ["tokenizer=bytes", "initialisation={ type: 'normal', deviation: 0.3 }"]

/// The presets below `models/tiny` that predict tokens.
package let tinyPresets: [String] = ((try? Presets.standard().list(under: "tiny")) ?? []).map(\.name)
  .filter { !$0.hasSuffix("trunk") && !$0.hasSuffix("discriminator") }

/// A model with its initial values over a tokenizer in hand.
///
/// - Parameter startsWithToken: nil: decoders have a start token, encoders have none.
package func untrainedModel(
  _ preset: String, sets: [String] = ["tokenizer=bytes", "context=32"],
  tokenizer: any Tokenizer = TokenizerPipeline.bytes, threads: Int = 1, seed: UInt64 = 9,
  startsWithToken: Bool? = nil, predicts: Prediction? = nil
) throws -> LoadedModel {
  let registry = try Registry.standard()
  let open = try registry.descriptor(preset: preset, sets: sets, from: try Presets.standard())
  let descriptor = try registry.descriptor(open, vocabulary: tokenizer.vocabularySize)
  let context = try Context.tested(threads: threads, seed: seed)
  let kind = try registry.architecture(descriptor.architecture).kind
  return LoadedModel(
    descriptor, try registry.build(descriptor, in: context, trains: false), tokenizer: tokenizer,
    context: context, kind: kind, startsWithToken: startsWithToken ?? (kind == .decoder),
    predicts: predicts)
}
