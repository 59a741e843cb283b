import Foundation
import Installed
import Settings
import Tensors
import TestSupport
import Testing
import Text
import Transformer

@testable import Inference
@testable import Zoo

/// Writing through the cache of keys and values is writing without it, only faster.
@Suite struct GenerationTests {
  /// Every kind of position, of head grouping and of window, by descriptor; large weights, so that
  /// positions and earlier tokens matter to the fourth decimal and far above it.
  static let models: [String] = {
    let positions = [
      "'none'", "'learned'", "'sinusoidal'", "'rotary'", "{ type: 'rotary', fraction: 0.5 }", "'alibi'",
    ]
    let attentions = [
      "{ type: 'multi-head', heads: 4 }",
      "{ type: 'grouped-query', heads: 4, keyValueHeads: 2, window: 5 }",
      "{ type: 'multi-query', heads: 4, queryKeyNorm: true }",
    ]
    return positions.flatMap { position in
      attentions.map { "position: \(position), block: { attention: \($0) }" }
    }
  }()

  static let decoders = ModelFixture.tiny.filter { name in
    (try? ModelFixture.build(ModelFixture.descriptor(name), dry: true).model.mask.seesFuture) == false
  }

  /// A model of bytes with large weights.
  static func loaded(
    _ descriptor: ModelDescriptor, threads: Int = 1, startsWithToken: Bool = true,
    documents: DocumentRule? = nil
  ) throws -> LoadedModel {
    let registry = try Registry.standard()
    let open = try registry.resolve(
      descriptor.node, name: descriptor.name,
      sets: ["initialisation={ type: 'normal', deviation: 0.3 }", "vocabulary=261", "tokenizer=bytes"])
    let (model, context) = try ModelFixture.build(open, threads: threads, seed: 3)
    return LoadedModel(
      open, model, tokenizer: TokenizerPipeline.bytes, context: context, kind: .decoder,
      startsWithToken: startsWithToken, documents: documents)
  }

  static func loaded(text: String, context: Int = 24, threads: Int = 1, startsWithToken: Bool = true) throws
    -> LoadedModel
  {
    try loaded(
      ModelFixture.descriptor(text: "{ context: \(context), layers: 2, \(text) }"), threads: threads,
      startsWithToken: startsWithToken)
  }

  /// The logits after all of `ids`, computed again.
  static func uncached(_ model: LoadedModel, _ ids: [Int32]) throws -> [Float] {
    let tokens = TokenBatch(ids: ids, batch: 1, time: ids.count)
    return try model.model.logits(tokens, at: [Int32(ids.count - 1)], .inference(model.context)).values()
  }

  static func best(_ logits: [Float]) -> Int? { logits.indices.max { logits[$0] < logits[$1] } }

  /// Reads blocks of tokens through a cache and compares the logits after every block.
  ///
  /// - Parameter loses: whether a longer text has other logits than its last tokens.
  static func checkCache(
    _ model: LoadedModel, blocks: [Int], _ comment: String, loses: Bool = true
  ) throws {
    #expect(model.model.usesCache, "\(comment)")
    let time = blocks.reduce(0, +)
    let ids: [Int32] = (0..<time).map { place in Int32(5 + place * (41 + place) % 250) }
    // The second of three rows: the others must be left alone.
    let cache = KeyValueCache(sequences: 3, capacity: time + 1, in: model.context)
    var read = 0
    for block in blocks {
      let pass = try Pass.inference(model.context, continuing: 1..<2, of: cache)
      let tokens = TokenBatch(ids: Array(ids[read..<read + block]), batch: 1, time: block)
      let cached = try model.model.logits(tokens, at: [Int32(block - 1)], pass).values()
      cache.advance(1..<2, by: block)
      read += block
      let expected = try uncached(model, Array(ids[..<read]))
      #expect(distance(cached, expected) < 1e-4, "\(comment), after \(read) tokens")
      #expect(best(cached) == best(expected), "\(comment), after \(read) tokens")
      if loses, read > 3 {
        // The comparison would notice if earlier tokens were lost.
        #expect(distance(try uncached(model, Array(ids[read - 2..<read])), expected) > 1e-2, "\(comment)")
      }
    }
    #expect(cache.lengths == [0, time, 0])
  }

  @Test(arguments: models) func cachedLogitsAreTheUncached(_ text: String) throws {
    let model = try Self.loaded(text: text, threads: 2)
    try Self.checkCache(model, blocks: [6] + [Int](repeating: 1, count: 18), text)
    try Self.checkCache(model, blocks: [1, 5, 1, 7, 2, 1], text)
  }

