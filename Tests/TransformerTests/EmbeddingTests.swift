import Settings
import Tensors
import TestSupport
import Testing

@testable import Transformer

@Suite struct EmbeddingTests {
  func embedding(_ parts: PartFixture, _ text: String) throws -> TokenEmbedding {
    try TokenEmbedding(
      try parts.resolve(text, family: "embedding"), parts.scope.child("embedding"), parts.build)
  }

  @Test func tablesAreSummed() throws {
    let parts = try PartFixture(position: "'learned'")
    let embedding = try embedding(parts, "{ type: 'tokens', segments: true, scale: true }")
    func table(_ name: String) -> [Float] { parts.store[name]?.tensor.values() ?? [] }
    let (tokens, positions, segments) = (
      table("embedding.token.weight"), table("position.weight"), table("embedding.segment.weight")
    )
    let batch = TokenBatch(ids: [3, 10, 3, 0], batch: 2, time: 2, segments: [0, 1, 1, 0])
    let found = try embedding(batch, .inference(parts.context)).values()
    for row in 0..<4 {
      for channel in 0..<8 {
        let wanted =
          tokens[Int(batch.ids[row]) * 8 + channel] * Float(8).squareRoot() + positions[row % 2 * 8 + channel]
          + segments[Int(batch.segments?[row] ?? 0) * 8 + channel]
        #expect(abs(found[row * 8 + channel] - wanted) < 1e-5)
      }
    }
  }

  /// One vector is every token's; more than two are chosen by number.
  @Test(arguments: [1, 3]) func thereMayBeAnyNumberOfSegments(_ count: Int) throws {
    let parts = try PartFixture()
    let embedding = try embedding(
      parts, "{ type: 'tokens', segments: true, segmentCount: \(count) }")
    let tokens = try #require(parts.store["embedding.token.weight"]?.tensor.rows())
    let segments = try #require(parts.store["embedding.segment.weight"]?.tensor.rows())
    #expect(segments.count == count)
    let batch = TokenBatch(ids: [3, 10, 5], batch: 1, time: 3, segments: [0, count == 1 ? 1 : 2, 1])
    let found = try embedding(batch, .inference(parts.context)).rows()
    for (row, id) in batch.ids.enumerated() {
      let segment = count == 1 ? 0 : Int(batch.segments?[row] ?? 0)
      let wanted = zip(tokens[Int(id)], segments[segment]).map { $0 + $1 }
      #expect(distance(found[row], wanted) < 1e-6)
    }
  }

  /// The sum of narrow tables, normalised at their width, then mapped to the model's.
  @Test func tablesMayBeNarrowerThanTheModel() throws {
    let parts = try PartFixture(tokenWidth: 4)
    let embedding = try embedding(parts, "{ type: 'tokens', segments: true, norm: true, tokenWidth: 4 }")
    func table(_ name: String) throws -> [[Float]] {
      try #require(parts.store["embedding." + name]?.tensor).rows()
    }
    let (tokens, segments, weight) = (
      try table("token.weight"), try table("segment.weight"), try table("map.weight")
    )
    #expect(tokens[0].count == 4 && segments[0].count == 4 && weight.count == 8 && weight[0].count == 4)
    #expect(embedding.tokens.shape.sizes == [11, 4])
    let found = try embedding(
      TokenBatch(ids: [3, 10], batch: 1, time: 2, segments: [0, 1]), .inference(parts.context)
    ).rows()
    for (row, id) in [3, 10].enumerated() {
      let sum = zip(tokens[id], segments[row]).map(+)
      let mean = sum.reduce(0, +) / 4
      let variance = sum.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4
      let normed = sum.map { ($0 - mean) / (variance + 1e-5).squareRoot() }
      let wanted = weight.map { zip($0, normed).reduce(0) { $0 + $1.0 * $1.1 } }
      #expect(distance(found[row], wanted) < 1e-5)
    }
  }

  @Test func aTextThatIsTooLongIsRefusedByName() throws {
    let parts = try PartFixture()
    let embedding = try embedding(parts, "'tokens'")
    let long = TokenBatch(ids: [Int32](repeating: 1, count: 17), batch: 1, time: 17)
    let error = #expect(throws: ShapeError.self) { try embedding(long, .inference(parts.context)) }
    #expect(error?.component == "embedding" && error?.role == "input")
    #expect(facts(error?.description ?? "") == "[batch 1 17] 1 16")
  }

  @Test func headsMustFitTheWidth() throws {
    let parts = try PartFixture()
    let error = #expect(throws: ShapeError.self) { try parts.block("{ attention: { heads: 3 } }") }
    #expect(error?.component == "block.attention" && error?.role == "heads")
    #expect(facts(error?.description ?? "") == "3 3 8")
  }

  @Test func theGatedFormsCostWhatThePlainOnesDo() throws {
    #expect(FeedForwardSettings.defaultHidden(width: 128, isGated: false) == 512)
    #expect(FeedForwardSettings.defaultHidden(width: 128, isGated: true) == 344)
    for width in stride(from: 8, through: 512, by: 8) {
      let (plain, gated) = (
        2 * FeedForwardSettings.defaultHidden(width: width, isGated: false),
        3 * FeedForwardSettings.defaultHidden(width: width, isGated: true)
      )
      #expect(gated >= plain && gated - plain <= 24)
    }
  }
}
