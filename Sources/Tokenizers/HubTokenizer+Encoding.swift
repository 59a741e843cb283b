import Text

extension HubTokenizer {
  /// A text, or a pair of texts, as tokens with segments and offsets, as the `tokenizers` package encodes it: special
  /// tokens that the text names are found.
  ///
  /// - Parameters:
  ///   - text: the text.
  ///   - pair: a second text; nil: there is none.
  ///   - addingSpecialTokens: whether the tokens of the template are put around.
  ///   - offsets: the unit of offsets.
  public func encode(
    _ text: String, pair: String? = nil, addingSpecialTokens: Bool = true,
    offsets: HubEncoding.OffsetUnit = .bytes
  ) -> HubEncoding {
    framed(
      aligned(text, pair, offsets), isPair: pair != nil, addingSpecialTokens: addingSpecialTokens)
  }

  /// The same, with texts that are too long cut before tokens are put around them.
  ///
  /// - Parameters:
  ///   - text: the text.
  ///   - pair: a second text; nil: there is none.
  ///   - truncation: how much is left, and of which text; `truncation` of the tokenizer is what its file says.
  ///   - addingSpecialTokens: whether the tokens of the template are put around; they count for the limit, too.
  ///   - offsets: the unit of offsets.
  /// - Throws: `TextError` where the text that may be cut is not long enough.
  public func encode(
    _ text: String, pair: String? = nil, truncation: HubTruncation, addingSpecialTokens: Bool = true,
    offsets: HubEncoding.OffsetUnit = .bytes
  ) throws -> HubEncoding {
    var texts = aligned(text, pair, offsets)
    var added = 0
    if addingSpecialTokens, let frames = postProcessors.compactMap(\.frames).last {
      for case .tokens(let ids, _) in pair == nil ? frames.single : frames.pair { added += ids.count }
    }
    try truncation.cut(&texts, added: added)
    return framed(texts, isPair: pair != nil, addingSpecialTokens: addingSpecialTokens)
  }

  /// The tokens of a text, in which nothing is a special token, with their offsets in bytes: those of `encode` of all
  /// tokenizers.
  ///
  /// - Parameter text: the text.
  package func content(_ text: String) -> HubEncoding {
    aligned(text, nil, .bytes, findsSpecialTokens: false)[0]
  }

  /// The tokens of one text or two, with the offsets that post-processors correct.
  private func aligned(
    _ text: String, _ pair: String?, _ unit: HubEncoding.OffsetUnit, findsSpecialTokens: Bool = true
  ) -> [HubEncoding] {
    let aligned = ([text] + (pair.map { [$0] } ?? [])).enumerated().map {
      self.aligned($0.element, segment: Int32($0.offset), unit, findsSpecialTokens)
    }
    var texts = aligned.map(\.encoding)
    for part in postProcessors {
      part.correct(&texts) { text, index in
        aligned[text].found[index] ?? form(of: aligned[text].encoding.ids[index]) ?? []
      }
    }
    return texts
  }

  /// Texts with the tokens of the template around them.
  private func framed(
    _ texts: [HubEncoding], isPair: Bool, addingSpecialTokens: Bool
  ) -> HubEncoding {
    var texts = texts
    guard let frames = postProcessors.compactMap(\.frames).last else {
      return texts.dropFirst().reduce(into: texts[0]) { $0.append($1) }
    }
    var result = HubEncoding()
    for piece in isPair ? frames.pair : frames.single {
      switch piece {
      case .text(let index, let segment):
        texts[index].setSegment(segment)
        result.append(texts[index])
      case .tokens(let ids, let segment):
        guard addingSpecialTokens else { continue }
        for id in ids { result.append(id, segment: segment, isAdded: true) }
      }
    }
    return result
  }

  /// The ids of a text, without the tokens of the template.
  ///
  /// - Parameters:
  ///   - text: the text; bytes that are not UTF-8 are taken as U+FFFD.
  ///   - findsSpecialTokens: whether special tokens that the text names become those tokens.
  public func ids(of text: UnsafeBufferPointer<UInt8>, findsSpecialTokens: Bool) -> [Int32] {
    if !isASCII(text), String(validating: text, as: UTF8.self) == nil {
      var repaired = String(decoding: text, as: UTF8.self)
      return repaired.withUTF8 { ids(of: $0, findsSpecialTokens: findsSpecialTokens) }
    }
    return caches.withCache { cache in
      var ids: [Int32] = []
      ids.reserveCapacity(text.count / 4 + 4)
      for part in finder.parts(of: text, findsSpecialTokens: findsSpecialTokens) {
        if part.id >= 0 {
          ids.append(part.id)
        } else {
          append(text, part.range, findsSpecialTokens, &cache, to: &ids)
        }
      }
      return ids
    }
  }

