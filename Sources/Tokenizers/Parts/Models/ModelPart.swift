import Settings

/// A token of a word: its id, and the bytes of the word that it covers.
struct SpelledToken: Sendable {
  var id: Int32
  var start: Int
  var end: Int
}

/// Turns words into tokens: the entry `model` of a file.
protocol ModelPart: Sendable {
  /// Its tokens and their ids.
  var vocabulary: TokenTable { get }
  /// The written form of the token for what it does not know; nil where it has none.
  var unknownToken: [UInt8]? { get }
  /// Appends the tokens of a word, which is not empty.
  func spell(_ word: UnsafeBufferPointer<UInt8>, into tokens: inout [SpelledToken])
  /// Parts of a long word that are spelled alike by themselves and together; the word where there are none.
  func parts(of word: UnsafeBufferPointer<UInt8>, at start: Int, into parts: inout [Range<Int>])
}

extension ModelPart {
  func parts(of word: UnsafeBufferPointer<UInt8>, at start: Int, into parts: inout [Range<Int>]) {
    parts.append(start..<start + word.count)
  }
}

/// The tokens of a model: written forms with ids, which may have holes.
final class TokenTable: Sendable {
  private let table: PieceTable
  private let ids: [Int32]
  /// The number of the token with an id; negative for an id that has none.
  private let numbers: [Int32]
  /// How many tokens there are.
  var count: Int { table.count }
  /// One more than the highest id.
  var size: Int { numbers.count }

  /// The highest id that a file may have: vocabularies are smaller by far.
  static let maxID = 1 << 24

  /// - Precondition: ids are 0 to `maxID`.
  init(_ tokens: [(form: [UInt8], id: Int32)]) {
    table = PieceTable(tokens.map(\.form))
    ids = tokens.map(\.id)
    var numbers = [Int32](repeating: -1, count: Int(tokens.map(\.id).max() ?? -1) + 1)
    for (number, token) in tokens.enumerated() { numbers[Int(token.id)] = Int32(number) }
    self.numbers = numbers
  }

  /// Reads `"vocab": {"token": id, …}`; nil, with problems, where something is wrong.
  convenience init?(_ reader: PartReader) {
    guard let members = reader.value["vocab"]?.members else {
      reader.problems.add(
        reader.path + ".vocab", found: reader.value["vocab"], allowed: "an object of tokens with their ids",
        "is no vocabulary")
      return nil
    }
    var tokens: [(form: [UInt8], id: Int32)] = []
    tokens.reserveCapacity(members.count)
    var seen = [Bool](repeating: false, count: members.count * 2)
    for member in members {
      guard let id = member.value.integer, (0...Self.maxID).contains(id) else {
        reader.problems.add(
          "\(reader.path).vocab.\(member.key)", found: member.value, allowed: "0 to \(Self.maxID)", "is no id"
        )
        return nil
      }
      if id >= seen.count { seen += [Bool](repeating: false, count: id + 1 - seen.count) }
      if seen[id] {
        reader.problems.add(
          "\(reader.path).vocab.\(member.key)", found: member.value, "is the id of another token, too")
      }
      seen[id] = true
      tokens.append((Array(member.key.utf8), Int32(id)))
    }
    self.init(tokens)
  }

  /// The id of a written form; negative where it is no token.
  @inline(__always)
  func id(of form: UnsafeBufferPointer<UInt8>) -> Int32 {
    let number = table.number(of: form)
    return number < 0 ? -1 : ids[Int(number)]
  }

  func id(of form: some Collection<UInt8>) -> Int32? {
    let number = table.number(of: form)
    return number < 0 ? nil : ids[Int(number)]
  }

  /// The written form of an id; nil for an id that has none.
  func form(of id: Int32) -> UnsafeBufferPointer<UInt8>? {
    guard id >= 0, id < numbers.count, numbers[Int(id)] >= 0 else { return nil }
    return table[Int(numbers[Int(id)])]
  }

  /// All tokens, by rising id.
  var tokens: [(form: [UInt8], id: Int32)] {
    (0..<Int32(size)).compactMap { id in form(of: id).map { (Array($0), id) } }
  }
}

/// Reads the entry `model`.
enum ModelParts {
  static let names = ["BPE", "Unigram", "WordLevel", "WordPiece"]

  static func read(_ reader: PartReader) -> (any ModelPart)? {
    // Old files have no type: what they hold says which it is.
    var reader = reader
    if let members = reader.value.members, reader.value["type"] == nil {
      let type =
        reader.value["merges"] != nil
        ? "BPE" : reader.value["vocab"]?.elements != nil ? "Unigram" : "WordPiece"
      reader = PartReader(
        value: .object([("type", .text(type))] + members), path: reader.path, problems: reader.problems)
    }
    switch reader.type(names) {
    case "BPE": return BPE(reader)
    case "Unigram": return Unigram(reader)
    case "WordLevel": return WordLevel(reader)
    case "WordPiece": return WordPiece(reader)
    default: return nil
    }
  }
}
