import Tensors
import TestSupport
import Testing
import Text
import Transformer
import Zoo

@testable import Training

/// Windows between special tokens.
@Suite struct FramedObjectiveTests {
  @Test func theTaskBetweenTheTokensIsTheSame() throws {
    let base = MaskedLM(rate: 0.4)
    let framed = FramedObjective(base, in: TextFrame(before: [2, 1], after: [3]))
    let vocabulary = TokenizerPipeline.bytes.vocabulary
    let windows = WindowBatch(
      ids: (0..<18).map { Int32(50 + $0) }, batch: 2, length: 9,
      documents: (0..<18).map { Int32($0 % 9 < 4 ? 7 : 8) })
    let key = RandomStream(seed: 4).key("test")
    let plain = try base.prepare(windows, vocabulary: vocabulary, key: key)
    let found = try framed.prepare(windows, vocabulary: vocabulary, key: key)
    #expect(found.targets == plain.targets && !plain.targets.isEmpty)
    #expect(found.tokens.time == 12 && found.tokens.batch == 2)
    for row in 0..<2 {
      let own = Array(found.tokens.ids[row * 12..<row * 12 + 12])
      #expect(own == [2, 1] + plain.tokens.ids[row * 9..<row * 9 + 9] + [3])
      let documents = try #require(found.tokens.documents)
      #expect(Array(documents[row * 12..<row * 12 + 12]) == [7, 7, 7, 7, 7, 7, 8, 8, 8, 8, 8, 8])
    }
    for (one, other) in zip(plain.positions, found.positions) {
      #expect(found.tokens.ids[Int(other)] == plain.tokens.ids[Int(one)])
      #expect(Int(other) == Int(one) / 9 * 12 + 2 + Int(one) % 9)
    }
    #expect(framed.name == base.name && framed.predicts == .hidden && framed.unit == base.unit)
  }
}
