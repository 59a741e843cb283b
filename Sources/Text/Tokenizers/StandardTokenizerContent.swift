import Foundation

/// The file of a tokenizer of one of the core's kinds with the standard special tokens: version 1 of the layout.
struct StandardTokenizerContent: Codable {
  static let version = 1

  var format = TokenizerFile.format
  var version = Self.version
  var kind: String
  /// Byte pairs in the order in which they were learned, by their ids.
  var merges: [[Int32]]?
  /// Code points.
  var characters: [UInt32]?
  /// Written forms.
  var pieces: [String]?

  /// The first id that is no special token.
  private static let first = Int32(SpecialTokens.standard.tokens.count)

  /// Nil for a tokenizer of other parts or other special tokens.
  init?(_ tokenizer: TokenizerPipeline) {
    kind = tokenizer.kind
    let standard: TokenizerPipeline?
    switch tokenizer.model {
    case is ByteModel: standard = .bytes
    case let model as BytePairModel:
      merges = model.merges.map { [$0.left + Self.first, $0.right + Self.first] }
      standard = try? .bytePairs(model)
    case let model as CharacterModel:
      characters = model.characters.map(\.value)
      standard = try? .characters(model)
    case let model as WordPieceModel:
      pieces = model.names
      standard = try? .wordPieces(model)
    default: standard = nil
    }
    guard let standard, standard.kind == kind, standard.special == tokenizer.special,
      standard.partNames == tokenizer.partNames
    else { return nil }
  }

  func data() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }

  /// The tokenizer that was saved.
  ///
  /// - Throws: `TextError` that says what is damaged or not known.
  func tokenizer() throws -> any Tokenizer {
    let parts = max(merges?.count ?? 0, characters?.count ?? 0, pieces?.count ?? 0)
    guard parts <= TokenizerFile.maxParts else {
      throw TokenizerFile.damaged(
        "has \(parts) parts, and no tokenizer has more than \(TokenizerFile.maxParts)")
    }
    switch kind {
    case "bytes": return TokenizerPipeline.bytes
    case "byte-bpe":
      let merges = try checked(try part(merges, "merges"))
      return try TokenizerPipeline.bytePairs(BytePairModel(merges: merges, numberedFrom: Self.first))
    case "characters":
      let points = try part(characters, "characters")
      let characters = try points.map { point in
        guard let character = Unicode.Scalar(point) else {
          throw TokenizerFile.damaged("\(point) is not a code point")
        }
        return character
      }
      // Ids follow the order, so another order would be another tokenizer.
      guard zip(points, points.dropFirst()).allSatisfy({ $0 < $1 }) else {
        throw TokenizerFile.damaged("its characters are not in ascending order")
      }
      return try TokenizerPipeline.characters(CharacterModel(characters: Set(characters)))
    case "wordpiece":
      return try TokenizerPipeline.wordPieces(WordPieceModel(names: part(pieces, "pieces")))
    default: throw TokenizerFile.unknown("kind \"\(kind)\"", TokenizerTrainer.kinds)
    }
  }

  /// Merges whose tokens are no longer than words, so that what they are spelled out to is bounded by the file.
  private func checked(_ merges: [[Int32]]) throws -> [BytePairModel.Merge] {
    // Bytes of each token; of one that no merge may name none, which `BytePairModel` then refuses.
    var lengths = [Int](repeating: 0, count: Int(Self.first)) + [Int](repeating: 1, count: 256)
    return try merges.enumerated().map { index, pair in
      guard pair.count == 2 else {
        throw TokenizerFile.damaged("merge \(index) joins \(pair.count) tokens instead of 2")
      }
      let length = pair.reduce(0) { $0 + (lengths.indices.contains(Int($1)) ? lengths[Int($1)] : 0) }
      guard length <= WordScanner.longest else {
        throw TokenizerFile.damaged(
          "merge \(index) makes a token of \(length) bytes, and words have at most \(WordScanner.longest)")
      }
      lengths.append(length)
      return BytePairModel.Merge(left: pair[0], right: pair[1])
    }
  }

  private func part<Part>(_ part: Part?, _ name: String) throws -> Part {
    guard let part else { throw TokenizerFile.damaged("has no \(name), which \(kind) needs") }
    return part
  }
}
