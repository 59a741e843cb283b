import Inference
import Text

/// How surprising each word of a sentence is to a model.
///
/// A word is what stands between white space; its surprisal is the sum over its tokens, and the sum over the words of a
/// sentence is that over its tokens.
///
/// - Source: Hale, "A probabilistic Earley parser as a psycholinguistic model", 2001; Levy, "Expectation-based syntactic
///   comprehension", 2008; for models that see both sides: Salazar et al., 2020; Kauf and Ivanova, 2023.
public struct WordSurprisals {
  /// How a token is predicted.
  public enum Method: String, CaseIterable, Sendable {
    /// From what is before it, by the chain rule; a model of masked tokens unmasks the sentence from left to right.
    case exact
    /// With all others in view.
    case pseudo
    /// With all others in view but the rest of its word.
    case withinWord = "within-word"
  }

  /// A token with its surprisal, in bits.
  public struct Token: Encodable, Sendable, Equatable {
    /// Its id.
    public let id: Int32
    /// How it is shown in tables.
    public let text: String
    /// In bits; nil for a first token that nothing is before.
    public let surprisal: Double?
  }

  /// A word with its surprisal, in bits.
  public struct Word: Encodable, Sendable, Equatable {
    /// As it is written.
    public let word: String
    /// In bits; nil where one of its tokens has none.
    public let surprisal: Double?
    /// Its tokens.
    public let tokens: [Token]
  }

  private let model: LoadedModel
  private let scoring: WindowScoring
  private let method: Method

  /// The surprisals of a model.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - method: how tokens are predicted.
  ///   - options: what is before a sentence, and what is counted.
  ///   - progress: told how many sentences of how many have been read.
  /// - Throws: `InferenceError` for a method that the model has not, and where it has no likelihood.
  public init(
    _ model: LoadedModel, _ method: Method, _ options: ScoringOptions,
    progress: @escaping (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws {
    scoring = try WindowScoring(model, options, progress: progress)
    guard method == .exact || scoring.hasOrders else {
      throw InferenceError(
        "\(model.descriptor.name) predicts the next token, so its surprisals are exact: the method \(method.rawValue) is "
          + "for models that predict masked tokens")
    }
    (self.model, self.method) = (model, method)
  }

  /// Why a sentence cannot be scored; nil where it can.
  public func refusal(of sentence: String) -> String? {
    let ids = model.tokenizer.encode(sentence)
    return ids.isEmpty ? "the sentence is empty" : scoring.refusal(of: ids)
  }

  /// The words of each sentence.
  ///
  /// - Throws: `InferenceError` for a sentence that cannot be scored, and where the model gives NaN; `MemoryError`.
  public func words(of sentences: [String]) throws -> [[Word]] {
    let texts = sentences.map { SentenceTokens($0, model.tokenizer) }
    let windows = texts.map(\.ids)
    let nats =
      switch method {
      case .exact: try scoring.nats(windows)
      case .pseudo: try scoring.pseudoNats(windows, .original)
      case .withinWord: try scoring.pseudoNats(windows, .withinWord)
      }
    return try zip(texts, nats).map { text, nats in
      let known = scoring.lacksFirst ? nats.dropFirst() : nats[...]
      guard known.allSatisfy({ !$0.isNaN }) else {
        throw InferenceError("\(model.descriptor.name) gives NaN for a sentence")
      }
      let tokens = zip(text.ids, nats).map { id, nats in
        Token(
          id: id, text: model.tokenizer.label(of: id),
          surprisal: nats.isNaN ? nil : nats / 0.693147180559945309)
      }
      return text.words.enumerated().map { index, word in
        let own = tokens.indices.filter { text.word[$0] == index }.map { tokens[$0] }
        let bits = own.compactMap(\.surprisal)
        return Word(
          word: word, surprisal: bits.count == own.count ? bits.reduce(0, +) : nil, tokens: own)
      }
    }
  }
}
