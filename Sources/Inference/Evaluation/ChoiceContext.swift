import Reporting

/// How much of the text around a question a model may use for its answer.
public enum ChoiceContext: String, Codable, CodingKeyRepresentable, CaseIterable, Sendable {
  /// What is before the word in question.
  case leftOnly
  /// The whole sentence or passage.
  case bothSides
}

extension ChoiceContext {
  /// The words that follow a name: `verb forms, left side given`.
  public var words: String {
    switch self {
    case .leftOnly: "left side given"
    case .bothSides: "both sides given"
    }
  }

  /// Why answers with so much of the text given are not comparable.
  ///
  /// - Parameter untrained: the names of the models that were not trained for it.
  /// - Returns: nil where all were.
  package func reasonAgainst(untrained: [String]) -> String? {
    guard self == .leftOnly, !untrained.isEmpty else { return nil }
    let isOne = untrained.count == 1
    return "\(untrained.inWords) \(isOne ? "was" : "were") trained with a fixed masking rate, and "
      + "\(isOne ? "is" : "are") evaluated with everything after the word masked"
  }
}
