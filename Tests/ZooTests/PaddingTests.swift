import Tensors
import TestSupport
import Testing
import Transformer
import Zoo

/// Sequences of different lengths in one batch, for every kind of model.
@Suite struct PaddingTests {
  @Test(arguments: ModelFixture.tiny) func aShortSequenceDoesNotSeeItsPadding(_ preset: String) throws {
    let (model, context) = try ModelFixture.build(try ModelFixture.descriptor(preset))
    let lengths = [9, 4, 1, 6]
    var padded = ModelFixture.batch(rows: lengths.count, time: 9)
    padded.lengths = lengths
    let together = try ModelFixture.hidden(model, padded, context)
    // What the padding holds is nobody's business.
    var refilled = padded
    for (row, length) in lengths.enumerated() {
      for place in length..<9 { refilled.ids[row * 9 + place] = Int32(5 + (row + place) % 7) }
    }
    let again = try ModelFixture.hidden(model, refilled, context)
    for (row, length) in lengths.enumerated() {
      let own = Array(padded.ids[row * 9..<row * 9 + length])
      let alone = try ModelFixture.hidden(model, TokenBatch(ids: own, batch: 1, time: length), context)
      for place in 0..<length {
        #expect(distance(alone[place], together[row * 9 + place]) < 1e-5, "\(preset), \(length) tokens")
        #expect(sameBits(together[row * 9 + place], again[row * 9 + place]), "\(preset), \(length) tokens")
      }
    }
    #expect(together.allSatisfy { $0.allSatisfy(\.isFinite) })
  }
}