  @Test func cachedLogitsAreTheUncachedForEveryDecoder() throws {
    #expect(Self.decoders.count >= 8)
    for preset in Self.decoders where !preset.hasSuffix("trunk") {
      let model = try Self.loaded(ModelFixture.descriptor(preset))
      try Self.checkCache(model, blocks: [4, 1, 1, 1, 2, 1, 1, 1], preset)
    }
  }

  /// Texts of different lengths that are read together have the bits that each has alone, and end at
  /// different times.
  @Test(arguments: models) func aBatchGivesTheSameAsEachAlone(_ text: String) throws {
    let model = try Self.loaded(text: text, threads: 2)
    let contents: [[Int32]] = [
      [9, 8, 7, 6, 5], [], [77], [11, 200, 13, 150, 99, 31, 8, 250, 60, 61, 62, 63],
    ]
    var together = TextReader(model, texts: 4, longest: 16)
    var alone = contents.map { _ in TextReader(model, texts: 1, longest: 16) }
    for (index, content) in contents.enumerated() {
      together.add(content)
      alone[index].add(content)
    }
    var order = [0, 1, 2, 3]
    for step in 0..<4 {
      let logits = try together.logits()
      #expect(logits.count == order.count)
      for (row, index) in order.enumerated() {
        #expect(sameBits(logits[row], try alone[index].logits()[0]), "\(text), step \(step), text \(index)")
        let token = Int32(20 + 9 * index + step)
        together.append(token, to: row)
        alone[index].append(token, to: 0)
      }
      if step == 1 {
        together.remove(0)
        order = [3, 1, 2]
      }
    }
  }

  @Test func manyPromptsGiveTheSameAsEachAlone() throws {
    let model = try Self.loaded(text: "position: 'rotary', block: { attention: { heads: 2 } }")
    var options = GenerationOptions()
    options.tokens = 30
    let prompts = (0..<TextReader.maxTexts + 5).map { String(repeating: "ab\($0)", count: $0 % 7) }
    let alone = try prompts.map { try model.generate(prompt: $0, options: options) }
    #expect(Set(alone).count > 15)
    var pieces = prompts.map { _ in "" }
    #expect(try model.generate(prompts: prompts, options: options) { pieces[$0] += $1 } == alone)
    #expect(pieces == alone)
    // Some end before others, at a stop.
    options.stop = String(alone[3].dropFirst(4).prefix(1))
    let stopped = try prompts.map { try model.generate(prompt: $0, options: options) }
    #expect(stopped != alone && Set(stopped.map(\.utf8.count)).count > 5)
    #expect(try model.generate(prompts: prompts, options: options) == stopped)
    options.tokens = 0
    #expect(try model.generate(prompts: ["a", "b"], options: options) == ["", ""])
    #expect(try model.generate(prompts: [], options: options).isEmpty)
  }

  /// Past the context the model reads the last half again and continues from there.
  @Test(arguments: [true, false]) func theContextMayBeOutgrown(startsWithToken: Bool) throws {
    for (text, context) in [("position: 'learned'", 24), ("position: 'rotary'", 7), ("position: 'none'", 1)] {
      let model = try Self.loaded(text: text, context: context, startsWithToken: startsWithToken)
      let room = model.contentRoom
      var reader = TextReader(model, texts: 1, longest: 1000)
      var content: [Int32] = Array(10..<40)
      reader.add(content)
      var seen = content.suffix(room)
      for step in 0..<60 {
        let expected = try Self.uncached(model, model.input(seen))
        #expect(distance(try reader.logits()[0], expected) < 1e-4, "\(text), step \(step)")
        content.append(Int32(5 + (step * 31) % 250))
        reader.append(content[content.count - 1], to: 0)
        seen = content.suffix(seen.count + 1 > room ? (room + 1) / 2 : seen.count + 1)
      }
    }
  }

  /// A model whose parts keep nothing in the cache reads whole texts; the text is the same.
  @Test func aModelWithoutACacheWritesTheSame() throws {
    let model = try Self.loaded(text: "position: 'alibi'", context: 64)
    let plain = LoadedModel(like: model, Uncached(model.model), in: model.context)
    #expect(model.model.usesCache && !plain.model.usesCache)
    for (temperature, topK, topP) in [(0.0, nil, nil), (1, nil, nil), (0.7, 9, nil), (1.5, nil, 0.8)]
      as [(Double, Int?, Double?)]
    {
      var options = GenerationOptions()
      (options.temperature, options.topK, options.topP, options.tokens) = (temperature, topK, topP, 50)
      let prompts = ["the dog", "", "x"]
      let texts = try plain.generate(prompts: prompts, options: options)
      #expect(try model.generate(prompts: prompts, options: options) == texts)
    }
  }

