import Settings
import Tensors

/// The distribution of the initial weights of a model.
public protocol Initialisation: Sendable {
  /// A token, position or segment embedding.
  var embedding: InitialValue { get }
  /// A linear map.
  func weight(inputs: Int, outputs: Int) -> InitialValue
  /// A linear map whose output joins the residual stream.
  func residual(inputs: Int, outputs: Int, layers: Int) -> InitialValue
}

/// Normal values of one deviation everywhere, smaller where branches join when wanted.
struct NormalInitialisation: Initialisation {
  let deviation: Double
  let isTruncated: Bool
  /// Divides the deviation of residual maps by √(2·layers): two branches a block add up.
  let scalesResidual: Bool

  var embedding: InitialValue { normal(deviation) }
  func weight(inputs: Int, outputs: Int) -> InitialValue { normal(deviation) }
  func residual(inputs: Int, outputs: Int, layers: Int) -> InitialValue {
    normal(scalesResidual ? deviation / Double(2 * layers).squareRoot() : deviation)
  }

  private func normal(_ deviation: Double) -> InitialValue {
    isTruncated ? .truncatedNormal(deviation: deviation) : .normal(deviation: deviation)
  }
}

/// Uniform values whose spread keeps the variance of signals.
struct XavierInitialisation: Initialisation {
  let gain: Double
  var embedding: InitialValue { .normal(deviation: 0.02) }
  func weight(inputs: Int, outputs: Int) -> InitialValue {
    .uniform(limit: gain * (6 / Double(inputs + outputs)).squareRoot())
  }
  func residual(inputs: Int, outputs: Int, layers: Int) -> InitialValue {
    weight(inputs: inputs, outputs: outputs)
  }
}

/// What initial values let you choose.
enum InitialisationSettings {
  static let deviation = Key.number("deviation", 0...1, default: 0.02, help: "standard deviation")
  static let scalesResidual = Key.flag(
    "scalesResidual", default: false,
    help: "scale the initial weights of residual projections by 1/√(2·layers)")
  static let gain = Key.number("gain", 0...10, default: 1, help: "gain of the range")
}

extension Registry {
  mutating func addInitialisations() throws {
    for (name, isTruncated, source) in [
      ("normal", false, "Radford et al. 2019"), ("truncated-normal", true, "Devlin et al. 2019"),
    ] {
      try add(
        name, to: .initialisation, summary: isTruncated ? "normal, redrawn beyond two deviations" : "normal",
        keys: [InitialisationSettings.deviation, InitialisationSettings.scalesResidual], source: source
      ) { settings, _, _ in
        NormalInitialisation(
          deviation: settings[InitialisationSettings.deviation], isTruncated: isTruncated,
          scalesResidual: settings[InitialisationSettings.scalesResidual])
      }
    }
    try add(
      "xavier", to: .initialisation, summary: "uniform, with a range set by the input and output widths",
      keys: [InitialisationSettings.gain], source: "Glorot and Bengio 2010"
    ) { settings, _, _ in XavierInitialisation(gain: settings[InitialisationSettings.gain]) }
  }
}

extension Family where Member == ComponentMaker<any Initialisation> {
  /// Initial values of weights.
  public static var initialisation: Self { Self("initialisation") }
}
