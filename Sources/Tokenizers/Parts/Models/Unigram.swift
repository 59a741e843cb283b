/// The most probable way to write a word in pieces, each with a probability of its own.
///
/// - Source: Kudo, "Subword Regularization", 2018.
struct Unigram: ModelPart {
  let vocabulary: TokenTable
  let unknownToken: [UInt8]?
  private let unknown: Int32?
  private let scores: [Double]
  private let trie: ByteTrie
  /// Of a character that no piece begins with alone.
  private let unknownScore: Double
  private let fallback: [Int32]?
  private let cuts: MetaCuts?
  private static let unknownPenalty = 10.0

  init?(_ reader: PartReader) {
    reader.checkKeys(["unk_id", "vocab", "byte_fallback"])
    guard let elements = reader.value["vocab"]?.elements else {
      reader.problems.add(
        reader.path + ".vocab", found: reader.value["vocab"], allowed: "a list of pieces with their scores",
        "is no vocabulary")
      return nil
    }
    var (pieces, scores) = ([[UInt8]](), [Double]())
    for (index, element) in elements.enumerated() {
      guard let pair = element.elements, pair.count == 2, let piece = pair[0].text, let score = pair[1].number
      else {
        reader.problems.add(
          "\(reader.path).vocab.\(index)", found: element, allowed: "[\"piece\", score]",
          "is no piece with a score")
        return nil
      }
      pieces.append(Array(piece.utf8))
      scores.append(score)
    }
    vocabulary = TokenTable(pieces.enumerated().map { ($0.element, Int32($0.offset)) })
    self.scores = scores
    trie = ByteTrie(pieces)
    unknownScore = (scores.min() ?? 0) - Self.unknownPenalty
    if reader.present("unk_id") == nil {
      unknown = nil
      reader.problems.add(
        reader.path + ".unk_id", allowed: "0 to \(max(0, pieces.count - 1))",
        "is missing, and some text would have no tokens")
    } else {
      unknown = Int32(reader.integer("unk_id", 0...max(0, pieces.count - 1)))
    }
    unknownToken = unknown.flatMap { pieces.indices.contains(Int($0)) ? pieces[Int($0)] : nil }
    let table = vocabulary
    fallback =
      reader.flag("byte_fallback", default: false)
      ? (0..<256).map { byte in
        let digits = String(byte, radix: 16, uppercase: true)
        return table.id(of: "<0x\(byte < 16 ? "0" : "")\(digits)>".utf8) ?? -1
      } : nil
    cuts = MetaCuts(vocabulary)
  }

  func parts(of word: UnsafeBufferPointer<UInt8>, at start: Int, into parts: inout [Range<Int>]) {
    guard let cuts, word.count > WordCache<Int32>.maxLength else {
      parts.append(start..<start + word.count)
      return
    }
    cuts.cut(word, at: start, into: &parts)
  }

  /// The best way to reach a place of a word.
  private struct Step {
    var score = 0.0
    var start = Int32(-1)
    var id = Int32(-1)
  }

  func spell(_ word: UnsafeBufferPointer<UInt8>, into tokens: inout [SpelledToken]) {
    var steps = [Step](repeating: Step(), count: word.count + 1)
    var place = 0
    while place < word.count {
      let here = steps[place].score
      let length = scalar(in: word, at: place).length
      var hasCharacter = false
      trie.forEachPiece(in: word, at: place) { id, end in
        let score = scores[Int(id)] + here
        if steps[end].start < 0 || score > steps[end].score {
          steps[end] = Step(score: score, start: Int32(place), id: id)
        }
        if end - place == length { hasCharacter = true }
      }
      if !hasCharacter {
        let score = unknownScore + here
        if steps[place + length].start < 0 || score > steps[place + length].score {
          steps[place + length] = Step(score: score, start: Int32(place), id: unknown ?? 0)
        }
      }
      place += length
    }
    var path: [SpelledToken] = []
    var end = word.count
    while end > 0 {
      let step = steps[end]
      let start = Int(step.start)
      // Unknown characters in a row are one.
      if step.id == unknown, let last = path.last, last.id == unknown, last.start == end {
        path[path.count - 1].start = start
      } else {
        path.append(SpelledToken(id: step.id, start: start, end: end))
      }
      end = start
    }
    for token in path.reversed() { append(token, word, &tokens) }
  }

  /// A piece that is not the unknown one, or the bytes of what is.
  private func append(
    _ token: SpelledToken, _ word: UnsafeBufferPointer<UInt8>, _ tokens: inout [SpelledToken]
  ) {
    guard token.id == unknown else { return tokens.append(token) }
    let bytes = word[token.start..<token.end]
    // Unknown characters together may be written like some piece.
    if let id = vocabulary.id(of: bytes) {
      tokens.append(SpelledToken(id: id, start: token.start, end: token.end))
    } else if let fallback, bytes.allSatisfy({ fallback[Int($0)] >= 0 }) {
      for byte in bytes {
        tokens.append(SpelledToken(id: fallback[Int(byte)], start: token.start, end: token.end))
      }
    } else {
      tokens.append(token)
    }
  }
}
