import Inference
import Reporting
import Statistics

/// What the same held-out windows cost several models, by the chain rule. Reports kept it under these names before it
/// was an evaluation.
package struct LikelihoodResults: Codable, Sendable {
  /// Windows that were scored.
  package var windows: Int
  /// Tokens of a window; of several tokenizers, of the longest.
  package var tokens: Int
  /// Whether the models cut the windows into other tokens; nil: they do not.
  package var isOfSeveralTokenizers: Bool?
  /// Bytes of all windows.
  package var bytes: Int
  /// The grammar's own bits per byte on these bytes; nil for other text.
  package var floor: Double?
  /// One row a model and order.
  package var scores: [Score]
  /// Bits per token by how much of the window was hidden.
  package var shares: [Share]
  /// Pseudo-log-likelihoods: no likelihoods, in a table of their own.
  package var pseudo: [Pseudo]

  /// The likelihood by one model in one order.
  package struct Score: Codable, Sendable {
    /// The model's index in the report.
    package var arm: Int
    /// The order of the chain rule.
    package var order: String
    /// Bits per byte with an interval over windows.
    package var bitsPerByte: Measured
    /// What it is above the grammar's own, window by window.
    package var excess: Measured?
    /// FLOPs of matrix products that scoring took.
    package var flops: Double
    /// Whether the model was trained for what it is asked.
    package var isTrainedForIt: Bool
  }

  /// Bits per token by the fraction of the window that was hidden when it was predicted.
  package struct Share: Codable, Sendable {
    /// The model's index in the report.
    package var arm: Int
    /// The order of the chain rule.
    package var order: String
    /// The mean masking rate of a group of positions.
    package var hidden: [Double]
    /// The mean bits per token of the group.
    package var bits: [Double]
  }

  /// A pseudo-log-likelihood by one model.
  package struct Pseudo: Codable, Sendable {
    /// The model's index in the report.
    package var arm: Int
    /// Which form.
    package var form: String
    /// Its sum over all tokens, in bits, over the bytes.
    package var bitsPerByte: Double
  }
}

extension LikelihoodResults {
  /// What was scored, such as `64 held-out windows of 64 tokens (18,000 bytes)`.
  var extent: String {
    let own = isOfSeveralTokenizers ?? false
    return
      "\(Number.counted(windows, "held-out window")) of \(own ? "at most " : "")\(Number.counted(tokens, "token"))"
      + "\(own ? ", cut by each model's own tokenizer," : "") (\(Number.counted(bytes, "byte")))"
  }

  /// What several models came to; nil without any.
  ///
  /// - Parameter models: with the same windows.
  init?(_ models: [EvaluationResults<LikelihoodEvaluation.Result>.Model]) {
    guard let first = models.first?.result else { return nil }
    let measure = first.measure
    windows = first.bytes.count
    tokens = models.map(\.result.tokens).max() ?? first.tokens
    isOfSeveralTokenizers = first.tokenCounts == nil ? nil : true
    bytes = first.bytes.reduce(0, +)
    floor = first.grammar.map { measure.perByte($0).value }
    scores = models.flatMap { model in
      model.result.scores.map { score in
        Score(
          arm: model.index, order: score.order, bitsPerByte: measure.perByte(score.bits).notNegative,
          excess: model.result.grammar.map { measure.perByte(zip(score.bits, $0).map { $0 - $1 }) },
          flops: score.flops, isTrainedForIt: score.isTrainedForIt)
      }
    }
    shares = models.flatMap { model in
      model.result.scores.compactMap { score in
        score.share.map {
          Share(arm: model.index, order: score.order, hidden: $0.hidden, bits: $0.bits)
        }
      }
    }
    pseudo = models.flatMap { model in
      model.result.pseudo.map {
        Pseudo(arm: model.index, form: $0.form, bitsPerByte: measure.perByte($0.bits).value)
      }
    }
  }
}
