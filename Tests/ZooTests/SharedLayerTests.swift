import Settings
import Tensors
import TestSupport
import Testing
import Transformer
import Zoo

/// Layers of which each knows which one it is, and layers that share their parameters.
@Suite struct SharedLayerTests {
  @Test(
    arguments: [
      ("window: 4, globalEvery: 3", [nil, 4, 4, nil, 4, 4, nil]),
      ("window: 4, globalEvery: 6, firstGlobal: 5", [4, 4, 4, 4, 4, nil, 4]),
      ("window: 4, globalEvery: 2, firstGlobal: 3", [4, 4, 4, nil, 4, nil, 4]),
      ("window: 4, globalEvery: 1, firstGlobal: 6", [4, 4, 4, 4, 4, 4, nil]),
      ("window: 4", [4, 4, 4, 4, 4, 4, 4]),
    ] as [(String, [Int?])]) func localAndGlobalLayersAlternate(_ one: (settings: String, windows: [Int?]))
    throws
  {
    let descriptor = try ModelFixture.descriptor(
      text: "{ layers: 7, block: { attention: { \(one.settings) } } }")
    #expect(try ModelFixture.build(descriptor, dry: true).model.windows == one.windows)
  }

  static let text = """
    { layers: 3, block: { attention: { heads: 2, window: 4, globalEvery: 2 }, feedForward: { type: 'geglu', hidden: 10 } },
      initialisation: { type: 'normal', deviation: 0.2 }, dropout: 0.1 }
    """

  /// The same model with parameters of its own in every layer, which begin as those of the first.
  static func unrolled(_ shared: any LanguageModel) throws -> (model: any LanguageModel, context: Context) {
    let (model, context) = try ModelFixture.build(try ModelFixture.descriptor(text: text), trains: true)
    for parameter in model.parameters.all {
      let source = try #require(shared.parameters[sharedName(parameter.name)])
      try parameter.tensor.buffer.upload(source.tensor.values())
    }
    return (model, context)
  }

  static func sharedName(_ name: String) -> String {
    for layer in 1...2 where name.hasPrefix("blocks.\(layer).") { return "blocks.0." + name.dropFirst(9) }
    return name
  }

  @Test func sharedLayersAreTheirUnrolledTwin() throws {
    let descriptor = try ModelFixture.descriptor(text: Self.text, sets: ["sharedLayers=true"])
    let (shared, context) = try ModelFixture.build(descriptor, trains: true)
    let (twin, twinContext) = try Self.unrolled(shared)
    // One layer of parameters, under the names of the first.
    let one = try ModelFixture.build(
      try ModelFixture.descriptor(text: Self.text, sets: ["layers=1"]), dry: true)
    #expect(shared.parameters.all.map(\.name) == one.model.parameters.all.map(\.name))
    #expect(shared.parameters.count == one.model.parameters.count)
    #expect(shared.windows == twin.windows && shared.windows == [nil, 4, nil])

    let tokens = ModelFixture.batch(rows: 2, time: 9)
    let outputs = (
      try ModelChecks.hidden(shared, tokens, context), try ModelChecks.hidden(twin, tokens, twinContext)
    )
    #expect(zip(outputs.0, outputs.1).allSatisfy(sameBits))

    // A training pass, each layer with a dropout of its own; every use of a parameter adds to its gradient.
    let flops = (context.device.matrixFlops, twinContext.device.matrixFlops)
    let task = ModelFixture.batch(rows: 2, time: 12)
    try ModelChecks.train(shared, on: task, context, step: 3)
    try ModelChecks.train(twin, on: task, twinContext, step: 3)
    #expect(context.device.matrixFlops - flops.0 == twinContext.device.matrixFlops - flops.1)
    for parameter in shared.parameters.all {
      let uses = twin.parameters.all.filter { Self.sharedName($0.name) == parameter.name }
      #expect(uses.count == (parameter.name.hasPrefix("blocks.") ? 3 : 1))
      let found = parameter.gradient
      var wanted = [Float](repeating: 0, count: found.count)
      for use in uses {
        for (index, value) in use.gradient.enumerated() { wanted[index] += value }
      }
      #expect(wanted.contains { $0 != 0 })
      #expect(distance(found, wanted) < 1e-5 * (1 + (wanted.map(abs).max() ?? 0)), "\(parameter.name)")
    }
  }

  /// Tokens read one after the other: each layer keeps keys and values of its own.
  @Test func sharedLayersDoNotShareTheirCache() throws {
    let descriptor = try ModelFixture.descriptor(text: Self.text, sets: ["sharedLayers=true"])
    let (model, context) = try ModelFixture.build(descriptor)
    #expect(model.usesCache)
    let tokens = ModelFixture.batch(rows: 1, time: 8)
    let whole = try ModelChecks.hidden(model, tokens, context)
    let cache = KeyValueCache(sequences: 1, capacity: 8, in: context)
    for time in 0..<8 {
      let next = TokenBatch(ids: [tokens.ids[time]], batch: 1, time: 1)
      let row = try model.hidden(next, try Pass.inference(context, continuing: 0..<1, of: cache)).values()
      cache.advance(0..<1, by: 1)
      #expect(distance(row, whole[time]) < 1e-5, "token \(time)")
    }
  }

  /// A source that hands out ones and notes what it was asked for.
  private final class Source: ParameterSource {
    var names: [String] = []
    func load(_ name: String, _ shape: Shape, into buffer: Buffer) throws {
      names.append(name)
      try buffer.upload([Float](repeating: 1, count: shape.count))
    }
  }

  @Test func aCheckpointHoldsThemOnce() throws {
    let descriptor = try ModelFixture.descriptor(text: Self.text, sets: ["sharedLayers=true"])
    let source = Source()
    let context = try Context.cpu(threads: 1)
    let model = try Registry.standard().build(descriptor, in: context, trains: false, source: source)
    #expect(source.names == model.parameters.all.map(\.name))
    #expect(source.names.contains("blocks.0.attention.projection.weight"))
    #expect(!source.names.contains { $0.hasPrefix("blocks.1.") })
  }
}
