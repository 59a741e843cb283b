import Foundation
import Settings

/// A change of the frequencies of rotary positions, so that a model reads longer inputs than it was trained on.
public protocol RotaryScaling: Sendable {
  /// The factor of cosines and sines, whose square scores are multiplied by.
  var magnitude: Double { get }
  /// The angle that a pair of channels turns by from one position to the next.
  ///
  /// - Parameters:
  ///   - frequency: the angle without scaling.
  ///   - pair: the number of the pair, from 0.
  ///   - width: the number of channels that turn.
  ///   - base: the base of the frequencies.
  func frequency(_ frequency: Double, pair: Int, width: Int, base: Double) -> Double
}

extension RotaryScaling {
  public var magnitude: Double { 1 }
}

/// Frequencies as they are.
struct NoRotaryScaling: RotaryScaling {
  func frequency(_ frequency: Double, pair: Int, width: Int, base: Double) -> Double { frequency }
}

/// All frequencies divided by one factor: positions are interpolated.
///
/// - Source: Chen et al., "Extending context window of large language models via position interpolation", 2023.
struct LinearRotaryScaling: RotaryScaling {
  let factor: Double
  func frequency(_ frequency: Double, pair: Int, width: Int, base: Double) -> Double { frequency / factor }
}

/// Low frequencies are divided by a factor, high ones are kept, and between them the change is gradual in the number of
/// turns within the context of training.
///
/// - Source: Grattafiori et al., "The Llama 3 herd of models", 2024.
struct BandRotaryScaling: RotaryScaling {
  let factor: Double
  /// Turns within the context of training below which a frequency is low, and above which it is high.
  let low: Double
  let high: Double
  let trained: Int

  func frequency(_ frequency: Double, pair: Int, width: Int, base: Double) -> Double {
    let turns = Double(trained) * frequency / (2 * .pi)
    let share = min(1, max(0, (turns - low) / (high - low)))
    return (1 - share) * frequency / factor + share * frequency
  }
}

/// YaRN: as for a band, but gradual in the number of the pair; scores grow by the square of a magnitude.
///
/// - Source: Peng et al., "YaRN: efficient context window extension of large language models", 2023.
struct YarnRotaryScaling: RotaryScaling {
  let factor: Double
  /// Turns within the context of training above which a frequency is kept, and below which it is divided.
  let fast: Double
  let slow: Double
  let trained: Int
  let truncates: Bool
  let magnitude: Double

  func frequency(_ frequency: Double, pair: Int, width: Int, base: Double) -> Double {
    // The pair, with a fraction, that makes so many turns within the context of training.
    func place(_ turns: Double) -> Double {
      Double(width) * log(Double(trained) / (turns * 2 * .pi)) / (2 * log(base))
    }
    var (first, last) = (place(fast), place(slow))
    if truncates { (first, last) = (first.rounded(.down), last.rounded(.up)) }
    (first, last) = (max(first, 0), min(last, Double(width - 1)))
    if first == last { last += 0.001 }
    let share = 1 - min(1, max(0, (Double(pair) - first) / (last - first)))
    return (1 - share) * frequency / factor + share * frequency
  }
}

/// The settings of rotary scalings.
enum RotaryScalingSettings {
  static let factor = Key.number(
    "factor", 1...1e6, default: 8, help: "how many times longer inputs may be")
  static let trained = Key.optionalInteger(
    "trained", 1...100_000_000, help: "context of training, in tokens; null: the model's context")
  static let low = Key.number(
    "low", 1e-3...1e6, default: 1,
    help: "at most so many turns within the context of training: divided by factor")
  static let high = Key.number(
    "high", 1e-3...1e6, default: 4, help: "at least so many turns within the context of training: kept")
  static let slow = Key.number(
    "slow", 1e-3...1e6, default: 1,
    help: "at most so many turns within the context of training: divided by factor")
  static let fast = Key.number(
    "fast", 1e-3...1e6, default: 32, help: "at least so many turns within the context of training: kept")
  static let truncates = Key.flag(
    "truncates", default: true, help: "the gradual part begins and ends at whole pairs of channels")
  static let magnitude = Key.optionalNumber(
    "magnitude", 1e-3...1e3, help: "factor of cosines and sines; null: 0.1·ln(factor) + 1")

  static let bandIsNotEmpty = Rule(
    name: "rotary-scaling-needs-band", reason: "frequencies change from divided to kept between the two",
    about: "architecture"
  ) { model in
    guard let position = model.value(of: ModelSettings.position),
      let scaling = position.value(of: RotaryPosition.scaling)
    else { return [] }
    for (lower, upper) in [(low, high), (slow, fast)] {
      guard let first = scaling.value(of: lower), let second = scaling.value(of: upper), first >= second
      else { continue }
      return [
        Problem(
          path: "position.scaling.\(lower.name)", found: "\(first)",
          allowed: "less than \(upper.name), which is \(second)")
      ]
    }
    return []
  }
}

extension Registry {
  mutating func addRotaryScalings() throws {
    typealias Settings = RotaryScalingSettings
    try add("none", to: .rotaryScaling, summary: "frequencies as they are") { _, _, _ in NoRotaryScaling() }
    try add(
      "linear", to: .rotaryScaling, summary: "all frequencies divided by a factor", keys: [Settings.factor],
      source: "Chen et al. 2023"
    ) { settings, _, _ in LinearRotaryScaling(factor: settings[Settings.factor]) }
    try add(
      "llama3", to: .rotaryScaling, summary: "low frequencies divided by a factor, gradually by turns",
      keys: [Settings.factor, Settings.low, Settings.high, Settings.trained],
      source: "Grattafiori et al. 2024"
    ) { settings, _, build in
      BandRotaryScaling(
        factor: settings[Settings.factor], low: settings[Settings.low], high: settings[Settings.high],
        trained: settings[Settings.trained] ?? build.dimensions.context)
    }
    try add(
      "yarn", to: .rotaryScaling, summary: "low frequencies divided by a factor, gradually by pairs",
      keys: [
        Settings.factor, Settings.slow, Settings.fast, Settings.truncates, Settings.magnitude,
        Settings.trained,
      ], source: "Peng et al. 2023"
    ) { settings, _, build in
      let factor = settings[Settings.factor]
      return YarnRotaryScaling(
        factor: factor, fast: settings[Settings.fast], slow: settings[Settings.slow],
        trained: settings[Settings.trained] ?? build.dimensions.context,
        truncates: settings[Settings.truncates],
        magnitude: settings[Settings.magnitude] ?? (0.1 * log(factor) + 1))
    }
    try add(RotaryScalingSettings.bandIsNotEmpty)
  }
}

extension Family where Member == ComponentMaker<any RotaryScaling> {
  /// Changes of the frequencies of rotary positions.
  public static var rotaryScaling: Self { Self("rotaryScaling") }
}
