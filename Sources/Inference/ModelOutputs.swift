import Checkpoints
import Foundation
import Settings
import Tensors
import Transformer
import Zoo

/// What a model computes for some tokens, tensor by tensor.
public struct ModelOutputs: Sendable {
  /// A tensor with its name.
  public struct Output: Sendable {
    /// `logits`, `last`, or `hidden.0`, `hidden.1` and so on.
    public let name: String
    /// The sizes, outermost first.
    public let sizes: [Int]
    /// The values.
    public let values: [Float]
  }

  /// The tensors.
  public let all: [Output]

  /// Writes them as a safetensors file.
  ///
  /// - Throws: `CheckpointError`.
  package func write(to url: URL) throws {
    try SafetensorsFile.write(
      all.map { output in
        TensorEntry(name: output.name, shape: output.sizes) { output.values }
      }, metadata: [:], to: url)
  }
}

extension LoadedModel {
  /// The logits of every position, `[batch, time, vocabulary]`, or `[batch, time]` for a discriminator; the vectors that a head would read, `[batch, time, width]`
  /// and named `last`, for a model without a head.
  ///
  /// - Parameters:
  ///   - input: the tokens.
  ///   - hidden: also the vectors of every layer, `hidden.0` (the embedding's output), `hidden.1` and so on, each
  ///     `[batch, time, width]`. The last of them is what the head reads, as in `output_hidden_states` of `transformers`.
  /// - Throws: `InferenceError` for an input that does not fit; `MemoryError`.
  public func outputs(_ input: TokenInput, hidden: Bool = false) throws -> ModelOutputs {
    let batch = try input.batch(self)
    let sizes = [batch.batch, batch.time]
    var outputs: [ModelOutputs.Output] = []
    let pass = Pass.inference(
      context,
      layerSink: hidden
        ? { layer, vectors in
          outputs.append(
            .init(name: "hidden.\(layer)", sizes: sizes + [vectors.shape.width], values: vectors.values()))
        } : nil)
    if hasHead {
      let all = (0..<Int32(batch.ids.count)).map { $0 }
      let logits = try model.logits(batch, at: all, pass)
      // A discriminator has one logit a token.
      let perToken = descriptor.settings.value(of: ModelSettings.head)?.type == "discriminator"
      outputs.insert(
        .init(
          name: "logits", sizes: sizes + (perToken ? [] : [logits.shape.width]), values: logits.values()),
        at: 0)
    } else {
      let last = try model.hidden(batch, pass)
      outputs.insert(.init(name: "last", sizes: sizes + [last.shape.width], values: last.values()), at: 0)
    }
    return ModelOutputs(all: outputs)
  }

  /// Checks that the model gives a probability to every token.
  ///
  /// - Throws: `InferenceError` for a trunk and a discriminator.
  package func expectTokenHead() throws {
    guard !descriptor.predictsTokens else { return }
    throw InferenceError(
      "\(descriptor.name) has no head that predicts tokens; it can be used by \(descriptor.usesWithoutTokenHead)"
    )
  }

  /// Whether the model has a head.
  public var hasHead: Bool { descriptor.settings.value(of: ModelSettings.head)?.type != "none" }
}

/// The loss of some labels and how steep it is.
public struct LossAndGradient: Codable, Sendable {
  /// The mean cross-entropy over counted labels, in nats.
  public let loss: Double
  /// The Euclidean norm of the gradient with respect to all parameters, tied ones once.
  public let gradientNorm: Double
}

extension ModelFile.OpenCheckpoint {
  /// The loss of an input's labels and the norm of its gradient, without dropout.
  ///
  /// - Parameters:
  ///   - input: the tokens with labels.
  ///   - registry: makes the model.
  ///   - context: computes.
  /// - Throws: `InferenceError` for an input that does not fit; what building and computing throw.
  public func loss(_ input: TokenInput, registry: Registry, in context: Context) throws -> LossAndGradient {
    let plain = try registry.descriptor(of: self)
    let dropouts = [ModelSettings.dropout, ModelSettings.attentionDropout].map(\.name)
      .filter { plain.settings.declaration.setting($0) != nil }
    let descriptor = try registry.resolve(plain.node, name: plain.name, sets: dropouts.map { $0 + "=0" })
    let loaded = LoadedModel(
      descriptor, try registry.build(descriptor, in: context, trains: true, source: self),
      tokenizer: tokenizer, context: context, kind: try registry.architecture(descriptor.architecture).kind,
      startsWithToken: record.startsWithToken, predicts: record.predicts)
    guard loaded.hasHead else {
      throw InferenceError("\(descriptor.name) has no head, and so no loss")
    }
    let batch = try input.batch(loaded)
    let (positions, targets) = try input.targets(loaded.predicts)
    loaded.model.parameters.clearGradients()
    let pass = Pass.training(context, step: 0)
    let result = try loaded.model.loss(batch, at: positions, targets: targets, lossWeight: 1, pass)
    try pass.tape?.backward(from: result.loss, in: context)
    let squares = loaded.model.parameters.all.map { parameter -> Double in
      guard let node = parameter.tensor.node, node.isWritten, let gradient = node.persistent else { return 0 }
      return context.device.sumOfSquares(gradient, count: parameter.tensor.shape.count)
    }
    return LossAndGradient(
      loss: Double(result.loss.values()[0]), gradientNorm: squares.reduce(0, +).squareRoot())
  }
}
