/// Draws sentences from a grammar.
struct GrammarSampler {
  private let grammar: Grammar
  /// Running sums of the probabilities of each symbol's alternatives.
  private let cumulative: [[Double]]
  private var pending: [Grammar.Item] = []

  init(_ grammar: Grammar) {
    self.grammar = grammar
    cumulative = grammar.rules.map { alternatives in
      var sum = 0.0
      return alternatives.map { alternative in
        sum += alternative.probability
        return sum
      }
    }
  }

  /// Replaces `sentence` by the word indices of a new one.
  mutating func draw(into sentence: inout [Int], using random: inout SeededGenerator) {
    sentence.removeAll(keepingCapacity: true)
    pending.append(.symbol(grammar.start))
    while let item = pending.popLast() {
      switch item {
      case .word(let index): sentence.append(index)
      case .symbol(let index):
        let alternatives = grammar.rules[index]
        let chosen = alternatives.count == 1 ? 0 : choose(cumulative[index], random.unit())
        for part in alternatives[chosen].items.reversed() { pending.append(part) }
      }
    }
  }

  /// The first entry of the rising `sums` above `value`; the last one when rounding left none.
  private func choose(_ sums: [Double], _ value: Double) -> Int {
    var low = 0
    var high = sums.count - 1
    while low < high {
      let middle = (low + high) / 2
      if sums[middle] > value { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
