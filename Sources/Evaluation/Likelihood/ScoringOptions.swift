import Inference

/// What is accepted and counted where texts are scored.
public struct ScoringOptions: Sendable, Equatable {
  /// What is before a text for a model that predicts the next token; others have their own tokens around texts.
  public enum Start: Sendable, Equatable {
    /// The model's start token, without which texts are refused.
    case own
    /// The model's start token; where it has none, the token that ends texts; where it has none either, nothing.
    case usual
    /// Nothing: the first token of a text then has no likelihood.
    case nothing
    /// A special token, by its written form.
    case token(String)
  }

  /// What is before a text.
  public var start = Start.own
  /// Whether the tokenizer may lose text, as one that writes all in small letters does: what it loses costs nothing.
  public var acceptsLoss = false
  /// Whether probabilities are among all ids of the model, as other programs compute them, and not among those that stand
  /// for text.
  public var countsAllTokens = false

  /// What likelihoods of all text need.
  public init() {}

  /// What research on sentences needs: every model is scored, as far as it can be. Probabilities of imported models are
  /// among all their ids, so that they are those that `transformers` gives.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - start: what is before a text.
  public init(forSentencesOf model: LoadedModel, start: Start = .usual) {
    self.start = start
    acceptsLoss = true
    countsAllTokens = model.isImported
  }

  /// The ids before a text.
  ///
  /// - Throws: `InferenceError` for a token that the tokenizer has not.
  package func prefix(_ model: LoadedModel) throws -> [Int32] {
    guard model.predicts == .next else { return [] }
    switch start {
    case .own: return model.frame.before
    case .nothing: return []
    case .usual:
      if model.startsWithToken { return model.frame.before }
      return model.endTokens.first { model.tokenizer.special.contains($0) }.map { [$0] } ?? []
    case .token(let form):
      let all = model.tokenizer.special.tokens
      guard let found = all.first(where: { $0.text == form }) else {
        throw InferenceError(
          "\(model.descriptor.name) has no special token \"\(form)\"; it has "
            + (all.isEmpty ? "none" : all.map(\.text).prefix(20).joined(separator: ", ")))
      }
      return [found.id]
    }
  }
}
