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
  package var listing: [String: String] { settings.valuesByPath }

  /// The evaluation with its questions, which are the same for all models; nil where it is not followed while models
  /// train.
  ///
  /// - Throws: `InferenceError` where there is nothing to ask.
  package func prepared(_ text: TextSource, _ readers: [EvaluationSubject.Reader]) throws
    -> PreparedEvaluation?
  {
    guard let followed = evaluation as? any FollowedEvaluation else { return nil }
    return try PreparedEvaluation(followed, text, readers)
  }

  /// The question that is put to a model.
  ///
  /// - Parameters:
  ///   - state: how far the model was trained.
  ///   - text: the text that is measured on.
  ///   - readers: the models that are asked the same.
  ///   - models: the same models, where the result depends on what they answer, too.
  /// - Throws: `TextError` for a tokenizer that cannot be written.
  package func question(
    _ state: TrainerState, _ text: TextSource, _ readers: [EvaluationSubject.Reader],
    among models: [JointModel] = []
  ) throws -> StoredEvaluation.Question {
    StoredEvaluation.Question(
      evaluation: settings.type, settings: json, step: state.step, seen: state.contentHash,
      text: evaluation.readsText ? text.fingerprint : "",
      readers: try readers.enumerated().map { index, reader in
        var hash = ContentHash()
        hash.add([UInt8](try TokenizerFile.encode(reader.tokenizer)))
        let identity = models.indices.contains(index) ? ", model \(models[index].identity)" : ""
        return "tokenizer \(hash.hex.prefix(16)), context \(reader.context)\(identity)"
      })
  }

  /// What a model answers: from the folder of its run where it is stored there, else measured and stored. A result that
  /// another version of the evaluation stored is measured again.
  ///
  /// - Parameters:
  ///   - index: the model's place among `models`.
  ///   - models: all models that are asked together, for a ``JointEvaluation``; others do not depend on them.
  ///   - measure: how it is measured; nil: by the evaluation.
  ///   - notKept: told why a result could not be stored; it was measured nevertheless.
  /// - Throws: as ``Evaluation/measure(_:)``.
  package func ask(
    _ subject: EvaluationSubject, _ state: TrainerState, at index: Int = 0, among models: [JointModel] = [],
    in store: EvaluationStore, version: String, measure: (() throws -> StoredResult)? = nil,
    notKept: (any Error) -> Void
  ) throws -> StoredResult {
    let models = evaluation is any JointEvaluation ? models : []
    let question = try question(state, subject.text, subject.readers, among: models)
    if let known = store.result(of: question), evaluation.canRead(known) { return known }
    let result = try measure?() ?? evaluation.stored(subject, at: index, among: models)
    do { try store.write(result, of: question, version: version) } catch { notKept(error) }
    return result
  }
}
