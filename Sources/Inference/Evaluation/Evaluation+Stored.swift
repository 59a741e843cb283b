import Foundation
import Reporting
import Settings

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
    let result = try measure(subject)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "infinity", negativeInfinity: "-infinity", nan: "nan")
    return StoredResult(
      json: String(decoding: try encoder.encode(result), as: UTF8.self), figures: figures(of: result))
  }

  /// What a report says of stored results.
  ///
  /// - Throws: `DecodingError` where a result is not one of this evaluation.
  package func presentation(_ results: EvaluationResults<String>) throws -> EvaluationPresentation {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "infinity", negativeInfinity: "-infinity", nan: "nan")
    let read = EvaluationResults<Result>(
      results.declaration,
      try results.models.map { model in
        .init(
          index: model.index, name: model.name, seesFuture: model.seesFuture,
          result: try decoder.decode(Result.self, from: Data(model.result.utf8)))
      })
    guard !read.models.isEmpty else { return EvaluationPresentation() }
    return EvaluationPresentation(
      section: section(read), verdicts: verdicts(read), methods: methods(read))
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
