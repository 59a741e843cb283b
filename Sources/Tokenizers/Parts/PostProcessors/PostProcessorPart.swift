/// Puts tokens around one text or two, and may correct offsets: the entry `post_processor` of a file.
protocol PostProcessorPart: Sendable {
  /// The pieces that stand for one text, and those for two; nil where none are put around texts.
  var frames: (single: [FramePiece], pair: [FramePiece])? { get }
  /// Corrects what was encoded, one or two texts.
  ///
  /// - Parameter written: what stands for the token of a text at an index.
  func correct(_ texts: inout [HubEncoding], _ written: (_ text: Int, _ index: Int) -> [UInt8])
}

/// A piece of a frame: a text, or tokens.
enum FramePiece: Sendable {
  case text(Int, segment: Int32)
  case tokens([Int32], segment: Int32)
}

extension PostProcessorPart {
  var frames: (single: [FramePiece], pair: [FramePiece])? { nil }
  func correct(_ texts: inout [HubEncoding], _ written: (_ text: Int, _ index: Int) -> [UInt8]) {}
}

/// Reads the entry `post_processor`.
enum PostProcessorParts {
  static let names = ["BertProcessing", "ByteLevel", "RobertaProcessing", "Sequence", "TemplateProcessing"]

  /// The parts in order, those of sequences one by one.
  static func read(_ reader: PartReader) -> [any PostProcessorPart] {
    guard let type = reader.type(names) else { return [] }
    switch type {
    case "BertProcessing":
      reader.checkKeys(["sep", "cls"])
      guard let sep = edge(reader, "sep"), let cls = edge(reader, "cls") else { return [] }
      return [
        FrameProcessing(
          single: [.tokens([cls], segment: 0), .text(0, segment: 0), .tokens([sep], segment: 0)],
          pair: [
            .tokens([cls], segment: 0), .text(0, segment: 0), .tokens([sep], segment: 0),
            .text(1, segment: 1),
            .tokens([sep], segment: 1),
          ])
      ]
    case "ByteLevel":
      reader.checkKeys(["add_prefix_space", "trim_offsets", "use_regex"])
      guard reader.flag("trim_offsets") else { return [] }
      return [OffsetTrimming(addsSpace: reader.flag("add_prefix_space"))]
    case "RobertaProcessing":
      reader.checkKeys(["sep", "cls", "trim_offsets", "add_prefix_space"])
      guard let sep = edge(reader, "sep"), let cls = edge(reader, "cls") else { return [] }
      let trims =
        reader.flag("trim_offsets") ? [OffsetTrimming(addsSpace: reader.flag("add_prefix_space"))] : []
      return trims + [
        FrameProcessing(
          single: [.tokens([cls], segment: 0), .text(0, segment: 0), .tokens([sep], segment: 0)],
          pair: [
            .tokens([cls], segment: 0), .text(0, segment: 0), .tokens([sep, sep], segment: 0),
            .text(1, segment: 0), .tokens([sep], segment: 0),
          ])
      ]
    case "TemplateProcessing": return FrameProcessing(template: reader).map { [$0] } ?? []
    default:
      reader.checkKeys(["processors"])
      let parts = reader.parts("processors").flatMap(read)
      if parts.count(where: { $0.frames != nil }) > 1 {
        reader.problems.add(reader.path + ".processors", "put tokens around texts more than once")
      }
      return parts
    }
  }

  /// `["[SEP]", 102]`
  private static func edge(_ reader: PartReader, _ key: String) -> Int32? {
    let pair = reader.value[key]?.elements
    guard pair?.count == 2, let id = pair?[1].integer, (0...TokenTable.maxID).contains(id) else {
      reader.problems.add(
        "\(reader.path).\(key)", found: reader.value[key], allowed: "[\"token\", id]",
        "is no token with its id")
      return nil
    }
    return Int32(id)
  }
}

/// Puts tokens around texts.
struct FrameProcessing: PostProcessorPart {
  let single: [FramePiece]
  let pair: [FramePiece]
  var frames: (single: [FramePiece], pair: [FramePiece])? { (single, pair) }

  init(single: [FramePiece], pair: [FramePiece]) {
    self.single = single
    self.pair = pair
  }

  /// Reads a `TemplateProcessing`; nil, with problems, for one that is wrong.
  init?(template reader: PartReader) {
    reader.checkKeys(["single", "pair", "special_tokens"])
    var isWhole = true
    func fail(_ path: String, _ found: JSONValue?, _ reason: String) {
      reader.problems.add("\(reader.path).\(path)", found: found, reason)
      isWhole = false
    }
    var tokens: [(key: String, ids: [Int32])] = []
    for member in reader.value["special_tokens"]?.members ?? [] {
      let ids = member.value["ids"]?.elements?.compactMap { $0.integer.flatMap { Int32(exactly: $0) } }
      guard let ids, ids.allSatisfy({ $0 >= 0 }) else {
        fail("special_tokens.\(member.key)", member.value, "has no list of ids")
        continue
      }
      tokens.append((member.key, ids))
    }
    func pieces(_ key: String) -> [FramePiece] {
      guard let elements = reader.value[key]?.elements else {
        fail(key, reader.value[key], "is no list of pieces")
        return []
      }
      return elements.enumerated().compactMap { index, element in
        if let text = element["Sequence"] {
          let segment = text["type_id"]?.integer.flatMap { Int32(exactly: $0) } ?? 0
          switch text["id"]?.text {
          case "A": return .text(0, segment: segment)
          case "B" where key == "pair": return .text(1, segment: segment)
          default: break
          }
        } else if let token = element["SpecialToken"], let id = token["id"]?.text {
          let segment = token["type_id"]?.integer.flatMap { Int32(exactly: $0) } ?? 0
          if let known = tokens.first(where: { $0.key.utf8.elementsEqual(id.utf8) }) {
            return .tokens(known.ids, segment: segment)
          }
          fail("\(key).\(index)", .text(id), "is not one of special_tokens")
          return nil
        }
        fail("\(key).\(index)", element, "is neither a Sequence nor a SpecialToken")
        return nil
      }
    }
    (single, pair) = (pieces("single"), pieces("pair"))
    if !isWhole { return nil }
  }
}

/// Leaves spaces at the ends of tokens out of their offsets.
struct OffsetTrimming: PostProcessorPart {
  /// Whether a space that a token begins with may be one that was put before the text.
  let addsSpace: Bool

  func correct(_ texts: inout [HubEncoding], _ written: (_ text: Int, _ index: Int) -> [UInt8]) {
    for text in texts.indices {
      for index in texts[text].ids.indices {
        let values = scalars(of: written(text, index))
        var leading = values.prefix { isSpace($0) }.count
        let trailing = values.reversed().prefix { isSpace($0) }.count
        var (start, end) = (texts[text].offsets[index].lowerBound, texts[text].offsets[index].upperBound)
        if leading > 0 {
          if index == 0 || start == 0, addsSpace, leading == 1 { leading = 0 }
          start = min(start + leading, end)
        }
        if trailing > 0, end >= trailing { end = max(end - trailing, start) }
        texts[text].offsets[index] = start..<end
      }
    }
  }

  private func isSpace(_ value: UInt32) -> Bool { value == 0x120 || isWhiteSpace(value) }
}
