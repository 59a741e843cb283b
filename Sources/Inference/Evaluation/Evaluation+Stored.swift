import Foundation
import Reporting
import Settings
import Wording

/// The result of an evaluation without its type, as it is stored.
package struct StoredResult: Sendable, Equatable {
  /// The result as JSON.
  package let json: String
  /// Its figures.
  package let figures: [EvaluationFigure]

  package init(json: String, figures: [EvaluationFigure]) {
    self.json = json
    self.figures = figures
  }
}

extension Evaluation {
  /// Measures a model, and encodes what was found.
  ///
  /// - Throws: as ``measure(_:)``.
  package func stored(_ subject: EvaluationSubject) throws -> StoredResult {
    try encoded(try measure(subject))
  }

  /// A result as it is stored.
  package func encoded(_ result: Result) throws -> StoredResult {
    StoredResult(
      json: String(decoding: try JSONEncoder.withWordsForNumbers().encode(result), as: UTF8.self),
      figures: figures(of: result))
  }

  /// What a report says of stored results.
  ///
  /// - Throws: `DecodingError` where a result is not one of this evaluation.
  package func presentation(_ results: EvaluationResults<String>) throws -> EvaluationPresentation {
    let read = try results.map(decoded)
    guard !read.models.isEmpty else { return EvaluationPresentation() }
    return EvaluationPresentation(
      section: section(read), verdicts: verdicts(read), methods: methods(read))
  }

  /// Whether a stored result is one of this evaluation as it is today.
  package func canRead(_ result: StoredResult) -> Bool { (try? decoded(result.json)) != nil }

  private func decoded(_ json: String) throws -> Result {
    try JSONDecoder.withWordsForNumbers().decode(Result.self, from: Data(json.utf8))
  }
}

/// What a report says of one evaluation.
package struct EvaluationPresentation: Sendable, Equatable {
  /// The section; nil: there is nothing to show.
  package var section: Section?
  /// What follows.
  package var verdicts: [Verdict] = []
  /// How it was measured; empty: nothing to say.
  package var methods = ""

  package init(section: Section? = nil, verdicts: [Verdict] = [], methods: String = "") {
    self.section = section
    self.verdicts = verdicts
    self.methods = methods
  }
}