  /// The ids of a part of a text that holds no token that is found before normalising.
  private func append(
    _ text: UnsafeBufferPointer<UInt8>, _ part: Range<Int>, _ findsSpecialTokens: Bool,
    _ cache: inout WordCache<Int32>,
    to ids: inout [Int32]
  ) {
    var normalised = AlignedText(text, part, keepsSpans: needsSpans)
    normaliser?.normalise(&normalised)
    let parts = normalised.bytes.withUnsafeBufferPointer {
      normalisedFinder.parts(of: $0, findsSpecialTokens: findsSpecialTokens)
    }
    var chunks: [Range<Int>] = []
    for part in parts {
      if part.id >= 0 {
        ids.append(part.id)
        continue
      }
      if part.range.isEmpty { continue }
      var words = Words(text: normalised.part(part.range), ranges: [0..<part.range.count])
      for preTokenizer in preTokenizers { preTokenizer.cut(&words) }
      words.text.bytes.withUnsafeBufferPointer { bytes in
        for word in words.ranges {
          chunks.removeAll(keepingCapacity: true)
          model.parts(of: UnsafeBufferPointer(rebasing: bytes[word]), at: word.lowerBound, into: &chunks)
          for chunk in chunks {
            cache.append(UnsafeBufferPointer(rebasing: bytes[chunk]), to: &ids) { word, ids in
              var tokens: [SpelledToken] = []
              model.spell(word, into: &tokens)
              for token in tokens { ids.append(token.id) }
            }
          }
        }
      }
    }
  }

  /// The tokens of one text with their offsets, and what the added ones among them were found as, by index.
  private func aligned(
    _ text: String, segment: Int32, _ unit: HubEncoding.OffsetUnit, _ findsSpecialTokens: Bool
  ) -> (encoding: HubEncoding, found: [Int: [UInt8]]) {
    var text = text
    return text.withUTF8 { bytes in
      var (encoding, found) = (HubEncoding(), [Int: [UInt8]]())
      let places = unit == .scalars ? ScalarPlaces(bytes) : nil
      func append(_ id: Int32, _ range: Range<Int>, _ form: ArraySlice<UInt8>?) {
        if let form { found[encoding.ids.count] = Array(form) }
        encoding.append(id, segment: segment, offsets: places?.converted(range) ?? range, isAdded: false)
      }
      alignedCaches.withCache { cache in
        for part in finder.parts(of: bytes, findsSpecialTokens: findsSpecialTokens) {
          if part.id >= 0 {
            append(part.id, part.range, Array(bytes[part.range])[...])
            continue
          }
          var normalised = AlignedText(bytes, part.range, keepsSpans: true)
          normaliser?.normalise(&normalised)
          appendAligned(normalised, findsSpecialTokens, &cache, append)
        }
      }
      return (encoding, found)
    }
  }

  private func appendAligned(
    _ text: AlignedText, _ findsSpecialTokens: Bool, _ cache: inout WordCache<SpelledToken>,
    _ append: (Int32, Range<Int>, ArraySlice<UInt8>?) -> Void
  ) {
    func source(_ range: Range<Int>, of text: AlignedText) -> Range<Int> {
      guard let spans = text.spans, range.lowerBound < range.upperBound, range.upperBound <= spans.count
      else {
        return range
      }
      let (start, end) = (Int(spans[range.lowerBound].start), Int(spans[range.upperBound - 1].end))
      return start..<max(start, end)
    }
    let parts = text.bytes.withUnsafeBufferPointer {
      normalisedFinder.parts(of: $0, findsSpecialTokens: findsSpecialTokens)
    }
    var (chunks, tokens) = ([Range<Int>](), [SpelledToken]())
    for part in parts {
      if part.id >= 0 {
        append(part.id, source(part.range, of: text), text.bytes[part.range])
        continue
      }
      if part.range.isEmpty { continue }
      var words = Words(text: text.part(part.range), ranges: [0..<part.range.count])
      for preTokenizer in preTokenizers { preTokenizer.cut(&words) }
      words.text.bytes.withUnsafeBufferPointer { bytes in
        for word in words.ranges {
          chunks.removeAll(keepingCapacity: true)
          model.parts(of: UnsafeBufferPointer(rebasing: bytes[word]), at: word.lowerBound, into: &chunks)
          for chunk in chunks {
            tokens.removeAll(keepingCapacity: true)
            cache.append(UnsafeBufferPointer(rebasing: bytes[chunk]), to: &tokens) {
              model.spell($0, into: &$1)
            }
            for token in tokens {
              append(
                token.id,
                source(chunk.lowerBound + token.start..<chunk.lowerBound + token.end, of: words.text), nil)
            }
          }
        }
      }
    }
  }
}

/// The number of the scalar at each byte of a text.
private struct ScalarPlaces {
  private let numbers: [Int32]

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    var number = Int32(-1)
    numbers = bytes.map { byte in
      if byte & 0xC0 != 0x80 { number += 1 }
      return number
    }
  }

  func converted(_ range: Range<Int>) -> Range<Int> {
    guard range.lowerBound < numbers.count else { return range }
    let start = Int(numbers[range.lowerBound])
    let end =
      range.upperBound < numbers.count
      ? Int(numbers[range.upperBound]) : range.upperBound > 0 ? Int(numbers[range.upperBound - 1]) + 1 : 0
    return start..<max(start, end)
  }
}
