import Testing

@testable import SyntheticCorpus
@testable import Text

/// Token ids are part of every trained model: they stay what they were when tokenizers became pipelines.
@Suite struct EncodingTests {
  @Test(arguments: [
    ("bytes", "a15a90997fc6c48b28487e009f1f75956e880a0bb5b317aee7a43484eb43c86d"),
    ("characters", "8183624c9d8ab572ce89b7bbaad0b7c8d6425a1b6e39b3917ae6831de346972f"),
    ("byte-bpe", "83a1c0c2e65e8d9597fba91ca8a9e9585f7194eb2f3f3dbe29f0ecca9b23c5fd"),
    ("wordpiece", "347d0e95ea08ece7c02a418c3e5c3065991589bc62b0d0ec977ba0c47dcaed5a"),
  ])
  func idsOfTheEmbeddedCorpusStayWhatTheyWere(kind: String, expected: String) throws {
    let source = GeneratedCorpus.make(heldOutBytes: 1000).source
    let tokenizer = try source.withTrain { try TokenizerTrainer.make(kind: kind, vocabulary: 700, from: $0) }
    var hash = ContentHash()
    hash.add(Array(tokenizer.fingerprint.utf8))
    try source.withTrain { train in
      for startsAtLines in [false, true] {
        let text = try TokenizedText(train, tokenizer: tokenizer, startsAtLines: startsAtLines)
        Array(text.ids).withUnsafeBytes { hash.add($0.bindMemory(to: UInt8.self)) }
        (text.starts ?? []).withUnsafeBytes { hash.add($0.bindMemory(to: UInt8.self)) }
      }
    }
    #expect(hash.hex == expected)
  }
}
