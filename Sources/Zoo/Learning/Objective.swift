import Kernels
import Settings
import Tensors
import Text
import Transformer

/// What a model is given and what it has to predict.
public struct Example: Sendable, Equatable {
  /// The (possibly corrupted) input.
  public var tokens: TokenBatch
  /// Flat positions `batch index·time + time index` of the predictions.
  public var positions: [Int32]
  /// The token that belongs at each of them; where an objective finds replaced tokens, 1 for such a one and else 0.
  public var targets: [Int32]
  /// By what the loss of each of them counts; nil: all count the same. They add up to the number of predictions.
  public var weights: [Float]?

  /// A task.
  public init(
    tokens: TokenBatch, positions: [Int32], targets: [Int32], weights: [Float]? = nil
  ) {
    self.tokens = tokens
    self.positions = positions
    self.targets = targets
    self.weights = weights
  }

  /// The sum of the losses of all predictions, each times its weight.
  public func weightedSum(of losses: [Float]) -> Double {
    guard let weights else { return losses.reduce(0) { $0 + Double($1) } }
    return zip(losses, weights).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }
}

/// A training task: it turns content into inputs, positions and targets, independently of the model.
public protocol Objective: Sendable {
  /// The name in recipes.
  var name: String { get }
  /// The unit of its loss, such as `"nats per masked token"`.
  var unit: String { get }
  /// Tokens that a window needs beyond the context: 0 or 1.
  var lookAhead: Int { get }
  /// Whether the loss over all content is a likelihood of the text (and bits per byte exist).
  var isLikelihood: Bool { get }
  /// What a model learns to say at a place.
  var predicts: Prediction { get }
  /// Whether its targets are no tokens, but 1 for a token that was replaced and 0 for an original one. By default not.
  var findsReplacedTokens: Bool { get }
  /// Whether a start token is before the content.
  var startsWithToken: Bool { get }
  /// Whether every window has as many predictions as the next; otherwise `predictions` is a mean.
  var predictsEvenly: Bool { get }
  /// The order of unmasking in which a model that predicts masked tokens learns the next one, for the objective hides
  /// all that the order has not come to; nil where it masks another fraction, and for one that predicts the next token.
  var taughtOrder: HidingOrder? { get }
  /// Predictions made in a window of `context` content tokens.
  func predictions(context: Int) -> Int
  /// Makes the task. The random key decides what is corrupted.
  ///
  /// - Throws: `TextError` when the vocabulary lacks a special token that the task needs.
  func prepare(_ windows: WindowBatch, vocabulary: Vocabulary, key: PhiloxKey) throws -> Example
  /// The loss of a task, and what the model said; by default the model's cross-entropy of the targets.
  ///
  /// - Parameters:
  ///   - example: the inputs and targets of a micro-batch.
  ///   - model: the model.
  ///   - lossWeight: a factor on the loss, which is what a micro-batch counts in its step.
  ///   - pass: the forward pass.
  /// - Throws: what the model throws.
  func loss(_ example: Example, of model: any LanguageModel, lossWeight: Double, _ pass: Pass) throws
    -> LossResult
  /// The reason why a model with this mask could see what it has to predict; nil when it cannot.
  func refusal(under mask: any Mask) -> String?
}

extension Objective {
  public var predictsEvenly: Bool { true }
  public var findsReplacedTokens: Bool { false }
  public var taughtOrder: HidingOrder? { nil }

  /// Whether it teaches a model that sees both sides to predict a token with nothing behind it in view: the next one, or
  /// hidden ones of which any that follow are hidden, too. A fixed masking rate does not.
  package var teachesFromLeft: Bool {
    switch taughtOrder {
    case .random, .leftToRight: true
    case .rightToLeft, nil: predicts == .next
    }
  }

  /// The token before the content; nil where there is none.
  ///
  /// - Throws: `TextError` when the vocabulary has none and the objective needs one.
  public func start(_ vocabulary: Vocabulary) throws -> Int32? {
    startsWithToken ? try vocabulary.special.id(.start, for: "objective \(name)") : nil
  }

  public func loss(_ example: Example, of model: any LanguageModel, lossWeight: Double, _ pass: Pass) throws
    -> LossResult
  {
    try model.loss(
      example.tokens, at: example.positions, targets: example.targets, weights: example.weights,
      lossWeight: lossWeight, pass)
  }
}

/// Makes an objective from its settings.
public typealias ObjectiveMaker = @Sendable (_ settings: Resolved) throws -> any Objective

extension Family where Member == ObjectiveMaker {
  /// Training objectives.
  public static var objective: Self { Self("objective") }
}
