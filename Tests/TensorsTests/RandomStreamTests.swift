import Kernels
import Testing

@testable import Tensors

@Suite struct RandomStreamTests {
  @Test func keysAreAPureFunctionOfSeedNameAndStep() {
    #expect(RandomStream(seed: 7).key("a.b", step: 3) == RandomStream(seed: 7).key("a.b", step: 3))
  }

  @Test func keysOfAllUsesDiffer() {
    var keys: Set<PhiloxKey> = []
    var uses = 0
    for seed: UInt64 in 0..<10 {
      for name in ["", "a", "b", "ab", "ba", "blocks.0.attention", "blocks.1.attention"] {
        for step in [0, 1, 2, 1000, -1] {
          keys.insert(RandomStream(seed: seed).key(name, step: step))
          uses += 1
        }
      }
    }
    #expect(keys.count == uses)
  }

  /// Runs are repeated years later: the keys must not drift.
  @Test func keysStayWhatTheyAre() {
    #expect(RandomStream(seed: 1).key("embedding.weight") == PhiloxKey(low: 4_238_006_377, high: 406_604_230))
    #expect(RandomStream(seed: 42).key("x", step: 5) == PhiloxKey(low: 1_265_092_252, high: 30_122_138))
  }
}
