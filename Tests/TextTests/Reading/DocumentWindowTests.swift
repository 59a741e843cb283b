import Foundation
import TestSupport
import Testing

@testable import Text

/// Documents of their own in tokens and windows, and mixtures of texts.
@Suite struct DocumentWindowTests {
  private let folder: TemporaryFolder
  private let tokenizer: TokenizerPipeline
  init() throws {
    folder = try TemporaryFolder()
    tokenizer = try TokenizerPipeline.bytes.endingDocuments()
  }

  private func rows(_ name: String, _ texts: [String]) throws -> String {
    try folder.write(name, texts.map { "{\"text\": \"\($0)\"}\n" }.joined().utf8)
  }

  @Test func theTokenIsPartOfTheVocabulary() throws {
    let plain = TokenizerPipeline.bytes
    #expect(tokenizer.vocabularySize == plain.vocabularySize + 1)
    let end = try #require(tokenizer.special[.endOfDocument])
    #expect(tokenizer.bytes(of: end).isEmpty && tokenizer.decode([end]) == "[END]")
    for role in SpecialRole.allCases where role != .endOfDocument {
      #expect(tokenizer.special[role] == plain.special[role])
    }
    #expect(tokenizer.decode(tokenizer.encode("a dog")) == "a dog")
    #expect(try tokenizer.endingDocuments().special == tokenizer.special)
  }

  /// Every document is its tokens and the end, whatever the portions.
  @Test func documentsEndWithTheToken() throws {
    let end = try #require(tokenizer.special[.endOfDocument])
    let texts = (0..<40).map { "Text \($0)" + String(repeating: " word", count: $0 * 7 % 31) }
    let bytes = Array(texts.map { $0 + "\n" }.joined().utf8)
    var starts = [0]
    for text in texts.dropLast() { starts.append(starts[starts.count - 1] + text.utf8.count + 1) }
    let expected = texts.map { tokenizer.encode($0 + "\n") + [end] }
    for size in [1, 30, 100, 1 << 20] {
      let tokens = try bytes.withUnsafeBufferPointer {
        try TokenizedText(
          $0, tokenizer: tokenizer, startsAtLines: false,
          division: TextDivision(documentStarts: starts), portionSize: size)
      }
      #expect(Array(tokens.ids) == expected.flatMap { $0 }, "\(size)")
      #expect(tokens.documents.map { tokens.ids[$0] } == expected.map { $0[0] })
      #expect(tokens.documents.dropFirst().allSatisfy { tokens.ids[$0 - 1] == end })
      var counter = DocumentCounter(.tokens, tokenizer)
      let numbers = tokens.ids.map { counter.next($0) }
      #expect(numbers == tokens.documentNumbers(of: 0..<tokens.ids.count))
      #expect(numbers.last == 39)
    }
  }

  @Test func theCutIsBetweenDocuments() throws {
    let texts = (0..<50).map { "document \($0)" }
    let path = try rows("a.jsonl", texts)
    for share in [0.05, 0.1, 0.5] {
      let source = try TextSource.files([path], heldOutShare: share)
      let heldOut = source.withHeldOut { String(decoding: $0, as: UTF8.self) }
      #expect(heldOut.hasPrefix("document ") && source.heldOutBytes > 0)
      #expect(try source.tokenizedTrain(tokenizer).ids.last == tokenizer.special[.endOfDocument])
      let plain = try source.tokenizedHeldOut(tokenizer, endsDocuments: false)
      #expect(tokenizer.decode(Array(plain.ids)) == heldOut)
    }
    let alone = try TextSource.files([rows("b.jsonl", ["one document of some words"])])
    #expect(alone.heldOutBytes > 0)
  }

