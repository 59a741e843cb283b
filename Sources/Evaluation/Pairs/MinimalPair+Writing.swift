import Foundation
import SyntheticCorpus
import Text

extension MinimalPair {
  /// A pair of the embedded grammar.
  public init(_ pair: GrammarPair) {
    self.init(
      good: pair.good, bad: pair.bad, paradigm: pair.paradigm.rawValue, field: pair.paradigm.field)
  }

  /// Pairs in BLiMP's form: an object a line, numbered within its paradigm.
  ///
  /// - Throws: `EncodingError`.
  public static func lines(_ pairs: [MinimalPair]) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var numbers: [String: Int] = [:]
    return try pairs.map { pair in
      let number = numbers[pair.paradigm, default: 0]
      numbers[pair.paradigm] = number + 1
      let line = Line(
        good: pair.good, bad: pair.bad, field: pair.field, paradigm: pair.paradigm, number: "\(number)")
      return String(decoding: try encoder.encode(line), as: UTF8.self) + "\n"
    }.joined()
  }

  /// A line of a file.
  private struct Line: Encodable {
    let good: String
    let bad: String
    let field: String
    let paradigm: String
    let number: String

    enum CodingKeys: String, CodingKey {
      case good = "sentence_good"
      case bad = "sentence_bad"
      case field
      case paradigm = "UID"
      case number = "pairID"
    }
  }
}
