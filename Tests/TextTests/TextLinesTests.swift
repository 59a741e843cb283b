import CCrypto
import Foundation
import Testing

@testable import Text

/// One rule of lines, and what is read beside them.
@Suite struct TextLinesTests {
  @Test(arguments: [
    ("", []), ("\n", [""]), ("a", ["a"]), ("a\n", ["a"]), ("a\n\nb", ["a", "", "b"]),
    ("a\r\nb\r\n", ["a", "b"]),
    ("a\rb\n", ["a\rb"]),
    ("a\u{2028}b\u{2029}c\u{85}d\u{B}e\u{C}f", ["a\u{2028}b\u{2029}c\u{85}d\u{B}e\u{C}f"]),
    ("a\r\r\n", ["a\r"]), ("\r\n\r\n", ["", ""]),
  ])
  func onlyLineFeedsEndLines(_ text: String, _ lines: [String]) {
    let read = TextLines.split(text, file: "f")
    #expect(read.map(\.text).elementsEqual(lines) { $0.unicodeScalars.elementsEqual($1.unicodeScalars) })
    #expect(read.map(\.place) == lines.indices.map { "f:\($0 + 1)" })
  }

  @Test func pipesAreReadAndFaultsAreTold() throws {
    let folder = try TemporaryFolder()
    let pipe = folder.path + "/pipe"
    #expect(mkfifo(pipe, 0o600) == 0)
    let content = (0..<20_000).map { "line \($0)" }
    let writer = Thread {
      let handle = FileHandle(forWritingAtPath: pipe)
      try? handle?.write(contentsOf: Data(content.joined(separator: "\n").utf8))
      try? handle?.close()
    }
    writer.start()
    #expect(try TextLines.read(pipe).map(\.text) == content)

    func message(_ path: String) -> String {
      do { return "read: \(try TextLines.read(path).count)" } catch { return "\(error)" }
    }
    let file = try folder.write("texts.txt", "x".utf8)
    let typo = folder.path + "/text.txt"
    #expect(message(typo).hasPrefix("\(typo): ") && message(typo).hasSuffix(" \(file)?"))
    #expect(message(folder.path).hasPrefix("\(folder.path): "))
    let latin = try folder.write("latin.txt", [0x61, 0xE9, 0x62])
    #expect(message(latin).hasPrefix("\(latin):1: byte 1 of the line (0xE9) is not UTF-8"))
    let marked = try folder.write("marked.txt", "\u{FEFF}a".utf8)
    #expect(try TextLines.read(marked).map(\.text) == ["a"])
  }

  /// Portions of a text with CRLF are cut, and give the tokens of the whole.
  @Test func carriageReturnsDoNotKeepATextWhole() throws {
    let text = Array((0..<500).map { "line \($0) of a text\r\n" }.joined().utf8)
    try text.withUnsafeBufferPointer { text in
      #expect(TextPortions.cut(text, size: 100).count > 50)
      for kind in TokenizerTrainer.kinds {
        let tokenizer = try TokenizerTrainer.make(kind: kind, vocabulary: 300, from: text)
        let cut = try TokenizedText(text, tokenizer: tokenizer, startsAtLines: false, portionSize: 100)
        #expect(Array(cut.ids) == tokenizer.encode(text), "\(kind)")
      }
    }
  }

  /// A saved state with any byte of its counters changed is refused or is the state of some text.
  @Test func aHashGoesOnOnlyFromAStateThatIsOne() throws {
    var hash = ContentHash()
    hash.add(Array("some bytes that are not a whole block".utf8))
    let state = hash.state
    #expect(try ContentHash(state: state).hex == hash.hex)
    let fields = [
      MemoryLayout<SHA256_CTX>.offset(of: \.num), MemoryLayout<SHA256_CTX>.offset(of: \.md_len),
      MemoryLayout<SHA256_CTX>.offset(of: \.Nl),
    ]
    for field in fields {
      let place = try #require(field)
      for value: UInt8 in [1, 63, 64, 200, 255] where state[place] != value {
        var damaged = state
        damaged[place] = value
        damaged[place + 3] = value
        #expect(throws: TextError.self, "\(place), \(value)") { try ContentHash(state: damaged) }
      }
    }
    #expect(throws: TextError.self) { try ContentHash(state: Data(repeating: 255, count: state.count)) }
  }

  @Test func aSpaceAtTheEndOfAPromptIsTheNextWords() throws {
    let text = Array("the dog sleeps and the cat sees the dog.\n".utf8)
    func tokenizer(_ kind: String) throws -> any Tokenizer {
      try text.withUnsafeBufferPointer { try TokenizerTrainer.make(kind: kind, vocabulary: 300, from: $0) }
    }
    for (kind, prompt, kept) in [
      ("bytes", "the dog ", "the dog "), ("characters", "the dog ", "the dog "),
      ("byte-bpe", "the dog ", "the dog"),
      ("byte-bpe", "the dog  ", "the dog "), ("byte-bpe", "the dog\n", "the dog\n"),
      ("wordpiece", "the dog \n ", "the dog"), ("wordpiece", "  ", ""), ("byte-bpe", "", ""),
    ] { #expect(try tokenizer(kind).promptToContinue(prompt) == kept, "\(kind), \(prompt.debugDescription)") }
  }
}
