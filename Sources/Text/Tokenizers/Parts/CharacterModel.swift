import Settings

/// One token per character (Unicode scalar value), numbered in the order of their code points.
///
/// Text of known characters comes back exactly; any other character, and a byte that is not UTF-8, is unknown and
/// lost. `TokenizedText.unknowns` counts those.
public struct CharacterModel: TokenModel {
  public let type = "characters"
  public let hasUnknowns = true
  public let isLossless = true
  public var count: Int { characters.count }
  public var content: [Node.Member] {
    [Node.Member("characters", Node(.list(characters.map { Node(.integer(Int($0.value))) })))]
  }

  /// The known characters in the order of their numbers.
  public let characters: [Unicode.Scalar]
  /// The number of each; −1 of one that is not known.
  private let ascii: [Int32]
  private let others: [UInt32: Int32]

  /// A model of these characters.
  public init(characters: Set<Unicode.Scalar>) {
    self.characters = characters.sorted()
    var ascii = [Int32](repeating: -1, count: 128)
    var others: [UInt32: Int32] = [:]
    for (index, character) in self.characters.enumerated() {
      if character.isASCII {
        ascii[Int(character.value)] = Int32(index)
      } else {
        others[character.value] = Int32(index)
      }
    }
    self.ascii = ascii
    self.others = others
  }

  /// A model of the characters that a text contains.
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

  public func spell(_ word: UnsafeBufferPointer<UInt8>, _ ids: TokenNumbering, into tokens: inout [Int32]) {
    var place = 0
    while place < word.count {
      let (value, length) = decodeScalar(in: word, at: place) ?? (UInt32.max, 1)
      let number = value < 128 ? ascii[Int(value)] : others[value] ?? -1
      tokens.append(number < 0 ? ids.unknown : number &+ ids.first)
      place += length
    }
  }

  public func bytes(of number: Int) -> [UInt8] { Array(UTF8.encode(characters[number]) ?? .init()) }
}
