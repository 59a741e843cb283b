/// The words of a training text as symbols, with how often each symbol and each pair of neighbours occurs.
/// Merging a pair updates the counts in the words that contain it and nowhere else.
struct PairTable {
  /// Two symbols next to each other.
  struct Pair {
    let left: Int32
    let right: Int32
    /// Words that contained the pair when it was counted; it may be gone from some of them by now.
    var words: [Int32] = []

    /// The pair as one number: the order in which equals are told apart.
    var key: UInt64 { Self.key(left, right) }

    static func key(_ left: Int32, _ right: Int32) -> UInt64 {
      UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }
  }

  /// Every pair that was ever seen.
  private(set) var pairs: [Pair] = []
  /// Occurrences of each pair, every word weighted by its own count.
  private(set) var pairCounts: [Int] = []
  /// Occurrences of each symbol.
  private(set) var symbolCounts: [Int]
  /// Occurrences of all symbols.
  private(set) var total = 0

  private var words: [[Int32]]
  private let counts: [Int]
  private var places: [UInt64: Int] = [:]

  /// Counts the pairs of words.
  ///
  /// - Parameters:
  ///   - words: the symbols of each distinct word.
  ///   - counts: how often each of them occurs.
  ///   - symbols: one more than the highest symbol.
  init(words: [[Int32]], counts: [Int], symbols: Int) {
    self.words = words
    self.counts = counts
    symbolCounts = [Int](repeating: 0, count: symbols)
    for (index, word) in words.enumerated() {
      for symbol in word { symbolCounts[Int(symbol)] += counts[index] }
      total += word.count * counts[index]
      for place in word.indices.dropLast() {
        _ = add(word[place], word[place + 1], by: counts[index], word: Int32(index))
      }
    }
  }

  /// Writes one new symbol for a pair, everywhere from the left.
  ///
  /// - Returns: the pairs, by their place in `pairs`, that the new symbol is a part of.
  mutating func merge(_ index: Int, into symbol: Int32) -> [Int] {
    let (left, right) = (pairs[index].left, pairs[index].right)
    if symbolCounts.count <= symbol {
      symbolCounts += [Int](repeating: 0, count: Int(symbol) + 1 - symbolCounts.count)
    }
    var touched: [Int] = []
    let containing = pairs[index].words
    pairs[index].words = []
    for number in containing {
      let word = words[Int(number)]
      let count = counts[Int(number)]
      var merged: [Int32] = []
      merged.reserveCapacity(word.count)
      var place = 0
      while place < word.count {
        let isPair = place + 1 < word.count && word[place] == left && word[place + 1] == right
        merged.append(isPair ? symbol : word[place])
        place += isPair ? 2 : 1
      }
      let found = word.count - merged.count
      if found == 0 { continue }
      for place in word.indices.dropLast() {
        _ = add(word[place], word[place + 1], by: -count, word: nil)
      }
      for place in merged.indices.dropLast() {
        let isNew = merged[place] == symbol || merged[place + 1] == symbol
        let pair = add(merged[place], merged[place + 1], by: count, word: isNew ? number : nil)
        if isNew { touched.append(pair) }
      }
      words[Int(number)] = merged
      symbolCounts[Int(symbol)] += found * count
      symbolCounts[Int(left)] -= found * count
      symbolCounts[Int(right)] -= found * count
      total -= found * count
    }
    return Set(touched).sorted()
  }

  private mutating func add(_ left: Int32, _ right: Int32, by count: Int, word: Int32?) -> Int {
    let key = Pair.key(left, right)
    let place: Int
    if let known = places[key] {
      place = known
    } else {
      place = pairs.count
      places[key] = place
      pairs.append(Pair(left: left, right: right))
      pairCounts.append(0)
    }
    pairCounts[place] += count
    if let word, pairs[place].words.last != word { pairs[place].words.append(word) }
    return place
  }
}
