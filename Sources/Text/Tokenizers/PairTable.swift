/// The words of a training text as symbols, with how often each symbol and each pair of neighbours occurs.
/// Merging a pair updates the counts beside its occurrences and nowhere else.
struct PairTable {
  /// Two symbols next to each other.
  struct Pair {
    let left: Int32
    let right: Int32
    /// The newest of the pair's `Place`s; negative when it has none.
    fileprivate var newest = -1

    /// The pair as one number: the order in which equals are distinguished.
    var key: UInt64 { PairNumbers.key(left, right) }
  }

  /// A word that contained a pair when it was counted; it may be gone from there by now.
  private struct Place {
    let word: Int32
    /// The place of the pair before this one; negative when there is none.
    let earlier: Int
  }

  /// Every pair that was ever seen.
  private(set) var pairs: [Pair] = []
  /// Occurrences of each pair, every word weighted by its own count.
  private(set) var pairCounts: [Int] = []
  /// Occurrences of each symbol.
  private(set) var symbolCounts: [Int]
  /// Occurrences of all symbols.
  private(set) var total = 0

  /// The symbols of all words in a row, and where those of each begin; a word grows shorter in its place.
  private var symbols: [Int32] = []
  private var words: [Range<Int>] = []
  private let counts: [Int]
  private var numbers = PairNumbers()
  private var places: [Place] = []

  /// Counts the pairs of words.
  ///
  /// - Parameters:
  ///   - words: the symbols of each distinct word.
  ///   - counts: how often each of them occurs.
  ///   - symbols: one more than the highest symbol.
  init(words: some Sequence<some Collection<Int32>>, counts: [Int], symbols: Int) {
    self.counts = counts
    symbolCounts = [Int](repeating: 0, count: symbols)
    for (index, word) in words.enumerated() {
      let start = self.symbols.count
      self.symbols += word
      self.words.append(start..<self.symbols.count)
      for place in start..<self.symbols.count {
        symbolCounts[Int(self.symbols[place])] += counts[index]
        if place > start {
          add(self.symbols[place - 1], self.symbols[place], by: counts[index], word: Int32(index))
        }
      }
      total += word.count * counts[index]
    }
  }

  /// Writes one new symbol, higher than all before, for a pair, everywhere from the left.
  ///
  /// - Returns: the pairs, by their place in `pairs`, that the new symbol is a part of.
  mutating func merge(_ index: Int, into symbol: Int32) -> Range<Int> {
    if symbolCounts.count <= symbol {
      symbolCounts += [Int](repeating: 0, count: Int(symbol) + 1 - symbolCounts.count)
    }
    // A pair with the new symbol cannot have been seen before.
    let firstNew = pairs.count
    var place = pairs[index].newest
    pairs[index].newest = -1
    while place >= 0 {
      merge(index, into: symbol, within: Int(places[place].word))
      place = places[place].earlier
    }
    return firstNew..<pairs.count
  }

  private mutating func merge(_ index: Int, into symbol: Int32, within number: Int) {
    let (left, right) = (pairs[index].left, pairs[index].right)
    let count = counts[number]
    let word = words[number]
    var (from, to) = (word.lowerBound, word.lowerBound)
    // What stood before the next symbol, and whether it became the new one.
    var (before, wasMerged) = (Int32(-1), false)
    while from < word.upperBound {
      let first = symbols[from]
      let isMerged = first == left && from + 1 < word.upperBound && symbols[from + 1] == right
      let written = isMerged ? symbol : first
      if before >= 0, isMerged || wasMerged {
        add(before, first, by: -count, word: nil)
        add(symbols[to - 1], written, by: count, word: Int32(number))
      }
      (before, wasMerged) = (isMerged ? right : first, isMerged)
      symbols[to] = written
      from += isMerged ? 2 : 1
      to += 1
    }
    let found = word.upperBound - to
    words[number] = word.lowerBound..<to
    pairCounts[index] -= found * count
    symbolCounts[Int(symbol)] += found * count
    symbolCounts[Int(left)] -= found * count
    symbolCounts[Int(right)] -= found * count
    total -= found * count
  }

  /// Counts a pair in a word that has it now.
  @inline(__always)
  private mutating func add(_ left: Int32, _ right: Int32, by count: Int, word: Int32?) {
    let index = Int(numbers.number(left, right, orNew: Int32(pairs.count)))
    if index == pairs.count {
      pairs.append(Pair(left: left, right: right))
      pairCounts.append(0)
    }
    pairCounts[index] += count
    guard let word else { return }
    let newest = pairs[index].newest
    if newest < 0 || places[newest].word != word {
      pairs[index].newest = places.count
      places.append(Place(word: word, earlier: newest))
    }
  }
}
