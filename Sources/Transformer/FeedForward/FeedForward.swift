import Kernels
import Settings
import Tensors

/// The part of a block that works on each position by itself.
///
/// - Shapes: input and output `[…, width]`: the last block computes only the predicted positions, and
///   so may see some of them alone.
public protocol FeedForward {
  /// The branch that joins the residual stream.
  func callAsFunction(_ x: Tensor, _ pass: Pass) throws -> Tensor
}

/// Two linear maps with an activation between them, plain or gated.
///
///     plain: W₂·act(W₁·x)        gated: W₂·(act(W_gate·x)·(W_value·x)), both of W in one product
///
/// - Source: Vaswani et al., 2017; gated: Shazeer, "GLU variants improve transformer", 2020.
struct TwoLayerFeedForward: FeedForward {
  let path: String
  let input: Linear
  let output: Linear
  let gate: (any ActivationFunction)?

  init(
    _ scope: Scope, _ build: BuildContext, hidden: Int, bias: Bool, activation: any ActivationFunction,
    isGated: Bool
  )
    throws
  {
    path = scope.path
    let (width, start) = (build.dimensions.width, build.initialisation)
    gate = isGated ? activation : nil
    input = try Linear(
      scope.child("input"), inputs: width, outputs: isGated ? 2 * hidden : hidden, bias: bias,
      initial: start.weight(inputs: width, outputs: hidden), activation: isGated ? nil : activation,
      parts: isGated ? [.init("gate", hidden), .init("value", hidden)] : [])
    output = try Linear(
      scope.child("output"), inputs: hidden, outputs: width, bias: bias,
      initial: start.residual(inputs: hidden, outputs: width, layers: build.dimensions.layers))
  }

  func callAsFunction(_ x: Tensor, _ pass: Pass) throws -> Tensor {
    var hidden = try input(x, pass)  // […, hidden or 2·hidden]
    if let gate { hidden = try gate.gate(hidden, name: path, pass) }  // […, hidden]
    return try output(hidden, pass)  // […, C]
  }
}

/// The settings of the core's feed-forward layers.
public enum FeedForwardSettings {
  public static let hidden = Key.integer(
    "hidden", 1...1_000_000, or: "auto",
    help: "hidden width; auto: 4·width, or 8/3·width if gated")
  public static let bias = Key.flag("bias", default: true, help: "biases of the linear layers")
  public static let activation = Key.component(
    "activation", of: .activation, default: "gelu", help: "activation function")

  /// The hidden width when none is given: four times the width; for the gated forms two thirds of that,
  /// so that they cost the same, rounded up to a multiple of 8.
  static func defaultHidden(width: Int, isGated: Bool) -> Int {
    isGated ? (8 * width / 3 + 7) / 8 * 8 : 4 * width
  }
}

extension Registry {
  mutating func addFeedForwards() throws {
    let kinds: [(name: String, activation: Activation, isGated: Bool, summary: String, source: String)] = [
      ("relu", .relu, false, "max(0, x)", "Nair and Hinton 2010"),
      ("gelu", .gelu, false, "GELU with the error function", "Hendrycks and Gimpel 2016"),
      ("gelu-tanh", .geluTanh, false, "tanh approximation of GELU", "Hendrycks and Gimpel 2016"),
      ("silu", .silu, false, "x·sigmoid(x)", "Elfwing et al. 2017"),
      ("relu-squared", .reluSquared, false, "max(0, x)²", "So et al. 2021"),
      ("geglu", .gelu, true, "gated by GELU", "Shazeer 2020"),
      ("swiglu", .silu, true, "gated by SiLU", "Shazeer 2020"),
      ("reglu", .relu, true, "gated by ReLU", "Shazeer 2020"),
    ]
    for kind in kinds {
      try addFeedForward(kind.name, summary: kind.summary, source: kind.source, isGated: kind.isGated) {
        _, _, _ in FusedActivation(kind: kind.activation)
      }
    }
    for (name, isGated, summary, source) in [
      ("mlp", false, "two linear layers and any activation", "Vaswani et al. 2017"),
      ("gated-mlp", true, "gated by any activation", "Shazeer 2020"),
    ] {
      try addFeedForward(
        name, summary: summary, source: source, isGated: isGated, keys: [FeedForwardSettings.activation]
      ) { settings, scope, build in
        try build.make(.activation, settings[FeedForwardSettings.activation], scope.child("activation"))
      }
    }
  }

  private mutating func addFeedForward(
    _ name: String, summary: String, source: String, isGated: Bool, keys: [any SettingKey] = [],
    activation: @escaping ComponentMaker<any ActivationFunction>
  ) throws {
    try add(
      name, to: .feedForward, summary: summary,
      keys: [FeedForwardSettings.hidden, FeedForwardSettings.bias] + keys, source: source
    ) { settings, scope, build in
      try TwoLayerFeedForward(
        scope, build,
        hidden: settings[FeedForwardSettings.hidden]
          ?? FeedForwardSettings.defaultHidden(width: build.dimensions.width, isGated: isGated),
        bias: settings[FeedForwardSettings.bias], activation: try activation(settings, scope, build),
        isGated: isGated)
    }
  }
}

extension Family where Member == ComponentMaker<any FeedForward> {
  /// What works within a position.
  public static var feedForward: Self { Self("feedForward") }
}
