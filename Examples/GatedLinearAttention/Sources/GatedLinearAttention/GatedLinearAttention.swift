import Kernels
import Settings
import Tensors
import Transformer
import Zoo

/// Linear attention whose state fades by a gate of each channel, with the state in the cache.
///
///     S[t] = diag(α[t])·S[t − 1] + k[t]ᵀ·v[t];   output[t] = q[t]·S[t]
///
/// - Source: Yang et al., "Gated linear attention transformers with hardware-efficient training", 2023.
struct GatedLinear: Attention {
  static let stateWidth = Key.integer(
    "stateWidth", 1...256, default: 4, help: "width of a head's state; divides the width")

  let path: String
  let heads: Int
  let headWidth: Int
  let projection: Linear
  let output: Linear

  var usesCache: Bool { true }

  init(_ settings: Resolved, _ scope: Scope, _ build: BuildContext) throws {
    let (width, start) = (build.dimensions.width, build.initialisation)
    path = scope.path
    headWidth = settings[Self.stateWidth]
    heads = width / headWidth
    projection = try Linear(
      scope.child("projection"), inputs: width, outputs: 4 * width, bias: true,
      initial: start.weight(inputs: width, outputs: 4 * width))
    output = try Linear(
      scope.child("output"), inputs: width, outputs: width, bias: true,
      initial: start.residual(inputs: width, outputs: width, layers: build.dimensions.layers))
  }

  func callAsFunction(_ x: Tensor, _ visibility: Visibility, _ pass: Pass) throws -> Tensor {
    let (batch, time, width) = (x.shape.sizes[0], x.shape.sizes[1], x.shape.sizes[2])
    let (count, state) = (batch * time * heads, heads * headWidth * headWidth)
    let parts = try pass.split(try projection(x, pass), sizes: [width, width, width, width])
    func column(_ x: Tensor) throws -> Tensor {
      try pass.reshape(x, to: ["count": count, "width": headWidth, "one": 1])
    }
    func row(_ x: Tensor) throws -> Tensor {
      try pass.reshape(x, to: ["count": count, "one": 1, "width": headWidth])
    }
    let products = try pass.matrixProduct(try column(parts[1]), try row(parts[2]))
    let gates = try pass.map(parts[3], Sigmoid())
    // A gate for every value of a row of the state.
    let ones = try pass.context.tensor(
      [Float](repeating: 1, count: count * headWidth), ["count": count, "one": 1, "width": headWidth])
    let states: Shape = ["batch": batch, "time": time, "state": state]
    let scanned = try pass.linearScan(
      try pass.reshape(products, to: states),
      gates: try pass.reshape(try pass.matrixProduct(try column(gates), ones), to: states), axis: 1,
      initial: try pass.cachedState(path, shape: ["state": state]), name: path)
    let last = try pass.split(scanned, sizes: [time - 1, 1], axis: 1)[1]
    try pass.storeState(try pass.reshape(last, to: ["batch": batch, "state": state]), name: path)
    let mixed = try pass.matrixProduct(
      try row(parts[0]),
      try pass.reshape(scanned, to: ["count": count, "key": headWidth, "value": headWidth]))
    return try output(try pass.reshape(mixed, to: x.shape), pass)
  }

  /// A causal mask is built into the recurrence, and the state must divide the width.
  static let rule = Rule(
    name: "gated-linear-fits", reason: "a recurrence reads from left to right", about: "architecture"
  ) { model in
    AttentionSettings.layers(of: model).compactMap { $0 }.filter { $0.type == "gated-linear" }.compactMap {
      attention in
      let width = model.value(of: ModelSettings.width) ?? 0
      if let mask = model.value(of: ModelSettings.mask), mask.type != "causal" {
        return Problem(
          path: "mask", found: mask.type, allowed: "causal",
          reason: "the recurrence of \(attention.path) reads from left to right", nearest: "causal")
      }
      let found = attention[stateWidth]
      guard !width.isMultiple(of: found) else { return nil }
      let nearest = (1...min(width, 256)).filter { width.isMultiple(of: $0) }.min {
        abs($0 - found) < abs($1 - found)
      }
      return Problem(
        path: attention.path + ".stateWidth", found: "\(found)", allowed: "a divisor of width \(width)",
        reason: "heads take equal parts of the width", nearest: nearest.map { "\($0)" })
    }
  }
}

/// What the plugin adds.
public func register(in registry: inout Registry) throws {
  try registry.add(
    "gated-linear", to: .attention, summary: "linear attention with gates, whose state has a fixed size",
    keys: [GatedLinear.stateWidth], source: "Yang et al. 2023"
  ) { settings, scope, build in try GatedLinear(settings, scope, build) }
  try registry.add(GatedLinear.rule)
}

/// Called once when the plugin is loaded by `--plugin`.
@_cdecl("zoo_register_GatedLinearAttention")
public func registerPlugin(_ registration: UnsafeMutableRawPointer) {
  PluginRegistration.register(registration) { try register(in: &$0) }
}
