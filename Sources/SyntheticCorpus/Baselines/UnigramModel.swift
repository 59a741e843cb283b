import Foundation

/// How often each word is in the text, and nothing about its neighbours.
///
/// Half a count is added to every word, the unknown one included, whose bytes then cost 8 bits each.
package struct UnigramModel: Sendable {
  private let words: BaselineWords
  private let bitsOfWord: [Double]

  /// The model of `text`.
  package init(_ text: UnsafeBufferPointer<UInt8>) {
    var words = BaselineWords()
    let numbers = words.numbers(of: text, learns: true).words
    var counts = [Double](repeating: 0.5, count: words.count)
    for word in numbers { counts[Int(word)] += 1 }
    let total = counts.reduce(0, +)
    bitsOfWord = counts.map { -log2($0 / total) }
    self.words = words
  }

  /// −log2 of the probability of `text`.
  package func bits(_ text: UnsafeBufferPointer<UInt8>) -> Double {
    var words = words
    let (numbers, unknownBytes) = words.numbers(of: text, learns: false)
    return numbers.reduce(8 * Double(unknownBytes)) { $0 + bitsOfWord[Int($1)] }
  }
}
