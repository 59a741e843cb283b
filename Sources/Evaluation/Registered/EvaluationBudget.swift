import Inference
import Settings
import Zoo

/// What a comparison asks without being told, and how much of a model's training that may cost.
///
/// The numbers of questions are the same for every budget, so that models of several budgets are asked alike. The cost
/// of an evaluation is therefore the same, too, and is a larger part of a short training: the rule is about all of it.
package enum EvaluationBudget {
  /// Where an evaluation is made without being asked for.
  private enum Place {
    /// In every comparison.
    case always
    /// Where all models read one text.
    case oneText
    /// Where that is the embedded corpus.
    case embeddedCorpus
  }

  /// What is made without being asked for, the most telling first. With 200 hidden words a proportion near one half is
  /// known to 7 points.
  private static let usual: [(text: String, place: Place)] = [
    ("divergence", .embeddedCorpus), ("likelihood", .oneText), ("cloze", .embeddedCorpus),
    ("{ type: 'hidden-words', count: 200 }", .oneText),
    ("verb-forms", .embeddedCorpus), ("{ type: 'minimal-pairs', count: 40 }", .embeddedCorpus),
    ("samples", .always), ("writing", .oneText),
    ("fills", .oneText), ("heads", .oneText),
  ]

  /// The evaluations that a comparison makes without being asked for, of those that are registered.
  ///
  /// - Throws: `SettingsError` for one whose registered settings are not those of the core's.
  package static func usual(isOneText: Bool, isEmbedded: Bool, _ registry: Registry) throws
    -> [AskedEvaluation]
  {
    let known = Set(registry.catalog.declarations(family: Family.evaluation.name).map(\.name))
    return try usual.filter { one in
      switch one.place {
      case .always: true
      case .oneText: isOneText
      case .embeddedCorpus: isOneText && isEmbedded
      }
    }.compactMap { one in
      let node = try Node.parse(one.text.hasPrefix("{") ? one.text : "'\(one.text)'", file: "comparison")
      guard let name = node.text ?? node["type"]?.text, known.contains(name) else { return nil }
      return try AskedEvaluation(one.text, in: "comparison", registry)
    }
  }

  /// The part of a model's training that an evaluation may cost that was not asked for.
  package static let maxShare = 0.5
  /// Tokens that it may read in any case: about a minute for a small model, for which short trainings are.
  package static let freeTokens = 1e7
  /// Passes forward that a token costs in training: one forward, and one backward, which costs two.
  private static let passes = 3.0

  /// What reading some tokens costs, as a part of a model's training.
  ///
  /// - Parameter trained: tokens that it was trained on.
  package static func share(_ tokens: Double, trained: Int) -> Double {
    tokens / (passes * Double(max(1, trained)))
  }

  /// Whether an evaluation that was not asked for is left out, for what it costs.
  ///
  /// - Parameters:
  ///   - tokens: what it reads; nil: not stated, so that it is made.
  ///   - trained: tokens that the model was trained on.
  package static func isTooMuch(_ tokens: Double?, trained: Int) -> Bool {
    guard let tokens else { return false }
    return tokens > freeTokens && share(tokens, trained: trained) > maxShare
  }
}
