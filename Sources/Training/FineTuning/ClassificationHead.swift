import Kernels
import Tensors
import Transformer
import Zoo

/// A map of pooled vectors to classes: the same for every model.
///
///     logits = f(pooled)·Wᵀ + bias
///
/// `f` is the identity, or a linear layer with an activation, as the form says.
///
/// - Source: Devlin et al., "BERT", 2019; for decoders Radford et al., 2018.
package struct ClassificationHead {
  /// `[classes, width]`; starts normal with this deviation, whatever the model's own is.
  static let deviation = 0.02

  private let path: String
  private let form: HeadForm
  private let parameters: [(name: String, tensor: Tensor)]

  package init(_ scope: Scope, _ form: HeadForm, width: Int, classes: Int) throws {
    (path, self.form) = (scope.path, form)
    var parameters = [
      (
        "weight",
        try scope.parameter(
          "weight", ["classes": classes, "width": width], initial: .normal(deviation: Self.deviation))
      )
    ]
    func add(_ name: String, _ shape: Shape, _ initial: InitialValue) throws {
      let steps = name.split(separator: ".").map(String.init)
      let place = steps.dropLast().reduce(scope) { $0.child($1) }
      parameters.append((name, try place.parameter(steps[steps.count - 1], shape, initial: initial)))
    }
    if form.hasBias { try add("bias", ["classes": classes], .constant(0)) }
    if form.isDeep {
      try add("dense.weight", ["outputs": width, "inputs": width], .normal(deviation: Self.deviation))
      try add("dense.bias", ["outputs": width], .constant(0))
    }
    if form == .geluNorm { try add("norm.weight", ["width": width], .constant(1)) }
    self.parameters = parameters
  }

  /// Its values with the names that they have in a checkpoint.
  var buffers: [NamedBuffer] {
    parameters.map { name, tensor in
      NamedBuffer(
        name: ReservedNames.prefix + ReservedNames.classifier + "." + name, shape: tensor.shape,
        buffer: tensor.buffer)
    }
  }

  /// The parameters' names while it is trained.
  var names: [String] { parameters.map { path + "." + $0.name } }

  /// The scope of a checkpoint's head.
  package static func scope(in root: Scope) -> Scope {
    root.child(ReservedNames.scope).child(ReservedNames.classifier)
  }

  /// The head of a checkpoint.
  ///
  /// - Throws: `CheckpointError` for one that is missing, misshapen or damaged.
  init(
    of checkpoint: ModelFile.OpenCheckpoint, _ form: HeadForm, width: Int, classes: Int, in context: Context
  ) throws {
    let root = Scope(context: context, store: ParameterStore(), trains: false, source: checkpoint)
    try self.init(Self.scope(in: root), form, width: width, classes: classes)
  }

  /// Logits `[spans, classes]` of pooled vectors `[spans, width]`.
  func logits(_ pooled: Tensor, _ pass: Pass) throws -> Tensor {
    try pass.linear(try read(pooled, pass), weight: self["weight"], bias: bias, name: path)
  }

  /// The mean cross-entropy of the classes `targets`, one a span.
  func loss(_ pooled: Tensor, targets: [Int32], _ pass: Pass) throws -> LossResult {
    try pass.linearCrossEntropy(
      try read(pooled, pass), weight: self["weight"], bias: bias,
      targets: try pass.context.indices(targets, ["predictions": targets.count]), name: path)
  }

  /// What the map to classes reads.
  private func read(_ pooled: Tensor, _ pass: Pass) throws -> Tensor {
    guard form.isDeep else { return pooled }
    let activation: Activation =
      switch form {
      case .gelu, .geluNorm: .gelu
      case .relu: .relu
      case .linear, .noBias, .tanh: .identity
      }
    let y = try pass.linear(
      pooled, weight: self["dense.weight"], bias: self["dense.bias"], activation: activation,
      name: path + ".dense")
    switch form {
    case .tanh: return try pass.map(y, Tanh())
    case .geluNorm:
      return try pass.norm(
        y, kind: .layer, weight: self["norm.weight"], bias: nil, epsilon: HeadForm.normEpsilon,
        name: path + ".norm")
    case .linear, .noBias, .gelu, .relu: return y
    }
  }

  private var bias: Tensor? { form.hasBias ? self["bias"] : nil }

  /// A parameter that the form has.
  private subscript(name: String) -> Tensor {
    guard let found = parameters.first(where: { $0.name == name }) else {
      preconditionFailure("the head has no parameter \(name)")
    }
    return found.tensor
  }
}
