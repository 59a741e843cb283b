import Foundation
import TestSupport
import Testing

@testable import Text

/// Where documents begin: by the text, and by its tokens.
@Suite struct DocumentTests {
  static let text =
    "one\ntwo\n\nthree four\n \t\n  five\r\n\r\nsix\n\n\n\nseven  eight\n" + String(repeating: " ", count: 70)
    + "nine\n\n" + String(repeating: " ", count: 64) + "ten\n\n" + String(repeating: "\n", count: 66)
    + " eleven"
  /// The documents of that text, without the white space around them.
  static let documents = [
    "one\ntwo", "three four", "five", "six",
    "seven  eight\n" + String(repeating: " ", count: 70) + "nine", "ten", "eleven",
  ]

  private func tokenized(
    _ text: String, _ tokenizer: any Tokenizer, lines: Bool = false, files: [Int] = [], portion: Int = 1 << 20
  ) throws -> TokenizedText {
    try Array(text.utf8).withUnsafeBufferPointer {
      try TokenizedText(
        $0, tokenizer: tokenizer, startsAtLines: lines, division: TextDivision(fileStarts: files),
        portionSize: portion)
    }
  }

  private func parts(_ text: TokenizedText, _ tokenizer: any Tokenizer) -> [String] {
    let ends = text.documents.dropFirst() + [text.ids.count]
    return zip(text.documents, ends).map { start, end in
      tokenizer.decode(Array(text.ids[start..<end])).trimmingCharacters(in: .whitespacesAndNewlines)
    }
  }

  @Test(arguments: TokenizerTrainer.kinds) func blankLinesSeparateAndChangeNoToken(kind: String) throws {
    let tokenizer = try TextSamples.tokenizer(kind, vocabulary: 300, on: Self.text)
    let tokens = try tokenized(Self.text, tokenizer)
    #expect(Array(tokens.ids) == tokenizer.encode(Self.text))
    let found = parts(tokens, tokenizer)
    if tokenizer.isLossless {
      #expect(found == Self.documents)
    } else {
      #expect(found.count == Self.documents.count && found.first == "one two" && found.last == "eleven")
    }
    // Numbers change where documents begin, from any token on.
    for start in stride(from: 0, to: tokens.ids.count, by: 3) {
      let numbers = tokens.documentNumbers(of: start..<tokens.ids.count)
      let changes = numbers.indices.dropFirst().filter { numbers[$0] != numbers[$0 - 1] }.map { $0 + start }
      #expect(numbers[0] == 0 && changes == tokens.documents.filter { $0 > start })
    }
    // What the tokens themselves say is the same.
    if tokenizer.isLossless {
      var counter = DocumentCounter(.blankLines, tokenizer)
      #expect(tokens.ids.map { counter.next($0) } == tokens.documentNumbers(of: 0..<tokens.ids.count))
    }
  }

  @Test func anyTextKeepsItsTokens() throws {
    for seed in 0..<400 as Range<UInt64> {
      var generator = KeyedGenerator(seed: seed, name: "white text", epoch: 0)
      let pieces = [
        "\n", "\n", " ", "\t", "a", "bc", "1", ".", "\r\n", "é", String(repeating: " ", count: 63),
      ]
      let text = (0..<200).map { _ in pieces[generator.next(below: pieces.count)] }.joined()
      for kind in ["byte-bpe", "wordpiece"] {
        let tokenizer = try TextSamples.tokenizer(kind, vocabulary: 290, on: text)
        let tokens = try tokenized(text, tokenizer)
        #expect(Array(tokens.ids) == tokenizer.encode(text), "seed \(seed), \(kind)")
        if kind == "byte-bpe" {
          var counter = DocumentCounter(.blankLines, tokenizer)
          let numbers = tokens.ids.map { counter.next($0) }
          let changes = numbers.indices.dropFirst().filter { numbers[$0] != numbers[$0 - 1] }
          #expect(Array(tokens.documents.dropFirst()) == changes, "seed \(seed)")
        }
      }
    }
  }

