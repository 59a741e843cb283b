import Reporting
import Settings
import Training

/// Which learning rates every arm of a comparison tries before it is trained, and how: the same for all.
///
/// An arm is judged by its own loss on the end of the training text, which no trial trains on: the held-out
/// text, by which arms are compared, is not looked at. Losses of different arms are never compared with each
/// other. Trials have the arm's tokenizer, which was made from all of the training text: what it knows of its
/// end is the same for all rates.
public struct Tuning: Codable, Sendable, Equatable {
  /// How trials are spent.
  public enum Method: String, Codable, Sendable, CaseIterable {
    /// Every rate is tried at full length.
    case grid
    /// Every rate is tried for a short time; the better half is tried again for twice as long, and so on.
    ///
    /// Each trial is a run of its own from the first step, whose schedule ends with it: a loss in the middle
    /// of a falling schedule says little of the loss at its end. A round costs as much as the one before.
    ///
    /// - Source: Jamieson and Talwalkar, "Non-stochastic best arm identification and hyperparameter
    ///   optimization", 2016.
    case halving
  }

  /// Trials of one length, of which the better half continues to the next round.
  public struct Rung: Sendable, Equatable {
    /// How many learning rates are still in.
    public let rates: Int
    /// Steps of each trial.
    public let steps: Int
  }

  /// The learning rates, rising.
  public let learningRates: [Double]
  /// How trials are spent.
  public let method: Method
  /// Steps of the longest trials; nil: as many as the arm is trained for.
  public let steps: Int?

  /// Share of the training text, at its end, that trials are judged on and do not train on.
  public static let share = 0.1

  /// What is tried.
  ///
  /// - Throws: `TuningRefusal` when there is nothing to choose from, or a rate is none.
  public init(learningRates: [Double], method: Method = .grid, steps: Int? = nil) throws(TuningRefusal) {
    let rates = learningRates.sorted()
    if rates.count < 2 {
      throw TuningRefusal(
        reason: "one rate leaves nothing to choose from", found: Number.counted(rates.count, "rate"))
    }
    if let twice = zip(rates, rates.dropFirst()).first(where: { $0 == $1 })?.0 {
      throw TuningRefusal(reason: "a rate is given twice", found: Self.text(twice))
    }
    if let wrong = rates.first(where: { !($0 > 0 && $0 <= 10) }) {
      throw TuningRefusal(reason: "a learning rate is above 0 and at most 10", found: Self.text(wrong))
    }
    self.learningRates = rates
    self.method = method
    self.steps = steps
  }

  /// The rounds of an arm that is trained for `run` steps: as many trials for every arm.
  public func rungs(run: Int) -> [Rung] {
    let longest = steps ?? run
    guard method == .halving else { return [Rung(rates: learningRates.count, steps: longest)] }
    var counts = [learningRates.count]
    while let last = counts.last, last > 2 { counts.append((last + 1) / 2) }
    return counts.enumerated().map { round, count in
      Rung(rates: count, steps: max(1, longest >> (counts.count - 1 - round)))
    }
  }

  /// Trials of every arm.
  public var trials: Int { rungs(run: 1).reduce(0) { $0 + $1.rates } }

  /// Steps that all trials of an arm take together.
  public func steps(run: Int) -> Int { rungs(run: run).reduce(0) { $0 + $1.rates * $1.steps } }

  /// The seed of an arm's trials: another than any that it is trained with, so that no verdict rests on the
  /// very initial values and windows that its rate was chosen on.
  public static func seed(of recipe: Recipe) -> Int {
    let (seed, distance) = (Int(recipe.seed), 1_000_000)
    return seed > Int.max - distance ? seed - distance : seed + distance
  }

  /// A learning rate as it is written in settings, tables and names of folders.
  package static func text(_ rate: Double) -> String { Node(.number(rate)).json() }
}

extension Tuning {
  /// Steps that a trial may have: what a recipe takes at most.
  private static let possibleSteps = 1...1_000_000_000_000

  /// What a record says, which may have been changed by hand: it is checked as what is typed is.
  ///
  /// - Throws: `TuningRefusal`; `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let steps = try values.decodeIfPresent(Int.self, forKey: .steps)
    if let steps, !Self.possibleSteps.contains(steps) {
      throw DecodingError.dataCorruptedError(
        forKey: .steps, in: values, debugDescription: "\(steps) steps of a trial")
    }
    try self.init(
      learningRates: try values.decode([Double].self, forKey: .learningRates),
      method: try values.decode(Method.self, forKey: .method), steps: steps)
  }

  /// Whether a trial of a record can be one of these.
  func holds(_ trial: Trial) -> Bool {
    (1...trials).contains(trial.rung) && learningRates.contains(trial.learningRate)
      && Self.possibleSteps.contains(trial.steps) && trial.loss.map(\.isFinite) ?? true
  }
}

/// Why rates cannot be tried.
public struct TuningRefusal: Error {
  /// What is wrong.
  public let reason: String
  /// What stood there.
  public let found: String
  /// What may stand there.
  public var allowed: String { "two or more different learning rates, such as 1e-3, 2e-3, 4e-3" }
}
