import Tensors
import Transformer
import Zoo

/// A linear map of pooled vectors to classes: the same for every model.
///
///     logits = pooled·Wᵀ + bias
///
/// - Source: Devlin et al., "BERT", 2019; for decoders Radford et al., 2018.
struct ClassificationHead {
  /// `[classes, width]`; starts normal with this deviation, whatever the model's own is.
  static let deviation = 0.02

  private let path: String
  private let weight: Tensor
  private let bias: Tensor

  init(_ scope: Scope, width: Int, classes: Int) throws {
    path = scope.path
    weight = try scope.parameter(
      "weight", ["classes": classes, "width": width], initial: .normal(deviation: Self.deviation))
    bias = try scope.parameter("bias", ["classes": classes], initial: .constant(0))
  }

  /// Its values with the names that they have in a checkpoint.
  var buffers: [NamedBuffer] {
    [("weight", weight), ("bias", bias)].map { name, tensor in
      NamedBuffer(
        name: ReservedNames.prefix + ReservedNames.classifier + "." + name, shape: tensor.shape,
        buffer: tensor.buffer)
    }
  }

  /// The parameters' names while it is trained.
  var names: [String] { ["weight", "bias"].map { path + "." + $0 } }

  /// The head of a checkpoint.
  ///
  /// - Throws: `CheckpointError` for one that is missing, misshapen or damaged.
  init(of checkpoint: ModelFile.OpenCheckpoint, width: Int, classes: Int, in context: Context) throws {
    let root = Scope(context: context, store: ParameterStore(), trains: false, source: checkpoint)
    try self.init(
      root.child(ReservedNames.scope).child(ReservedNames.classifier), width: width, classes: classes)
  }

  /// Logits `[spans, classes]` of pooled vectors `[spans, width]`.
  func logits(_ pooled: Tensor, _ pass: Pass) throws -> Tensor {
    try pass.linear(pooled, weight: weight, bias: bias, name: path)
  }

  /// The mean cross-entropy of the classes `targets`, one a span.
  func loss(_ pooled: Tensor, targets: [Int32], _ pass: Pass) throws -> LossResult {
    try pass.linearCrossEntropy(
      pooled, weight: weight, bias: bias,
      targets: try pass.context.indices(targets, ["predictions": targets.count]), name: path)
  }
}
