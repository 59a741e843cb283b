import Foundation

extension WordPieceModel {
  /// Learns pieces: begins with the characters, then joins again and again the two neighbours whose join
  /// raises the likelihood of the text under a model of independent pieces most,
  ///
  ///     gain(a, b) = n(ab)·ln( n(ab)·N / (n(a)·n(b)) )
  ///
  /// (to first order), until there are `most` pieces or no join of a pair that occurs twice gains anything.
  /// When there are more characters than tokens, the rarest are left out.
  ///
  /// - Source: Schuster and Nakajima, "Japanese and Korean voice search", 2012.
  public init(trainedOn text: UnsafeBufferPointer<UInt8>, tokens most: Int) throws {
    let (distinct, counts) = WordTable.count(text, PieceScanner.self)
    let spellings = distinct.map { Self.characters(of: $0) }
    var pieces = Self.alphabet(
      spellings, counts: counts, most: most)
    let numbers = Dictionary(uniqueKeysWithValues: pieces.enumerated().map { ($1, Int32($0)) })
    var known = Set(pieces)
    // A word with a character that was left out cannot be spelled: it teaches nothing.
    let spelled = zip(spellings, counts).compactMap { spelling, count -> ([Int32], Int)? in
      let word = spelling.compactMap { numbers[$0] }
      return word.count == spelling.count && !word.isEmpty ? (word, count) : nil
    }
    var pairs = PairTable(words: spelled.map(\.0), counts: spelled.map(\.1), symbols: pieces.count)
    var candidates = PairCandidates(pairs)
    while pieces.count < most,
      let index = candidates.removeBest(of: pairs)
    {
      let pair = pairs.pairs[index]
      let (left, right) = (pieces[Int(pair.left)], pieces[Int(pair.right)])
      let joined = Piece(bytes: left.bytes + right.bytes, continues: left.continues)
      guard known.insert(joined).inserted else { continue }
      pieces.append(joined)
      candidates.add(pairs.merge(index, into: Int32(pieces.count - 1)), of: pairs)
    }
    try self.init(pieces: pieces)
  }

  /// The characters of a word; none when it is not UTF-8 or too long to be looked at.
  private static func characters(of word: UnsafeBufferPointer<UInt8>) -> [Piece] {
    var characters: [Piece] = []
    var place = 0
    while place < word.count {
      guard let (_, length) = decodeScalar(in: word, at: place), characters.count < longestWord else {
        return []
      }
      characters.append(Piece(bytes: Array(word[place..<place + length]), continues: place > 0))
      place += length
    }
    return characters
  }

  /// The most frequent characters, ordered by their bytes and those that begin words first.
  private static func alphabet(_ spellings: [[Piece]], counts: [Int], most: Int) -> [Piece] {
    var found: [Piece: Int] = [:]
    for (spelling, count) in zip(spellings, counts) {
      for piece in spelling { found[piece, default: 0] += count }
    }
    func isBefore(_ first: Piece, _ second: Piece) -> Bool {
      first.continues != second.continues
        ? second.continues : first.bytes.lexicographicallyPrecedes(second.bytes)
    }
    let ranked = found.sorted { $0.value != $1.value ? $0.value > $1.value : isBefore($0.key, $1.key) }
    return ranked.prefix(most).map(\.key).sorted(by: isBefore)
  }
}

/// The pairs that may still be joined. A gain can rise as well as fall when other pairs are joined, so all
/// are looked at each time, with the logarithms kept.
private struct PairCandidates {
  private var indices: [Int32] = []
  private var lefts: [Int32] = []
  private var rights: [Int32] = []
  private var isListed: [Bool] = []
  private let smallLogs = (0..<4096).map { log(Double($0)) }

  init(_ table: PairTable) { add(table.pairs.indices, of: table) }

  mutating func add(_ places: Range<Int>, of table: PairTable) {
    if isListed.count < table.pairs.count {
      isListed += [Bool](repeating: false, count: table.pairs.count - isListed.count)
    }
    for place in places where table.pairCounts[place] > 1 && !isListed[place] {
      isListed[place] = true
      indices.append(Int32(place))
      lefts.append(table.pairs[place].left)
      rights.append(table.pairs[place].right)
    }
  }

  /// Takes out the pair with the greatest gain; of equal ones the more frequent, then the one with lower
  /// symbols. Nil when no pair that occurs twice has a gain.
  mutating func removeBest(of table: PairTable) -> Int? {
    let logs = table.symbolCounts.map { $0 > 0 ? log(Double($0)) : 0 }
    let logTotal = log(Double(max(table.total, 1)))
    var best: (gain: Double, count: Int, key: UInt64, slot: Int)?
    var slot = 0
    while slot < indices.count {
      let pair = table.pairCounts[Int(indices[slot])]
      if pair < 2 {
        remove(slot)
        continue
      }
      let gain =
        Double(pair)
        * ((pair < smallLogs.count ? smallLogs[pair] : log(Double(pair))) + logTotal - logs[Int(lefts[slot])]
          - logs[Int(rights[slot])])
      if gain > 0, gain >= best?.gain ?? 0 {
        let key = PairNumbers.key(lefts[slot], rights[slot])
        if let best, best.gain == gain, (best.count, key) > (pair, best.key) {
          slot += 1
          continue
        }
        best = (gain, pair, key, slot)
      }
      slot += 1
    }
    guard let best else { return nil }
    let index = Int(indices[best.slot])
    remove(best.slot)
    return index
  }

  private mutating func remove(_ slot: Int) {
    isListed[Int(indices[slot])] = false
    indices.swapAt(slot, indices.count - 1)
    lefts.swapAt(slot, lefts.count - 1)
    rights.swapAt(slot, rights.count - 1)
    indices.removeLast()
    lefts.removeLast()
    rights.removeLast()
  }
}
