import Foundation

/// Tokenizers as JSON, to stand in checkpoints and files. Equal tokenizers give equal bytes.
public enum TokenizerFile {
  /// The layout that this program writes, and the newest that it reads.
  public static let version = 1
  private static let format = "transformer-zoo tokenizer"
  private static let place = "saved tokenizer"
  /// The largest file: a million tokens, the most that a descriptor may ask for, are smaller.
  private static let maxBytes = 64 << 20

  /// The most merges, characters or pieces: as many as there are code points.
  private static let maxParts = 0x110000

  /// The one layout for all kinds; each uses its own part.
  private struct Content: Codable {
    var format: String
    var version: Int
    var kind: String
    /// Byte pairs in the order in which they were learnt.
    var merges: [[Int32]]?
    /// Code points.
    var characters: [UInt32]?
    /// Written forms.
    var pieces: [String]?
  }

  /// A tokenizer as JSON.
  ///
  /// - Throws: `TextError` for a tokenizer that is not one of this module's.
  public static func encode(_ tokenizer: any Tokenizer) throws -> Data {
    var content = Content(format: format, version: version, kind: tokenizer.kind)
    switch tokenizer {
    case is ByteTokenizer: break
    case let tokenizer as BytePairTokenizer: content.merges = tokenizer.merges.map { [$0.left, $0.right] }
    case let tokenizer as CharacterTokenizer: content.characters = tokenizer.characters.map(\.value)
    case let tokenizer as WordPieceTokenizer: content.pieces = tokenizer.names
    default:
      throw TextError(
        place: "tokenizer \(tokenizer.kind)", reason: "this kind cannot be saved",
        mend: "use one of \(TokenizerTrainer.kinds.joined(separator: ", "))")
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(content)
  }

  /// The tokenizer that was saved; it gives the same ids.
  ///
  /// - Throws: `TextError` that says what is damaged or not known.
  public static func decode(_ data: Data) throws -> any Tokenizer {
    guard data.count <= maxBytes else {
      throw damaged("has \(data.count) bytes, and no tokenizer has more than \(maxBytes)")
    }
    let content: Content
    do {
      content = try JSONDecoder().decode(Content.self, from: data)
    } catch {
      throw damaged("is not the JSON of a tokenizer (\(summary(of: error)))")
    }
    guard content.format == format else {
      throw damaged("has the format \"\(content.format)\", not \"\(format)\"")
    }
    guard content.version == version else {
      throw TextError(
        place: place, reason: "has version \(content.version), and this program reads \(version)",
        mend: "read it with the program that wrote it")
    }
    let parts = max(content.merges?.count ?? 0, content.characters?.count ?? 0, content.pieces?.count ?? 0)
    guard parts <= maxParts else {
      throw damaged("has \(parts) parts, and no tokenizer has more than \(maxParts)")
    }
    switch content.kind {
    case "bytes": return ByteTokenizer()
    case "byte-bpe":
      let merges = try part(content.merges, "merges", of: content.kind)
      return try BytePairTokenizer(merges: checked(merges))
    case "characters":
      let points = try part(content.characters, "characters", of: content.kind)
      let characters = try points.map { point in
        guard let character = Unicode.Scalar(point) else { throw damaged("\(point) is no code point") }
        return character
      }
      // Ids follow the order, so another order would be another tokenizer.
      guard zip(points, points.dropFirst()).allSatisfy({ $0 < $1 }) else {
        throw damaged("its characters are not in ascending order")
      }
      return CharacterTokenizer(characters: Set(characters))
    case "wordpiece":
      return try WordPieceTokenizer(names: part(content.pieces, "pieces", of: content.kind))
    default:
      throw TextError(
        place: place, reason: "has the unknown kind \"\(content.kind)\"",
        mend: "this program knows \(TokenizerTrainer.kinds.joined(separator: ", "))")
    }
  }

  /// Merges whose tokens are no longer than words, so that what they are spelled out to is bounded by the file.
  private static func checked(_ merges: [[Int32]]) throws -> [BytePairTokenizer.Merge] {
    // Bytes of each token; of one that no merge may name none, which `BytePairTokenizer` then refuses.
    var lengths =
      [Int](repeating: 0, count: SpecialTokens.standard.tokens.count) + [Int](repeating: 1, count: 256)
    return try merges.enumerated().map { index, pair in
      guard pair.count == 2 else { throw damaged("merge \(index) joins \(pair.count) tokens instead of 2") }
      let length = pair.reduce(0) { $0 + (lengths.indices.contains(Int($1)) ? lengths[Int($1)] : 0) }
      guard length <= WordScanner.longest else {
        throw damaged(
          "merge \(index) makes a token of \(length) bytes, and words have at most \(WordScanner.longest)")
      }
      lengths.append(length)
      return BytePairTokenizer.Merge(left: pair[0], right: pair[1])
    }
  }

  private static func part<Part>(_ part: Part?, _ name: String, of kind: String) throws -> Part {
    guard let part else { throw damaged("has no \(name), which \(kind) needs") }
    return part
  }

  private static func damaged(_ reason: String) -> TextError {
    TextError(place: place, reason: reason, mend: "it is damaged: take another copy or train it again")
  }

  private static func summary(of error: any Error) -> String {
    func path(_ context: DecodingError.Context) -> String {
      context.codingPath.map(\.stringValue).joined(separator: ".")
    }
    return switch error {
    case DecodingError.keyNotFound(let key, _): "no \"\(key.stringValue)\""
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      context.codingPath.isEmpty ? "no object" : "\"\(path(context))\" has the wrong type"
    case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
      "\"\(path(context))\" has a wrong value"
    default: "it cannot be read as JSON"
    }
  }
}
