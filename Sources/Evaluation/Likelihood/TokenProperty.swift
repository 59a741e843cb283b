import SyntheticCorpus
import Text

/// A property by which the tokens of windows are distinguished.
package struct TokenProperty: Sendable {
  /// What is known of a token.
  package struct Token {
    /// nil where the window's end cuts its word off.
    package let construction: TokenConstruction?
    /// How often it is in the training text.
    package let frequency: Int

    /// What is known of a token.
    package init(construction: TokenConstruction?, frequency: Int) {
      self.construction = construction
      self.frequency = frequency
    }
  }

  /// As the report names it.
  package let name: String
  /// The values in order.
  package let labels: [String]
  /// The index of a token's value; nil for a token that has none.
  package let value: @Sendable (Token) -> Int?

  /// Values between limits: below the first, from each on, from the last on.
  private static func band(_ value: Int, _ limits: [Int]) -> Int { limits.count { $0 <= value } }

  /// Every property of the report.
  package static let all: [TokenProperty] = [
    TokenProperty(
      name: "Kind of word", labels: WordClass.allCases.map(\.rawValue),
      value: { $0.construction.flatMap { WordClass.allCases.firstIndex(of: $0.wordClass) } }),
    TokenProperty(
      name: "Verbs by words between subject and verb", labels: ["none", "1 to 3", "4 to 6", "7 or more"],
      value: { $0.construction?.agreement.map { band($0.distance, [1, 4, 7]) } }),
    TokenProperty(
      name: "Verbs by nouns of the other number between", labels: ["none", "1", "2 or more"],
      value: { $0.construction?.agreement.map { band($0.attractors, [1, 2]) } }),
    TokenProperty(
      name: "Verbs by the combination of subject, verb and noun between",
      labels: ["seen in training", "kept out of training"],
      value: { $0.construction?.agreement.map { $0.isHeldOut ? 1 : 0 } }),
    TokenProperty(
      name: "Clause", labels: ["main clause", "relative clause", "relative clause within one"],
      value: { $0.construction.map { min(2, $0.depth) } }),
    TokenProperty(
      name: "Place of the word in its sentence",
      labels: ["1st", "2nd to 4th", "5th to 8th", "9th to 12th", "13th or later"],
      value: { $0.construction.map { band($0.position, [1, 4, 8, 12]) } }),
    TokenProperty(
      name: "How often the token stands in the training text",
      labels: ["under 1,000 times", "1,000 to 9,999", "10,000 to 99,999", "100,000 or more"],
      value: { band($0.frequency, [1000, 10_000, 100_000]) }),
  ]
}
