import Foundation
import Inference
import Reporting
import Settings
import Text
import Training

/// A registered evaluation with its settings, as a command line, a suite or a record names it.
package struct AskedEvaluation: Sendable {
  /// The settings, defaults included.
  package let settings: Resolved
  /// What is asked.
  package let evaluation: any Evaluation

  /// An evaluation by its name, or by `{ type: NAME, … }`.
  ///
  /// - Parameter place: what named it, for errors.
  /// - Throws: `SettingsError` for an unknown name or setting, with the nearest one.
  package init(_ text: String, in place: String, _ registry: Registry) throws {
    let node =
      text.drop { $0.isWhitespace }.hasPrefix("{")
      ? try Node.parse(text, file: place) : Node(.text(text))
    let (settings, problems) = registry.catalog.resolve(node, family: Family.evaluation.name)
    guard let settings, problems.isEmpty else { throw SettingsError(title: place, problems: problems) }
    self.settings = settings
    evaluation = try registry.member(settings.type, of: .evaluation)(settings)
  }

  /// The name with all settings, as JSON: what records keep.
  package var json: String { settings.node().json() }

  /// Every setting by its path, defaults included: what reports and tables show.
  package var listing: [String: String] {
    Dictionary(settings.listing.map { ($0.path, $0.value) }, uniquingKeysWith: { first, _ in first })
  }

  /// The question that is put to a model.
  ///
  /// - Parameters:
  ///   - state: how far the model was trained.
  ///   - subject: the text, and the models that are asked the same.
  /// - Throws: `TextError` for a tokenizer that cannot be written.
  package func question(_ state: TrainerState, _ subject: EvaluationSubject) throws
    -> StoredEvaluation.Question
  {
    StoredEvaluation.Question(
      evaluation: settings.type, settings: json, step: state.step, seen: state.contentHash,
      text: subject.text.fingerprint,
      readers: try subject.readers.map { reader in
        var hash = ContentHash()
        hash.add([UInt8](try TokenizerFile.encode(reader.tokenizer)))
        return "tokenizer \(hash.hex.prefix(16)), context \(reader.context)"
      })
  }

  /// What a model answers: from the folder of its run where it is stored there, else measured and stored. A result that
  /// another version of the evaluation stored is measured again.
  ///
  /// - Parameter notKept: told why a result could not be stored; it was measured nevertheless.
  ///
  /// - Throws: as ``Evaluation/measure(_:)``.
  package func ask(
    _ subject: EvaluationSubject, _ state: TrainerState, in store: EvaluationStore, version: String,
    notKept: (any Error) -> Void
  ) throws -> StoredResult {
    let question = try question(state, subject)
    if let known = store.result(of: question), evaluation.canRead(known) { return known }
    let result = try evaluation.stored(subject)
    do { try store.write(result, of: question, version: version) } catch { notKept(error) }
    return result
  }
}