  @Test func windowsStayWithinDocuments() throws {
    let path = try rows(
      "a.jsonl", (0..<60).map { String(repeating: "\($0 % 10)", count: $0 * 5 % 40 + 1) })
    let text = try TextSource.files([path], heldOutShare: 0).tokenizedTrain(tokenizer)
    let sampler = try WindowSampler(text, length: 8, lookAhead: 1, within: true, seed: 1, name: "x")
    let ranges = try WindowSampler.frozenRanges(text, length: 8, lookAhead: 1, within: true)
    #expect(!ranges.isEmpty)
    for epoch in 0..<3 {
      let places = sampler.order(ofEpoch: epoch)
      #expect(places.count == sampler.windowsPerEpoch)
      for range in places.map({ $0..<$0 + 9 }) + ranges {
        #expect(Set(text.documentNumbers(of: range)).count == 1)
      }
      let sorted = places.sorted()
      #expect(zip(sorted, sorted.dropFirst()).allSatisfy { $1 - $0 >= 8 })
    }
    let across = try WindowSampler(text, length: 8, lookAhead: 1, seed: 1, name: "x")
    #expect(across.windowsPerEpoch > sampler.windowsPerEpoch)
    #expect(sampler.unreadShare == 1 - Double(8 * sampler.windowsPerEpoch) / Double(text.ids.count))
    #expect(sampler.unreadShare > 0.2 && across.unreadShare < 0.05)
    let said = #expect(throws: TextError.self) {
      try WindowSampler(text, length: 50, within: true, seed: 1, name: "x")
    }
    #expect(said?.suggestion.contains("recipe.windows=cross") == true)
  }

  /// Of each text as many windows as its weight says, and of each a part held out.
  @Test(arguments: [[2, 1], [1, 1], [0.5, 3], [2.5, 0.25]]) func weightsAreCounts(weights: [Double]) throws {
    let paths = [
      try folder.write("a.txt", [UInt8](repeating: 97, count: 1000)),
      try folder.write("b.txt", [UInt8](repeating: 98, count: 2000)),
    ]
    let source = try TextSource.files(paths, weights: weights, heldOutShare: 0.2)
    let heldOut = source.withHeldOut { String(decoding: $0, as: UTF8.self) }
    #expect(heldOut.count { $0 == "a" } == 200 && heldOut.count { $0 == "b" } == 400)
    let text = try source.tokenizedTrain(TokenizerPipeline.bytes)
    let sampler = try WindowSampler(text, length: 10, seed: 1, name: "x")
    let letters = ["a", "b"].map { TokenizerPipeline.bytes.encode($0)[0] }
    for epoch in 0..<3 {
      let firsts = sampler.order(ofEpoch: epoch).map { text.ids[$0] }
      for (letter, (windows, weight)) in zip(letters, zip([79, 159], weights)) {
        #expect(firsts.count { $0 == letter } == Int((Double(windows) * weight).rounded()))
      }
    }
    #expect(sampler.order(ofEpoch: 0) != sampler.order(ofEpoch: 1))
    // Another weight is another text.
    #expect(
      source.fingerprint != (try TextSource.files(paths, weights: [7, 1], heldOutShare: 0.2)).fingerprint)
    let tuning = try source.forTuning(share: 0.25)
    // A quarter of 800 and of 1,600, the line ends between the texts counted.
    #expect(tuning.withHeldOut { $0.count { $0 == 97 } } == 199)
    #expect(tuning.withHeldOut { $0.count { $0 == 98 } } == 399)
  }

  @Test func aTextAmongDocumentsIsOne() throws {
    let path = try rows("a.jsonl", ["x", "y"])
    let plain = try folder.write("b.txt", "one\n\ntwo\n".utf8)
    for weights in [[], [1, 1.0]] {
      let source = try TextSource.files([path, plain], weights: weights, heldOutShare: 0)
      let text = try source.tokenizedTrain(tokenizer)
      #expect(tokenizer.decode(Array(text.ids)) == "x\n[END]y\n[END]one\n\ntwo\n[END]")
      #expect(text.documents.count == 3)
    }
  }
}
