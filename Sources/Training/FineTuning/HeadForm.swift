/// The classification head that models are fine-tuned with. All but `linear` are heads of classes of `transformers`, so
/// that a fine-tuned model can be exported with its head.
public enum HeadForm: String, CaseIterable, Codable, Sendable {
  /// A linear map with a bias.
  case linear
  /// A linear map without a bias: decoders that label texts.
  case noBias = "no-bias"
  /// A linear layer of the model's width and tanh before the linear map: BERT, RoBERTa.
  case tanh
  /// The same with GELU: ELECTRA, DeBERTa.
  case gelu
  /// The same with ReLU: DistilBERT.
  case relu
  /// The same with GELU and a layer norm without a bias: ModernBERT.
  case geluNorm = "gelu-norm"

  /// As a report says it.
  package var words: String { self == .linear ? "a linear head" : "the head \(rawValue)" }
  /// Whether the map to classes has a bias.
  package var hasBias: Bool { self != .noBias }
  /// Whether a layer of the model's width comes before the map to classes.
  package var isDeep: Bool { self != .linear && self != .noBias }
  /// The epsilon of the norm.
  package static let normEpsilon = 1e-5
}
