import Foundation

/// An n-gram model over words: interpolated modified Kneser–Ney smoothing, the best of its kind.
///
///     p(w | h) = max(c(hw) − D(c(hw)), 0) / c(h) + γ(h) · p(w | h without its first word)
///
/// with a discount of its own for counts of one, two, and three or more; below the highest order, counts are
/// of the different words that are before an n-gram. The lowest order is mixed with an equal probability for
/// every word. Contexts begin at the last line end: lines are separate, and none knows the one before.
///
/// - Source: Chen and Goodman, "An empirical study of smoothing techniques for language modeling", 1998.
package struct KneserNeyModel: Sendable {
  private let order: Int
  private let words: BaselineWords
  private let table: NGramTable
  /// p = discounted[n-gram] + backOff[context] · lower p.
  private let discounted: [Double]
  private let backOff: [Double]

  /// The model of `text`.
  package init(_ text: UnsafeBufferPointer<UInt8>, order: Int = 5) {
    precondition(order >= 1, "an n-gram has at least one word")
    var words = BaselineWords()
    let numbers = words.numbers(of: text, learns: true).words
    self.order = order
    self.words = words
    table = NGramTable(numbers, order: order)
    (discounted, backOff) = Self.smooth(table, order: order)
  }

  /// Probabilities in place of counts.
  private static func smooth(_ table: NGramTable, order: Int) -> (discounted: [Double], backOff: [Double]) {
    let size = table.counts.count
    var discounts = [(Double, Double, Double)](repeating: (0, 0, 0), count: order + 1)
    for length in 1...order {
      var countsOfCounts = [0.0, 0, 0, 0, 0]
      for node in 1..<size where table.lengths[node] == length {
        let count = Int(table.counts[node])
        if (1...4).contains(count) { countsOfCounts[count] += 1 }
      }
      discounts[length] = discountsFrom(countsOfCounts)
    }
    func discount(_ node: Int) -> Double {
      let all = discounts[Int(table.lengths[node])]
      return table.counts[node] == 1 ? all.0 : table.counts[node] == 2 ? all.1 : all.2
    }
    var totals = [Double](repeating: 0, count: size)
    var taken = [Double](repeating: 0, count: size)
    for node in 1..<size where table.counts[node] > 0 {
      let context = Int(table.contexts[node])
      totals[context] += Double(table.counts[node])
      taken[context] += min(discount(node), Double(table.counts[node]))
    }
    var discounted = [Double](repeating: 0, count: size)
    for node in 1..<size where table.counts[node] > 0 {
      let count = Double(table.counts[node])
      discounted[node] = max(count - discount(node), 0) / totals[Int(table.contexts[node])]
    }
    let backOff = zip(taken, totals).map { $1 > 0 ? $0 / $1 : 1 }
    return (discounted, backOff)
  }

  /// The three discounts from how many n-grams have a count of 1, 2, 3 and 4; where too few are there to
  /// tell, 0.5, 1 and 1.5.
  private static func discountsFrom(_ n: [Double]) -> (Double, Double, Double) {
    guard n[1] > 0, n[2] > 0, n[3] > 0, n[4] > 0 else { return (0.5, 1, 1.5) }
    let share = n[1] / (n[1] + 2 * n[2])
    let all = (1 - 2 * share * n[2] / n[1], 2 - 3 * share * n[3] / n[2], 3 - 4 * share * n[4] / n[3])
    return (min(max(all.0, 0), 1), min(max(all.1, 0), 2), min(max(all.2, 0), 3))
  }

  /// −log2 of the probability of `text`, which begins as a line does. A word that was not in the text the
  /// model is of costs 8 bits per byte more than an unknown word.
  package func bits(_ text: UnsafeBufferPointer<UInt8>) -> Double {
    var words = words
    let (numbers, unknownBytes) = words.numbers(of: text, learns: false)
    var bits = 8 * Double(unknownBytes)
    var history: [Int32] = [BaselineWords.lineEnd]
    for word in numbers {
      bits -= log2(probability(of: word, after: history[...]))
      if word == BaselineWords.lineEnd { history.removeAll(keepingCapacity: true) }
      history.append(word)
      if history.count > order { history.removeFirst() }
    }
    return bits
  }

  /// −log2 of the probability of `text`.
  package func bits(_ text: String) -> Double {
    let bytes = Array(text.utf8)
    return bytes.withUnsafeBufferPointer { bits($0) }
  }

  private func probability(of word: Int32, after history: ArraySlice<Int32>) -> Double {
    let history = history.suffix(order - 1)
    var probability = 1 / Double(words.count)
    for start in stride(from: history.endIndex, through: history.startIndex, by: -1) {
      guard let context = table.node(history[start...]) else { break }
      let own = table.child(context, word).map { discounted[$0] } ?? 0
      probability = own + backOff[context] * probability
    }
    return probability
  }

  /// The fraction of items in which the sentence with the right verb form is more probable than the one with
  /// the wrong form, and half of the ties.
  package func accuracy(on items: [VerbItem]) -> Double {
    let points = items.map { item in
      let correct = bits(item.left + " " + item.correct + item.right)
      let wrong = bits(item.left + " " + item.wrong + item.right)
      return correct == wrong ? 0.5 : correct < wrong ? 1 : 0
    }
    return items.isEmpty ? 0 : points.reduce(0, +) / Double(items.count)
  }
}
