import Kernels
import Settings
import Tensors
import Text
import Transformer
import Zoo

/// What a model is given and what it has to predict.
public struct Example: Sendable, Equatable {
  /// The (possibly corrupted) input.
  public var tokens: TokenBatch
  /// Flat positions `batch index·time + time index` of the predictions.
  public var positions: [Int32]
  /// The token that belongs at each of them.
  public var targets: [Int32]
  /// By what the loss of each of them counts; nil: all count the same. They add up to the number of predictions.
  public var weights: [Float]?

  /// The sum of the losses of all predictions, each times its weight.
  func weightedSum(of losses: [Float]) -> Double {
    guard let weights else { return losses.reduce(0) { $0 + Double($1) } }
    return zip(losses, weights).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }
}

/// A training task: content in; input, places and targets out. It knows nothing of models.
public protocol Objective: Sendable {
  /// The name in recipes.
  var name: String { get }
  /// The unit of its loss, such as `"nats per masked token"`.
  var unit: String { get }
  /// Tokens that a window needs beyond the context.
  var lookAhead: Int { get }
  /// Whether the loss over all content is a likelihood of the text (and bits per byte exist).
  var isLikelihood: Bool { get }
  /// What a model learns to say at a place.
  var predicts: Prediction { get }
  /// Whether a start token stands before the content.
  var startsWithToken: Bool { get }
  /// Whether every window has as many predictions as the next; otherwise `predictions` is a mean.
  var predictsEvenly: Bool { get }
  /// Predictions made in a window of `context` content tokens.
  func predictions(context: Int) -> Int
  /// Makes the task. The random key decides what is corrupted.
  ///
  /// - Throws: `TextError` when the vocabulary lacks a special token that the task needs.
  func prepare(_ windows: WindowBatch, vocabulary: Vocabulary, key: PhiloxKey) throws -> Example
  /// The reason why a model with this mask could see what it has to predict; nil when it cannot.
  func refusal(under mask: any Mask) -> String?
}

extension Objective {
  public var predictsEvenly: Bool { true }

  /// The token before the content; nil where none stands there.
  ///
  /// - Throws: `TextError` when the vocabulary has none and the objective needs one.
  func start(_ vocabulary: Vocabulary) throws -> Int32? {
    startsWithToken ? try vocabulary.special.id(.start, for: "objective \(name)") : nil
  }
}

/// The objectives that a recipe may name.
public enum ObjectiveChoice {
  /// The declarations, for `list` and validation.
  public static let declarations: [ComponentDeclaration] = [
    ComponentDeclaration(
      family: "objective", name: "auto", summary: "the architecture's own objective", settings: [],
      source: "",
      origin: "Training"),
    ComponentDeclaration(
      family: "objective", name: "causal-lm", summary: "predict each token from those before it",
      settings: [
        Setting(
          "start", .flag, default: .flag(true),
          help: "whether a start token stands first, so that every content token is a target")
      ], source: "Radford et al. 2018", origin: "Training"),
    ComponentDeclaration(
      family: "objective", name: "masked-lm", summary: "predict hidden tokens from both sides",
      settings: [
        Setting(
          "rate", .number(0.001...1), default: .number(0.15), help: "share of the positions that is predicted"
        ),
        Setting(
          "mask", .number(0...1), default: .number(0.8), help: "share of those that becomes the mask token"),
        Setting(
          "random", .number(0...1), default: .number(0.1), help: "share of those that becomes a random token"),
        shift,
      ], source: "Devlin et al. 2019", origin: "Training"),
    ComponentDeclaration(
      family: "objective", name: "any-order",
      summary: "predict hidden tokens with anything from one to all of them hidden",
      settings: [
        Setting(
          "order", .choice(HidingOrder.allCases.map(\.rawValue)), default: .text(HidingOrder.random.rawValue),
          help:
            "which tokens are hidden: any, or one end, of which only the token beside what is seen is predicted"
        ),
        Setting(
          "weight", .choice(HiddenWeight.allCases.map(\.rawValue)),
          default: .text(HiddenWeight.alike.rawValue),
          help:
            "how hidden tokens count: all alike, or so that the loss is the bound of the likelihood in any order"
        ), shift,
      ], source: "Uria et al. 2014; Hoogeboom et al. 2022", origin: "Training"),
  ]

  private static let shift = Setting(
    "shift", .flag, default: .flag(false),
    help: "whether a hidden token is predicted one place earlier, as a decoder predicts the next one")

  /// The objective that resolved settings name.
  public static func make(_ settings: Resolved) -> any Objective {
    switch settings.type {
    case "masked-lm":
      MaskedLM(
        rate: settings.number("rate"), maskShare: settings.number("mask"),
        randomShare: settings.number("random"), shift: settings.flag("shift"))
    case "any-order":
      AnyOrderLM(
        order: HidingOrder(rawValue: settings.text("order")) ?? .random,
        weight: HiddenWeight(rawValue: settings.text("weight")) ?? .alike, shift: settings.flag("shift"))
    default: CausalLM(start: settings.flag("start"))
    }
  }
}
