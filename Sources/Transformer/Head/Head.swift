import Kernels
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
///     logits = cap(transform(x)·Eᵀ + bias)
///
/// - Source: tied weights: Press and Wolf, 2017; transform of the masked form: Devlin et al., 2019; cap: Gemma Team,
///   "Gemma 2", 2024.
struct LanguageModelHead: Head {
  let path: String
  let transform: Linear?
  let norm: (any Norm)?
  /// nil: tied to the token embedding.
  let weight: Tensor?
  let bias: Tensor?
  /// The bound of the logits; nil: none.
  let cap: Double?

  func logits(_ x: Tensor, tokens: Tensor, _ pass: Pass) throws -> Tensor {
    let y = try pass.linear(try transformed(x, pass), weight: weight ?? tokens, bias: bias, name: path)
    return try cap.map { try pass.map(y, SoftCap(Float($0))) } ?? y
  }

  func loss(
    _ x: Tensor, tokens: Tensor, targets: Indices, weights: Tensor?, lossWeight: Double, _ pass: Pass
  ) throws -> LossResult {
    try pass.linearCrossEntropy(
      try transformed(x, pass), weight: weight ?? tokens, bias: bias, cap: cap,
      targets: targets, weights: weights, lossWeight: lossWeight, name: path)
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
  static let cap = Key.optionalNumber(
    "cap", 1e-3...1e6, help: "soft cap of the logits, cap·tanh(logit/cap); null: none")
  static let map = Key.flag(
    "map", default: false, help: "a linear layer without bias to the width of the tokens before the product")
  static let transformBias = Key.flag(
    "transformBias", default: true, help: "bias of the linear layer before the product")
  static let activation = Key.component(
    "activation", of: .activation, default: "gelu", help: "activation of the transform")
  public static let norm = Key.component(
    "norm", of: .norm, default: "layer", help: "the norm after the activation")
}

extension HeadSettings {
  static let tiedHeadNeedsWidth = Rule(
    name: "tied-head-needs-width",
    reason: "the product with the token table needs vectors of its width, which a linear layer makes",
    about: "architecture"
  ) { model in
    guard let head = model.value(of: ModelSettings.head), head.type == "lm", head[tied], !head[map],
      let embedding = model.value(of: ModelSettings.embedding),
      let own = embedding.value(of: ModelSettings.tokenWidth) ?? nil,
      own != model.value(of: ModelSettings.width)
    else { return [] }
    return [
      Problem(
        path: "head.tied", found: "true", allowed: "false (or head.map true, or head \"masked-lm\")",
        nearest: "false")
    ]
  }
}

extension Registry {
  mutating func addHeads() throws {
    @Sendable func head(
      _ settings: Resolved, transform: Linear? = nil, norm: (any Norm)? = nil, width: Int, _ scope: Scope,
      _ build: BuildContext
    ) throws -> LanguageModelHead {
      let vocabulary = build.dimensions.vocabulary
      return LanguageModelHead(
        path: scope.path, transform: transform, norm: norm,
        weight: settings[HeadSettings.tied]
          ? nil
          : try scope.parameter(
            "weight", ["vocabulary": vocabulary, "width": width],
            initial: build.initialisation.weight(inputs: width, outputs: vocabulary)),
        bias: settings[HeadSettings.bias]
          ? try scope.parameter("bias", ["vocabulary": vocabulary], initial: .constant(0)) : nil,
        cap: settings[HeadSettings.cap])
    }
    try add(
      "lm", to: .head, summary: "a product with the token embedding",
      keys: [HeadSettings.tied, HeadSettings.bias, HeadSettings.map, HeadSettings.cap],
      source: "Radford et al. 2019"
    ) { settings, scope, build in
      let (width, outputs) = (build.dimensions.width, build.dimensions.tokenWidth)
      guard settings[HeadSettings.map] else { return try head(settings, width: width, scope, build) }
      let map = try Linear(
        scope.child("map"), inputs: width, outputs: outputs, bias: false,
        initial: build.initialisation.weight(inputs: width, outputs: outputs))
      return try head(settings, transform: map, width: outputs, scope, build)
    }
    try add(
      "masked-lm", to: .head, summary: "linear layer, GELU and norm before the product: BERT's head",
      keys: [
        HeadSettings.tied, HeadSettings.maskedBias, HeadSettings.transformBias, HeadSettings.activation,
        HeadSettings.norm, HeadSettings.cap,
      ],
      source: "Devlin et al. 2019"
    ) { settings, scope, build in
      let (sizes, place) = (build.dimensions, scope.child("transform"))
      let transform = try Linear(
        place, inputs: sizes.width, outputs: sizes.tokenWidth, bias: settings[HeadSettings.transformBias],
        initial: build.initialisation.weight(inputs: sizes.width, outputs: sizes.tokenWidth),
        activation: try build.make(.activation, settings[HeadSettings.activation], place.child("activation")))
      let norm = try build.at(width: sizes.tokenWidth).make(
        .norm, settings[HeadSettings.norm], scope.child("norm"))
      return try head(
        settings, transform: transform, norm: norm, width: sizes.tokenWidth, scope, build)
    }
    try addDiscriminator()
    try add(HeadSettings.tiedHeadNeedsWidth)
    try add("none", to: .head, summary: "no predictions: hidden states only") { _, scope, _ in
      NoHead(path: scope.path)
    }
  }
}

extension Family where Member == ComponentMaker<any Head> {
  /// Output heads.
  public static var head: Self { Self("head") }
}
