/// An evaluation whose result of one model also depends on the other models of the comparison.
package protocol JointEvaluation: Evaluation {
  /// Measures a model beside others.
  ///
  /// - Parameters:
  ///   - subject: the model.
  ///   - index: its place among `models`.
  ///   - models: all models that are asked together, this one included, in the order of ``EvaluationSubject/readers``;
  ///     empty where it is asked alone.
  /// - Throws: as ``Evaluation/measure(_:)``.
  func measure(_ subject: EvaluationSubject, at index: Int, among models: [JointModel]) throws -> Result
}

extension JointEvaluation {
  /// Measures a model beside others, and encodes what was found.
  fileprivate func stored(_ subject: EvaluationSubject, at index: Int, among models: [JointModel]) throws
    -> StoredResult
  {
    try encoded(try measure(subject, at: index, among: models))
  }
}

/// A model that is asked together with others.
package struct JointModel {
  /// The model.
  package let model: LoadedModel
  /// Tells it apart from every other model: what it is, how it was trained, and how far.
  package let identity: String
  /// Makes the model with the values that it had before training.
  package let untrained: () throws -> LoadedModel

  /// A model.
  package init(model: LoadedModel, identity: String, untrained: @escaping () throws -> LoadedModel) {
    self.model = model
    self.identity = identity
    self.untrained = untrained
  }
}

extension Evaluation {
  /// Measures a model beside others, where the evaluation is a ``JointEvaluation``; else alone.
  ///
  /// - Throws: as ``measure(_:)``.
  package func stored(_ subject: EvaluationSubject, at index: Int, among models: [JointModel]) throws
    -> StoredResult
  {
    guard let joint = self as? any JointEvaluation else { return try stored(subject) }
    return try joint.stored(subject, at: index, among: models)
  }
}
