import Settings

/// Writes spaces as a visible character, usually `▁`, puts one before the text, and begins a word with each.
///
/// - Source: Kudo and Richardson, "SentencePiece", 2018.
struct Metaspace: PreTokenizerPart, DecoderPart {
  /// Which words get the character before them.
  enum Prepending: String, CaseIterable, Sendable { case first, never, always }

  let replacement: UInt32
  let prepending: Prepending
  let splits: Bool
  private let written: [UInt8]

  /// Nil, with a problem, for what cannot be read.
  init?(_ reader: PartReader) {
    reader.checkKeys(["replacement", "add_prefix_space", "prepend_scheme", "split", "str_rep"])
    let replacement = reader.text("replacement").unicodeScalars
    guard replacement.count == 1, let first = replacement.first else {
      reader.problems.add(
        reader.path + ".replacement", found: reader.value["replacement"], "is not one character")
      return nil
    }
    var prepending = reader.choice("prepend_scheme", default: Prepending.always) ?? .always
    if !reader.flag("add_prefix_space", default: true) {
      if reader.present("prepend_scheme") != nil, prepending != .never {
        reader.problems.add(
          reader.path + ".prepend_scheme", found: .text(prepending.rawValue), allowed: "never",
          "contradicts add_prefix_space, which is false")
      }
      prepending = .never
    }
    self.replacement = first.value
    self.prepending = prepending
    splits = reader.flag("split", default: true)
    written = Array(String(first).utf8)
  }

  func cut(_ words: inout Words) {
    let old = words.text
    var new = AlignedText(like: old)
    new.bytes.reserveCapacity(old.bytes.count * 2)
    var found: [Range<Int>] = []
    for word in words.ranges {
      let isPrepended: Bool
      switch prepending {
      case .never: isPrepended = false
      case .always: isPrepended = !begins(old, word)
      case .first:
        let isFirst =
          old.spans.map { $0[word.lowerBound].start == 0 } ?? (word.lowerBound == 0 && old.beginsAtStart)
        isPrepended = isFirst && !begins(old, word)
      }
      var start = new.bytes.count
      if isPrepended { new.append(written, from: old.spans?[word.lowerBound]) }
      for place in word {
        let byte = old.bytes[place]
        let isMeta = byte == 0x20 || splits && byte == written[0] && isReplacement(old, place, word)
        if splits, isMeta, new.bytes.count > start {
          found.append(start..<new.bytes.count)
          start = new.bytes.count
        }
        if byte == 0x20 {
          new.append(written, from: old.spans?[place])
        } else {
          new.bytes.append(byte)
          if let span = old.spans?[place] { new.spans?.append(span) }
        }
      }
      if new.bytes.count > start { found.append(start..<new.bytes.count) }
    }
    words = Words(text: new, ranges: found)
  }

  private func isReplacement(_ text: AlignedText, _ place: Int, _ word: Range<Int>) -> Bool {
    place + written.count <= word.upperBound
      && written.indices.allSatisfy { text.bytes[place + $0] == written[$0] }
  }

  private func begins(_ text: AlignedText, _ word: Range<Int>) -> Bool {
    text.bytes[word.lowerBound] == 0x20 || isReplacement(text, word.lowerBound, word)
  }

  func decode(_ tokens: [[UInt8]]) -> [[UInt8]] {
    tokens.enumerated().map { index, token in
      var text: [UInt8] = []
      for value in scalars(of: token) {
        if value != replacement {
          appendUTF8(value, to: &text)
        } else if index > 0 || prepending == .never {
          text.append(0x20)
        }
      }
      return text
    }
  }
}
