import Installed
import Kernels
import Settings
import Tensors
import Testing
import Transformer
import Zoo

// Everything here is public: what a plugin outside this package would write.

/// Linear attention whose state fades by a gate of each channel, with the state in the cache.
///
///     S[t] = diag(α[t])·S[t − 1] + k[t]ᵀ·v[t];   output[t] = q[t]·S[t]
///
/// - Source: Yang et al., "Gated linear attention transformers", 2023.
private struct GatedLinearAttention: Attention {
  static let stateWidth = Key.integer("stateWidth", 1...256, default: 4, help: "width of a head's state")

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
    let gates = try pass.reshape(
      try pass.map(parts[3], Sigmoid()), to: ["channels": count * headWidth])
    let ones = try pass.context.tensor(
      [Float](repeating: 1, count: count * headWidth * headWidth),
      ["channels": count * headWidth, "width": headWidth])
    let states: Shape = ["batch": batch, "time": time, "state": state]
    let scanned = try pass.linearScan(
      try pass.reshape(products, to: states),
      gates: try pass.reshape(try pass.multiply(ones, broadcasting: gates, along: 0..<1), to: states),
      axis: 1,
      initial: try pass.cachedState(path, shape: ["state": state]), name: path)
    let last = try pass.split(scanned, sizes: [time - 1, 1], axis: 1)[1]
    try pass.storeState(try pass.reshape(last, to: ["batch": batch, "state": state]), name: path)
    let mixed = try pass.matrixProduct(
      try row(parts[0]),
      try pass.reshape(scanned, to: ["count": count, "key": headWidth, "value": headWidth]))
    return try output(try pass.reshape(mixed, to: x.shape), pass)
  }
}

@Suite struct OutsideAttentionTests {
  private static func registry() throws -> Registry {
    var registry = try Registry.standard()
    try registry.add(
      "gated-linear", to: .attention, summary: "linear attention with gates",
      keys: [GatedLinearAttention.stateWidth], source: "Yang et al. 2023"
    ) { settings, scope, build in try GatedLinearAttention(settings, scope, build) }
    return registry
  }

  private static func model(_ context: Context) throws -> any LanguageModel {
    let registry = try registry()
    let node = try Node.parse(
      """
      { architecture: 'gpt', layers: 2, width: 12, context: 24, vocabulary: 30, position: 'none',
        block: { attention: 'gated-linear' } }
      """, file: "mine.json5")
    return try registry.build(try registry.resolve(node, name: "mine"), in: context, trains: true)
  }

  @Test func itHasNoAccessToWhatFollows() throws {
    let context = try Context.cpu(threads: 2)
    let model = try Self.model(context)
    func hidden(_ ids: [Int32]) throws -> [[Float]] {
      try model.hidden(TokenBatch(ids: ids, batch: 1, time: ids.count), .inference(context)).rows()
    }
    let ids: [Int32] = [7, 9, 11, 8, 20, 5, 6]
    let before = try hidden(ids)
    let after = try hidden(Array(ids.dropLast(2)) + [21, 22])
    for place in 0..<5 { #expect(before[place] == after[place]) }
    #expect(before[5] != after[5])
  }

  /// Tokens read one after the other give what they give when read at once.
  @Test func theCachedStateChangesNothing() throws {
    let context = try Context.cpu(threads: 2)
    let model = try Self.model(context)
    #expect(model.usesCache)
    let ids: [Int32] = [7, 9, 11, 8, 20, 5, 6, 12]
    let whole = try model.hidden(TokenBatch(ids: ids, batch: 1, time: ids.count), .inference(context)).rows()
    let cache = KeyValueCache(sequences: 2, capacity: 24, in: context)
    var start = 0
    for count in [3, 1, 1, 3] {
      let pass = try Pass.inference(context, continuing: 1..<2, of: cache)
      let part = try model.hidden(
        TokenBatch(ids: Array(ids[start..<start + count]), batch: 1, time: count), pass
      ).rows()
      cache.advance(1..<2, by: count)
      for (row, expected) in zip(part, whole[start...]) {
        for (a, b) in zip(row, expected) { #expect(abs(a - b) < 1e-5) }
      }
      start += count
    }
  }

  /// A step along its gradient lowers the loss by what the gradient says.
  @Test func itsGradientsAreThoseOfItsLoss() throws {
    let context = try Context.cpu(threads: 2)
    let model = try Self.model(context)
    let ids = (0..<20).map { Int32(5 + $0 * 7 % 23) }
    func loss(_ pass: Pass) throws -> Tensor {
      try model.loss(
        TokenBatch(ids: ids, batch: 2, time: 10), at: (0..<20).map { $0 }, targets: ids.reversed(),
        lossWeight: 1,
        pass
      ).loss
    }
    let pass = Pass.training(context, step: 0)
    let before = try loss(pass)
    try pass.tape?.backward(from: before, in: context)
    var squares = 0.0
    let rate: Float = 1e-3
    for parameter in model.parameters.all {
      let node = try #require(parameter.tensor.node)
      let gradient = try #require(node.persistent)
      #expect(node.isWritten, "\(parameter.name) has no gradient")
      let slope = try gradient.download(Float.self)
      squares += slope.reduce(0) { $0 + Double($1 * $1) }
      try parameter.tensor.buffer.upload(zip(parameter.tensor.values(), slope).map { $0 - rate * $1 })
    }
    let after = try loss(.inference(context))
    let lowered = Double(before.values()[0]) - Double(after.values()[0])
    #expect(squares > 1e-3)
    #expect(abs(lowered / (Double(rate) * squares) - 1) < 0.05)
  }
}