  @Test func portionsAndFilesMakeNoDifferenceButTheirOwn() throws {
    let lines = (0..<400).map { "line \($0) of a text" + ($0 % 7 == 0 ? "\n\n" : "\n") }
    let text = lines.joined()
    let tokenizer = TokenizerPipeline.bytes
    let whole = try tokenized(text, tokenizer)
    #expect(whole.documents.count == 58)
    for portion in [50, 333, 4000] {
      #expect(try tokenized(text, tokenizer, portion: portion).documents == whole.documents)
    }
    // A file that begins where a portion does, and one within.
    let starts = [0, lines[..<10].joined().utf8.count, lines[..<15].joined().utf8.count]
    for portion in [50, 333, 1 << 20] {
      let files = try tokenized(text, tokenizer, files: starts, portion: portion)
      #expect(files.documents == Set(whole.documents + starts).sorted(), "portions of \(portion)")
    }
  }

  @Test(arguments: TokenizerTrainer.kinds) func linesAreDocumentsWhereWindowsBeginAtThem(kind: String) throws
  {
    let text = TextSamples.sentences(20)
    let tokenizer = try TextSamples.tokenizer(kind, vocabulary: 300, on: text)
    let tokens = try tokenized(text, tokenizer, lines: true)
    #expect(tokens.documents == tokens.starts && tokens.documents.count == 20)
    if tokenizer.isLossless {
      var counter = DocumentCounter(.lines, tokenizer)
      #expect(tokens.ids.map { counter.next($0) } == tokens.documentNumbers(of: 0..<tokens.ids.count))
    }
  }

  @Test func aTokenMayEndADocument() throws {
    let tokenizer = try ForeignTokenizer.layout("gpt-2")
    for rule in [DocumentRule.lines, .blankLines] {
      var counter = DocumentCounter(rule, tokenizer)
      #expect([256, 97, 98, 256, 97, 256, 256, 97].map { counter.next($0) } == [0, 1, 1, 1, 2, 2, 3, 4])
    }
  }

  @Test func windowsSayWhereDocumentsBegin() throws {
    let text = try tokenized(TextSamples.sentences(60), TokenizerPipeline.bytes, lines: true)
    let sampler = try WindowSampler(text, length: 40, lookAhead: 1, marksDocuments: true, seed: 1, name: "x")
    let plain = try WindowSampler(text, length: 40, lookAhead: 1, seed: 1, name: "x")
    let batch = sampler.batch(2, size: 3)
    #expect(batch.ids == plain.batch(2, size: 3).ids && plain.batch(2, size: 3).documents == nil)
    let numbers = try #require(batch.documents)
    for row in 0..<3 {
      for place in 1..<41 {
        let flat = row * 41 + place
        let isNew = numbers[flat] != numbers[flat - 1]
        #expect(isNew == (TokenizerPipeline.bytes.bytes(of: batch.ids[flat - 1]) == [10]))
      }
    }
  }

  @Test func filesBeginDocumentsOfASource() throws {
    let folder = try TemporaryFolder()
    let paths = try [
      folder.write("a.txt", Array("one\ntwo".utf8)), folder.write("b.txt", Array("three\n\nfour\n".utf8)),
      folder.write("c.txt", Array("five\n".utf8)),
    ]
    let source = try TextSource.files(paths, heldOutShare: 0)
    let tokens = try source.tokenizedTrain(TokenizerPipeline.bytes)
    #expect(source.documents == .blankLines)
    #expect(parts(tokens, TokenizerPipeline.bytes) == ["one\ntwo", "three", "four", "five"])
    let split = try TextSource.files(paths, heldOutShare: 0.45)
    let heldOut = try split.tokenizedHeldOut(TokenizerPipeline.bytes)
    #expect(parts(heldOut, TokenizerPipeline.bytes) == ["four", "five"])
  }
}
