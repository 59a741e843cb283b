import Foundation
import Tensors
import TestSupport
import Testing
import Text
import Transformer
import Zoo

@testable import Inference

/// Attention that stays within documents: packed and alone, with a cache and without.
@Suite struct DocumentGenerationTests {
  static let mask = "mask: { type: 'causal', withinDocuments: true }"

  /// A text ends at any of the end tokens, and not at all where they are ignored.
  @Test func aTextEndsAtAnEndToken() throws {
    let plain = try GenerationTests.loaded(text: "position: 'rotary'")
    var options = GenerationOptions()
    (options.tokens, options.temperature) = (20, 0)
    let all = try plain.generate(ids: [70, 80], options: options)
    #expect(all.count == 20)
    let end = try #require(all.dropFirst(3).first { !all.prefix(3).contains($0) })
    let place = try #require(all.firstIndex(of: end))
    func ending(_ ends: [Int32]) -> LoadedModel {
      LoadedModel(
        plain.descriptor, plain.model, tokenizer: plain.tokenizer, context: plain.context, kind: plain.kind,
        startsWithToken: false, predicts: .next, endTokens: ends)
    }
    #expect(try ending([999, end]).generate(ids: [70, 80], options: options) == Array(all[...place]))
    options.ignoresEnd = true
    #expect(try ending([end]).generate(ids: [70, 80], options: options) == all)
    // A stop ends the ids with the token that completes it.
    options.stops = ["no such text", plain.tokenizer.decode([all[1]])]
    let stopped = try plain.generate(ids: [70, 80], options: options)
    #expect(stopped.count <= 2 && all.starts(with: stopped))
    for bad in [[], [-1], [Int32(plain.model.dimensions.vocabulary)]] as [[Int32]] {
      #expect(throws: InferenceError.self) { try plain.generate(ids: bad, options: options) }
    }
  }

  /// A document in a packed window has the vectors that it has alone, where positions count distances or nothing.
  @Test(arguments: [
    ("causal", "'none'"), ("causal", "'rotary'"), ("causal", "'alibi'"), ("bidirectional", "'none'"),
    ("bidirectional", "'rotary'"), ("bidirectional", "{ type: 'alibi', form: 'symmetric' }"),
    ("bidirectional", "{ type: 'alibi', form: 'one-sided' }"),
  ])
  func aPackedDocumentIsTheDocumentAlone(mask: String, position: String) throws {
    let model = try GenerationTests.loaded(
      text: "mask: { type: '\(mask)', withinDocuments: true }, position: \(position)")
    let lengths = [5, 1, 9, 7]
    let numbers = lengths.enumerated().flatMap { [Int32](repeating: Int32($0 % 2), count: $1) }
    let packed = ModelFixture.batch(rows: 1, time: 22, vocabulary: 261, documents: numbers)
    let together = try ModelChecks.hidden(model.model, packed, model.context)
    var start = 0
    for length in lengths {
      let alone = TokenBatch(ids: Array(packed.ids[start..<start + length]), batch: 1, time: length)
      let own = try ModelChecks.hidden(model.model, alone, model.context)
      for (one, other) in zip(own, together[start..<start + length]) { #expect(distance(one, other) < 1e-4) }
      start += length
    }
    // The boundaries are what makes it so.
    var without = packed
    without.documents = nil
    let whole = try ModelChecks.hidden(model.model, without, model.context)
    #expect(distance(whole[21], together[21]) > 1e-2)
  }

  @Test(arguments: [
    "position: 'none'", "position: 'learned'", "position: 'rotary'", "position: 'alibi'",
    "position: 'rotary', block: { attention: { type: 'grouped-query', heads: 4, keyValueHeads: 2, window: 5 } }",
  ])
  func cachedIsUncached(text: String) throws {
    let model = try GenerationTests.loaded(text: "\(Self.mask), \(text)", context: 200)
    let ids: [Int32] = (0..<180).map { Int32(5 + $0 * (41 + $0) % 250) }
    // Documents of all lengths; the second sequence has others.
    let numbers: [[Int32]] = [
      ids.indices.map { Int32($0 < 3 ? 0 : $0 < 4 ? 1 : $0 < 40 ? 0 : $0 < 150 ? 5 : 6) },
      ids.indices.map { Int32($0 / 11) },
    ]
    func uncached(_ row: Int, _ count: Int) throws -> [Float] {
      let tokens = TokenBatch(
        ids: Array(ids[..<count]), batch: 1, time: count, documents: Array(numbers[row][..<count]))
      return try model.model.logits(tokens, at: [Int32(count - 1)], .inference(model.context)).values()
    }
    let cache = KeyValueCache(sequences: 3, capacity: 180, in: model.context)
    var read = 0
    for block in [2, 1, 1, 30, 1, 9, 100, 1, 1, 20, 1, 1] {
      let range = read..<read + block
      let documents = numbers.flatMap { Array($0[range]) }
      let pass = try Pass.inference(model.context, continuing: 0..<2, of: cache)
      let tokens = TokenBatch(
        ids: Array(ids[range]) + Array(ids[range]), batch: 2, time: block, documents: documents)
      let logits = try model.model.logits(
        tokens, at: [Int32(block - 1), Int32(2 * block - 1)], pass
      ).rows()
      cache.advance(0..<2, by: block, documents: documents)
      read += block
      for row in 0..<2 {
        #expect(distance(logits[row], try uncached(row, read)) < 1e-4, "\(text), row \(row), \(read) tokens")
      }
    }
    // A moved sequence knows its document; a cleared one has none.
    cache.move(1, to: 2)
    #expect(cache.documents[2] == CachedDocument(number: 15, start: 165) && cache.documents[1] == nil)
    let pass = try Pass.inference(model.context, continuing: 2..<3, of: cache)
    let next = TokenBatch(ids: [ids[168]], batch: 1, time: 1, documents: [15])
    let moved = try model.model.logits(next, at: [0], pass).values()
    #expect(distance(moved, try uncached(1, 169)) < 1e-4)
  }

  /// What is written continues from the current line alone, with a cache and without.
  @Test func generationSeesItsOwnDocument() throws {
    let descriptor = try ModelFixture.descriptor(
      text: "{ context: 64, layers: 2, \(Self.mask), position: 'rotary' }")
    let model = try GenerationTests.loaded(descriptor, startsWithToken: false, documents: .lines)
    let reader = { (prompt: String) throws -> [Float] in
      var reader = TextReader(model, texts: 1, longest: 64)
      reader.add(model.tokenizer.encode(prompt))
      return try reader.logits()[0]
    }
    let alone = try reader("ab cd")
    #expect(distance(try reader("something else\nab cd"), alone) < 1e-4)
    #expect(distance(try reader("something else ab cd"), alone) > 1e-2)
    let tokens = model.tokens(model.tokenizer.encode("x\n\nyz\n"), batch: 1)
    #expect(tokens.documents == [0, 0, 1, 2, 2, 2])
    // A longer text than the context is begun again in the middle, and still distinguished.
    var options = GenerationOptions()
    options.tokens = 150
    #expect(try model.generate(prompt: "a\nb", options: options).utf8.count >= 1)
    // A model from before documents were recorded sees across them, as it was trained to.
    let older = try GenerationTests.loaded(descriptor, startsWithToken: false)
    #expect(older.tokens([5, 6], batch: 1).documents == nil)
  }
}
