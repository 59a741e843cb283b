import CommandLineKit
import Comparison
import Experiments
import Settings

/// The options by which every arm tries learning rates before it is trained.
enum TuningOptions {
  /// What can be tried: a word of the command line for a setting of the recipe.
  private static let dial = "learning-rate"
  /// What switches off what a suite says.
  private static let none = "none"

  static let all: [Option] = [
    .value(
      "tune", .text, as: "\(dial)=rate,…",
      help: "try these rates for every model and train it with its best one; default: the recipe's rate",
      group: "Tuning"),
    .value(
      "tune-by", .choice(Tuning.Method.allCases.map(\.rawValue)),
      help: "grid: every rate at full length (default); halving: repeat the better half for twice as long",
      group: "Tuning"),
    .value(
      "tune-steps", .integer(1...1_000_000_000),
      help: "number of steps of the longest trials; default: those of the run",
      group: "Tuning"),
  ]

  /// What `--tune` means: a last paragraph for help.
  static let paragraph = """


    --tune gives every model the same number of trials. A trial trains on the training text without its last \
    tenth and is judged by its own loss on that tenth. The held-out text, on which models are compared, is not \
    used. The best rate of a model is used for all of its seeds.
    """

  /// What is tried; nil: nothing.
  ///
  /// - Parameter suite: what a suite says, where the command line says nothing.
  /// - Throws: `UsageError` for what cannot be tried.
  static func tuning(_ arguments: ParsedArguments, suite: Tuning?) throws -> Tuning? {
    let (method, steps) = (arguments.option("tune-by"), arguments.integer("tune-steps"))
    let text = arguments.option("tune")
    let rates = try text.flatMap { $0 == none ? nil : try Self.rates($0) }
    guard let rates = rates ?? (text == nil ? suite?.learningRates : nil) else {
      guard method == nil, steps == nil else {
        throw UsageError(
          "--tune-by and --tune-steps say how rates are tried; name them with --tune \(dial)=1e-3,2e-3,4e-3")
      }
      return nil
    }
    do {
      return try Tuning(
        learningRates: rates, method: method.flatMap(Tuning.Method.init) ?? suite?.method ?? .grid,
        steps: steps ?? suite?.steps)
    } catch {
      throw UsageError("--tune: \(error.reason); found \(error.found); allowed: \(error.allowed)")
    }
  }

  private static func rates(_ text: String) throws -> [Double] {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, parts[0] == dial else {
      let hint = nearestName(to: parts[0], among: [dial]).map { "; did you mean \"\($0)\"?" } ?? ""
      throw UsageError(
        "--tune \"\(text)\": what can be tried is written \(dial)=1e-3,2e-3,4e-3, or \(none)" + hint)
    }
    return try parts[1].split(separator: ",", omittingEmptySubsequences: false).map { word in
      guard let rate = NumberLiteral(String(word)).real else {
        throw UsageError("--tune: \"\(word)\" is not a number, in \"\(text)\"")
      }
      return rate
    }
  }
}
