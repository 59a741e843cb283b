import Settings
import Tensors

/// Turns hidden vectors into predictions of tokens.
///
/// - Shapes: `[predictions, width]` in.
public protocol Head {
  /// Logits `[predictions, vocabulary]`.
  func logits(_ x: Tensor, tokens: Tensor, _ pass: Pass) throws -> Tensor
  /// The mean cross-entropy of the targets, each times its weight, `[predictions]`; without weights all are 1.
  func loss(
    _ x: Tensor, tokens: Tensor, targets: Indices, weights: Tensor?, lossWeight: Double, _ pass: Pass
  ) throws -> LossResult
}

/// The language-model head: an optional transform, then a product with the token table.
///
///     logits = transform(x)·Eᵀ + bias
///
/// - Source: tied weights: Press and Wolf, 2017; transform of the masked form: Devlin et al., 2019.
struct LanguageModelHead: Head {
  let path: String
  let transform: Linear?
  let norm: (any Norm)?
  /// nil: tied to the token embedding.
  let weight: Tensor?
  let bias: Tensor?

  func logits(_ x: Tensor, tokens: Tensor, _ pass: Pass) throws -> Tensor {
    try pass.linear(try transformed(x, pass), weight: weight ?? tokens, bias: bias, name: path)
  }

  func loss(
    _ x: Tensor, tokens: Tensor, targets: Indices, weights: Tensor?, lossWeight: Double, _ pass: Pass
  ) throws -> LossResult {
    try pass.linearCrossEntropy(
      try transformed(x, pass), weight: weight ?? tokens, bias: bias, targets: targets,
      weights: weights, lossWeight: lossWeight, name: path)
  }

  private func transformed(_ x: Tensor, _ pass: Pass) throws -> Tensor {
    guard let transform else { return x }
    let y = try transform(x, pass)
    return try norm?(y, pass) ?? y
  }
}

/// No predictions: a trunk by itself.
struct NoHead: Head {
  let path: String
  func logits(_ x: Tensor, tokens: Tensor, _ pass: Pass) throws -> Tensor { throw missing }
  func loss(
    _ x: Tensor, tokens: Tensor, targets: Indices, weights: Tensor?, lossWeight: Double, _ pass: Pass
  ) throws -> LossResult {
    throw missing
  }
  private var missing: ShapeError {
    ShapeError(component: path, role: "head", expected: "a head that predicts tokens", actual: "none")
  }
}

/// The settings of the core's heads.
public enum HeadSettings {
  public static let tied = Key.flag(
    "tied", default: true, help: "use the token embedding as output projection")
  static let bias = Key.flag("bias", default: false, help: "output bias per token")
  static let maskedBias = Key.flag("bias", default: true, help: "output bias per token")
  static let activation = Key.component(
    "activation", of: .activation, default: "gelu", help: "activation of the transform")
  public static let norm = Key.component(
    "norm", of: .norm, default: "layer", help: "the norm after the activation")
}

extension Registry {
  mutating func addHeads() throws {
    @Sendable func output(_ settings: Resolved, _ scope: Scope, _ build: BuildContext) throws -> (
      Tensor?, Tensor?
    ) {
      let sizes = build.dimensions
      return (
        settings[HeadSettings.tied]
          ? nil
          : try scope.parameter(
            "weight", ["vocabulary": sizes.vocabulary, "width": sizes.width],
            initial: build.initialisation.weight(inputs: sizes.width, outputs: sizes.vocabulary)),
        settings[HeadSettings.bias]
          ? try scope.parameter("bias", ["vocabulary": sizes.vocabulary], initial: .constant(0)) : nil
      )
    }
    try add(
      "lm", to: .head, summary: "a product with the token embedding",
      keys: [HeadSettings.tied, HeadSettings.bias],
      source: "Radford et al. 2019"
    ) { settings, scope, build in
      let (weight, bias) = try output(settings, scope, build)
      return LanguageModelHead(path: scope.path, transform: nil, norm: nil, weight: weight, bias: bias)
    }
    try add(
      "masked-lm", to: .head, summary: "linear layer, GELU and norm before the product: BERT's head",
      keys: [HeadSettings.tied, HeadSettings.maskedBias, HeadSettings.activation, HeadSettings.norm],
      source: "Devlin et al. 2019"
    ) { settings, scope, build in
      let (width, place) = (build.dimensions.width, scope.child("transform"))
      let transform = try Linear(
        place, inputs: width, outputs: width, bias: true,
        initial: build.initialisation.weight(inputs: width, outputs: width),
        activation: try build.make(.activation, settings[HeadSettings.activation], place.child("activation")))
      let norm = try build.make(.norm, settings[HeadSettings.norm], scope.child("norm"))
      let (weight, bias) = try output(settings, scope, build)
      return LanguageModelHead(path: scope.path, transform: transform, norm: norm, weight: weight, bias: bias)
    }
    try add("none", to: .head, summary: "no predictions: hidden states only") { _, scope, _ in
      NoHead(path: scope.path)
    }
  }
}

extension Family where Member == ComponentMaker<any Head> {
  /// Output heads.
  public static var head: Self { Self("head") }
}