  /// The dry device foretells the FLOPs and the memory of a pass that continues a cache.
  @Test func dryEqualsReal() throws {
    let descriptor = try ModelFixture.descriptor("tiny/rotary-grouped")
    let figures = try [true, false].map { dry in
      let (model, context) = try ModelFixture.build(descriptor, threads: 2, dry: dry)
      let cache = KeyValueCache(sequences: 2, capacity: 9, in: context)
      for time in [5, 1] {
        let pass = try Pass.inference(context, continuing: 0..<2, of: cache)
        _ = try model.logits(ModelFixture.batch(rows: 2, time: time), at: [0, Int32(2 * time - 1)], pass)
        cache.advance(0..<2, by: time)
      }
      cache.move(1, to: 0)
      return [Int(context.device.matrixFlops), context.device.arena.peak, context.device.arena.live]
    }
    #expect(figures[0] == figures[1] && figures[0][0] > 0)
  }

  /// Layers with windows forget what was not can see any more, and the logits do not change.
  @Test(arguments: ["'rotary'", "'alibi'", "'learned'", "'none'"])
  func windowsForget(position: String) throws {
    let most = KeyValueCache.maxTokensAtOnce
    for window in [1, 8, 13] {
      let text = "position: \(position), block: { attention: { heads: 2, window: \(window) } }"
      let model = try Self.loaded(text: text, context: 5 * most)
      try Self.checkCache(model, blocks: [most, 30, most, 1, 1, most, 1, 19], text, loses: window > 1)

      var reader = TextReader(model, texts: 2, longest: 4 * most)
      let long: [Int32] = (0..<3 * most + 7).map { Int32(5 + $0 * (41 + $0) % 250) }
      let texts: [[Int32]] = [Array(long[..<40]), long]
      for text in texts { reader.add(text) }
      for (logits, content) in zip(try reader.logits(), texts) {
        #expect(distance(logits, try Self.uncached(model, model.input(content))) < 1e-4, "\(text)")
      }
      // The long text moves to the front and continues.
      reader.remove(0)
      reader.append(77, to: 0)
      let expected = try Self.uncached(model, model.input(long + [77]))
      #expect(distance(try reader.logits()[0], expected) < 1e-4, "\(text)")
    }
  }

  @Test func aWindowBoundsTheMemoryOfACache() throws {
    let bytes = try ["8", "null"].map { window in
      let model = try Self.loaded(
        text: "position: 'rotary', block: { attention: { window: \(window) } }", context: 4096)
      let cache = KeyValueCache(sequences: 1, capacity: 4096, in: model.context)
      let pass = try Pass.inference(model.context, continuing: 0..<1, of: cache)
      _ = try model.model.hidden(ModelFixture.batch(rows: 1, time: 3), pass)
      return cache.byteCount
    }
    #expect(bytes[1] / 4096 * (8 + 8 + KeyValueCache.maxTokensAtOnce) == bytes[0])
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let model = try Self.loaded(text: "position: 'none'")
    let cache = KeyValueCache(sequences: 2, capacity: 4, in: model.context)
    func read(_ tokens: TokenBatch, _ rows: Range<Int>) throws {
      _ = try model.model.hidden(tokens, .inference(model.context, continuing: rows, of: cache))
    }
    #expect(throws: ShapeError.self) { try read(ModelFixture.batch(rows: 1, time: 5), 0..<1) }
    #expect(throws: ShapeError.self) { try read(ModelFixture.batch(rows: 1, time: 2), 0..<2) }
    #expect(throws: ShapeError.self) { try read(ModelFixture.batch(rows: 3, time: 2), 0..<3) }
    try read(ModelFixture.batch(rows: 2, time: 3), 0..<2)
    cache.advance(0..<2, by: 3)
    let error = #expect(throws: ShapeError.self) { try read(ModelFixture.batch(rows: 2, time: 2), 0..<2) }
    #expect("\(error.map { "\($0)" } ?? "")".contains("at most 4 tokens"))
  }
}

/// A model that hides that it could use a cache.
private final class Uncached: LanguageModel {
  let inner: any LanguageModel
  init(_ inner: any LanguageModel) { self.inner = inner }
  var parameters: ParameterStore { inner.parameters }
  var dimensions: Dimensions { inner.dimensions }
  var mask: any Mask { inner.mask }
  func hidden(_ tokens: TokenBatch, _ pass: Pass) throws -> Tensor { try inner.hidden(tokens, pass) }
  func logits(_ tokens: TokenBatch, at positions: [Int32], _ pass: Pass) throws -> Tensor {
    try inner.logits(tokens, at: positions, pass)
  }
  func loss(
    _ tokens: TokenBatch, at positions: [Int32], targets: [Int32], weights: [Float]?, lossWeight: Double,
    _ pass: Pass
  ) throws -> LossResult {
    try inner.loss(
      tokens, at: positions, targets: targets, weights: weights, lossWeight: lossWeight, pass)
  }
}
