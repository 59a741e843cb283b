import Foundation

@testable import Text

/// Texts and bytes for the tests: always the same.
enum TextSamples {
  /// Characters that are easy to get wrong: outside the basic plane, joined emoji, combining marks, both
  /// forms of é, CRLF, NUL, a byte order mark, right-to-left text, ideographs.
  static let difficult =
    "\u{FEFF}Zoë's café \u{1F469}\u{200D}\u{1F680}\u{1F1EB}\u{1F1F7} e\u{301} \u{E9}\r\n\r\n\t x\0y\u{0}"
    + "   three  spaces \n\n שלום 漢字かな 12345 ½ !!?...\u{2029}\u{10FFFF}[MASK] ##x ⏎ \n"

  /// English-like sentences, about `count` of them.
  static func sentences(_ count: Int, seed: UInt64 = 1) -> String {
    var generator = KeyedGenerator(seed: seed, name: "sentences", epoch: 0)
    let nouns = ["cat", "dog", "keeper", "zebra", "elephant", "penguin", "tortoise", "flamingo"]
    let verbs = ["sees", "chases", "likes", "remembers", "understands", "follows"]
    return (0..<count).map { index in
      let words = [
        "the", nouns[generator.next(below: nouns.count)], verbs[generator.next(below: verbs.count)], "the",
        nouns[generator.next(below: nouns.count)],
      ]
      return words.joined(separator: " ") + (index % 3 == 0 ? " \(index)" : "") + ".\n"
    }.joined()
  }

  /// Any bytes, UTF-8 or not, with spaces and letters often enough to make words.
  static func bytes(_ count: Int, seed: UInt64) -> [UInt8] {
    var generator = KeyedGenerator(seed: seed, name: "bytes", epoch: 0)
    return (0..<count).map { _ in
      switch generator.next(below: 4) {
      case 0: UInt8(generator.next(below: 256))
      case 1: 32
      default: UInt8(97 + generator.next(below: 3))
      }
    }
  }

  /// A tokenizer of a kind, trained on a text.
  static func tokenizer(_ kind: String, vocabulary: Int? = nil, on text: String) throws -> any Tokenizer {
    try Array(text.utf8).withUnsafeBufferPointer {
      try TokenizerTrainer.make(kind: kind, vocabulary: vocabulary, from: $0)
    }
  }

  /// Number tokens as a text: 0, 1, 2, … with line starts where they are wanted.
  static func numbers(_ count: Int, lineLengths: [Int]? = nil) -> TokenizedText {
    var starts: [Int]?
    if let lineLengths {
      var (place, line, found) = (0, 0, [Int]())
      while place < count {
        found.append(place)
        place += lineLengths[line % lineLengths.count]
        line += 1
      }
      starts = found
    }
    return TokenizedText(ids: (0..<Int32(count)).map { $0 }, starts: starts, byteLengths: [])
  }
}

/// A folder that is gone with the value.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "text-tests-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  /// Writes a file and returns its path.
  func write(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
    let file = path + "/" + name
    let folder = (file as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: file))
    return file
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
