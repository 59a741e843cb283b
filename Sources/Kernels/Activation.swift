/// The nonlinear functions between linear maps.
public enum Activation: String, CaseIterable, Sendable {
  /// `x`
  case identity
  /// `max(x, 0)`
  case relu
  /// `x·Φ(x)`, Φ the normal distribution function; Hendrycks and Gimpel, 2016.
  case gelu
  /// GELU through a hyperbolic tangent, as GPT-2 has it.
  case geluTanh = "gelu-tanh"
  /// `x·sigmoid(x)`; Elfwing et al., 2017.
  case silu
  /// `max(x, 0)²`; So et al., "Primer", 2021.
  case reluSquared = "relu-squared"
}

/// What a norm divides by, and whether it centres first.
public enum NormKind: String, CaseIterable, Sendable {
  /// Subtracts the mean and divides by the standard deviation.
  case layer
  /// Divides by the root of the mean square.
  case rms
}
