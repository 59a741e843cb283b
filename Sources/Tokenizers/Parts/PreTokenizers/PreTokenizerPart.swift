/// A normalised text, and where its words are.
struct Words {
  var text: AlignedText
  /// Rising, none of them empty.
  var ranges: [Range<Int>]
}

/// Cuts words into smaller ones, and may rewrite them: the entry `pre_tokenizer` of a file.
protocol PreTokenizerPart: Sendable {
  func cut(_ words: inout Words)
}

/// Some, one after the other.
struct PreTokenizerSequence: PreTokenizerPart {
  let parts: [any PreTokenizerPart]

  func cut(_ words: inout Words) {
    for part in parts { part.cut(&words) }
  }
}

/// Reads the entry `pre_tokenizer`.
enum PreTokenizerParts {
  static let names = [
    "BertPreTokenizer", "ByteLevel", "Digits", "FixedLength", "Metaspace", "Punctuation", "Sequence", "Split",
    "Whitespace", "WhitespaceSplit",
  ]

  /// The parts in order, those of sequences one by one.
  static func read(_ reader: PartReader) -> [any PreTokenizerPart] {
    guard let type = reader.type(names) else { return [] }
    switch type {
    case "BertPreTokenizer":
      reader.checkKeys([])
      return [BertPreTokenizer()]
    case "ByteLevel":
      reader.checkKeys(["add_prefix_space", "trim_offsets", "use_regex"])
      return [
        ByteLevel(
          addsSpace: reader.flag("add_prefix_space"), splits: reader.flag("use_regex", default: true))
      ]
    case "Digits":
      reader.checkKeys(["individual_digits"])
      return [
        ScalarSplit(behaviour: reader.flag("individual_digits") ? .isolated : .contiguous) {
          CategoryTable.unicode17.contains($0, .numbers)
        }
      ]
    case "FixedLength":
      reader.checkKeys(["length"])
      return [FixedLength(length: reader.integer("length", 1...1_000_000, default: 5))]
    case "Metaspace":
      return Metaspace(reader).map { [$0] } ?? []
    case "Punctuation":
      reader.checkKeys(["behavior"])
      return [
        ScalarSplit(
          behaviour: reader.choice("behavior", default: SplitBehaviour.isolated) ?? .isolated,
          isDelimiter: BertPreTokenizer.isPunctuation)
      ]
    case "Split":
      reader.checkKeys(["pattern", "behavior", "invert"])
      let behaviour: SplitBehaviour? = reader.choice("behavior")
      guard let pattern = TextPattern(reader, "pattern"), let behaviour else { return [] }
      return [Split(pattern: pattern, behaviour: behaviour, isInverted: reader.flag("invert"))]
    case "Whitespace":
      reader.checkKeys([])
      return [WordRuns()]
    case "WhitespaceSplit":
      reader.checkKeys([])
      return [ScalarSplit(behaviour: .removed, isDelimiter: isWhiteSpace)]
    default:
      reader.checkKeys(["pretokenizers"])
      return reader.parts("pretokenizers").flatMap(read)
    }
  }
}
