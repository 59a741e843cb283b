/// How much of the text around a question a model may use for its answer.
public enum ChoiceContext: String, Codable, CaseIterable, Sendable {
  /// What is before the word in question.
  case leftOnly
  /// The whole sentence or passage.
  case bothSides
}
