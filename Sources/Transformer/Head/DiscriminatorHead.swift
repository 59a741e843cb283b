import Settings
import Tensors

/// One logit a token: whether it was replaced by another.
///
///     logit = w·activation(W·x + b) + c        loss = −log σ(±logit)
///
/// - Shapes: `[predictions, width]` to logits `[predictions, 1]`; targets are 1 for a replaced token and 0 for an
///   original one.
/// - Source: Clark et al., "ELECTRA", 2020.
struct DiscriminatorHead: Head {
  let path: String
  let transform: Linear
  /// `[1, width]`
  let weight: Tensor
  /// `[1]`
  let bias: Tensor

  func logits(_ x: Tensor, tokens: Tensor, _ pass: Pass) throws -> Tensor {
    try pass.linear(try transform(x, pass), weight: weight, bias: bias, name: path)
  }

  /// Binary cross-entropy is that of two logits, of which the first is zero.
  func loss(
    _ x: Tensor, tokens: Tensor, targets: Indices, weights: Tensor?, lossWeight: Double, _ pass: Pass
  ) throws -> LossResult {
    let original = try pass.context.tensor(
      [Float](repeating: 0, count: weight.shape.width), ["outputs": 1, "inputs": weight.shape.width])
    let none = try pass.context.tensor([0], ["outputs": 1])
    return try pass.linearCrossEntropy(
      try transform(x, pass), weight: try pass.concatenate([original, weight], axis: 0, name: path),
      bias: try pass.concatenate([none, bias], axis: 0, name: path), targets: targets, weights: weights,
      lossWeight: lossWeight, name: path)
  }
}

extension Registry {
  mutating func addDiscriminator() throws {
    try add(
      "discriminator", to: .head, summary: "whether a token was replaced, one logit per token",
      keys: [HeadSettings.activation], source: "Clark et al. 2020"
    ) { settings, scope, build in
      let (width, place) = (build.dimensions.width, scope.child("transform"))
      let start = build.initialisation
      return DiscriminatorHead(
        path: scope.path,
        transform: try Linear(
          place, inputs: width, outputs: width, bias: true,
          initial: start.weight(inputs: width, outputs: width),
          activation: try build.make(
            .activation, settings[HeadSettings.activation], place.child("activation"))),
        weight: try scope.parameter(
          "weight", ["outputs": 1, "inputs": width], initial: start.weight(inputs: width, outputs: 1)),
        bias: try scope.parameter("bias", ["outputs": 1], initial: .constant(0)))
    }
  }
}
