/// One token a character (Unicode scalar value), numbered in the order of their code points.
///
/// Text of known characters comes back exactly; any other character, and a byte that is not UTF-8, becomes
/// `[UNK]` and is lost. `TokenizedText.unknowns` counts those.
public struct CharacterTokenizer: Tokenizer {
  public let kind = "characters"
  public let isLossless = true
  public let special = SpecialTokens.standard
  public var vocabularySize: Int { special.tokens.count + characters.count }

  /// The known characters in the order of their ids.
  public let characters: [Unicode.Scalar]
  private let ascii: [Int32]
  private let others: [UInt32: Int32]

  /// A tokenizer of these characters.
  public init(characters: Set<Unicode.Scalar>) {
    self.characters = characters.sorted()
    var ascii = [Int32](repeating: special[.unknown] ?? 0, count: 128)
    var others: [UInt32: Int32] = [:]
    for (index, character) in self.characters.enumerated() {
      let id = special.ordinaryID(index)
      if character.isASCII { ascii[Int(character.value)] = id } else { others[character.value] = id }
    }
    self.ascii = ascii
    self.others = others
  }

  /// A tokenizer of the characters that a text contains.
  public init(trainedOn text: UnsafeBufferPointer<UInt8>) {
    var found: Set<Unicode.Scalar> = []
    var seen = [Bool](repeating: false, count: 128)
    var place = 0
    while place < text.count {
      guard let (value, length) = decodeScalar(in: text, at: place) else {
        place += 1
        continue
      }
      place += length
      if value < 128 {
        if seen[Int(value)] { continue }
        seen[Int(value)] = true
      }
      if let scalar = Unicode.Scalar(value) { found.insert(scalar) }
    }
    self.init(characters: found)
  }

  public func encode(_ bytes: UnsafeBufferPointer<UInt8>) -> [Int32] {
    let unknown = special[.unknown] ?? 0
    var ids: [Int32] = []
    ids.reserveCapacity(bytes.count)
    var place = 0
    while place < bytes.count {
      let (value, length) = decodeScalar(in: bytes, at: place) ?? (UInt32.max, 1)
      ids.append(value < 128 ? ascii[Int(value)] : others[value] ?? unknown)
      place += length
    }
    return ids
  }

  public func bytes(of id: Int32) -> [UInt8] {
    precondition(id >= 0 && id < vocabularySize, "id \(id) outside the vocabulary")
    return special.ordinaryNumber(of: id).map { Array(UTF8.encode(characters[$0]) ?? .init()) } ?? []
  }
}
