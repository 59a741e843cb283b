import Settings
import Tensors
import Text
import Transformer
import Zoo

/// Fine-tunes a model with a classification head: a small trainer for labelled texts, on the passes, the
/// optimiser and the schedule that pretraining uses.
///
/// Everything random is a function of the point's seed: same seed, same bits, at any number of threads.
/// Models of one width begin with the same head, and all see the texts in the same order.
public final class FineTuner {
  /// The model that is fine-tuned.
  public var model: any LanguageModel { network.model }
  /// The model with its head.
  let network: ClassifierNetwork
  private let context: Context
  private let options: FineTuningOptions
  private let point: FineTuningPoint
  private let trained: ParameterStore

  /// A model with given initial values, and a new head.
  ///
  /// - Parameters:
  ///   - descriptor: the descriptor of the model.
  ///   - values: the initial values of its parameters.
  ///   - classes: how many there are, at least two.
  ///   - options: epochs, batch size and schedule.
  ///   - point: learning rate, pooling and seed.
  ///   - registry: the registry of components.
  ///   - device: where it runs; its memory is free again when the tuner is gone.
  /// - Throws: what building a model throws.
  public init(
    _ descriptor: ModelDescriptor, from values: ParameterValues, classes: Int, options: FineTuningOptions,
    at point: FineTuningPoint, registry: Registry, on device: any Device
  ) throws {
    try expect(
      classes > 1, "classes", in: "classifier", expected: "at least two", actual: "\(classes)")
    self.options = options
    self.point = point
    context = Context(device: device, seed: point.seed)
    let model = try registry.build(descriptor, in: context, trains: !options.isFrozen, source: values)
    try expect(
      point.pooling != .pooler || model.pooler != nil, "pooling", in: "classifier",
      expected:
        "\(Pooling.general.map(\.rawValue).joined(separator: ", ")) (\(descriptor.name) has no pooler)",
      actual: "pooler")
    trained = options.isFrozen ? ParameterStore() : model.parameters
    let scope = Scope(context: context, store: trained, trains: true).child(ReservedNames.classifier)
    network = ClassifierNetwork(
      model: model,
      head: try ClassificationHead(scope, options.head, width: model.dimensions.width, classes: classes),
      pooling: point.pooling, context: context)
  }

  /// Trains for all epochs.
  ///
  /// - Parameters:
  ///   - examples: the labelled examples.
  ///   - report: called with the number of each finished epoch and its mean loss, in nats per label.
  /// - Returns: the mean loss of the last epoch; nil when a loss was NaN, which ends training.
  /// - Throws: `ShapeError` for a text longer than the context; `MemoryError`.
  public func train(
    _ examples: [LabelledExample], epoch report: (Int, Double) -> Void = { _, _ in }
  ) throws -> Double? {
    let perEpoch = (examples.count + options.batch - 1) / options.batch
    let steps = perEpoch * options.epochs
    let optimiser = try AdamW(
      TrainedParameters(trained), options: AdamW.Options(decay: options.decay, clip: options.clip),
      in: context)
    let schedule = WarmupSchedule(
      course: .linear, floor: 0, warmup: Int((options.warmupShare * Double(steps)).rounded()))
    var (step, mean) = (0, 0.0)
    for epoch in 0..<options.epochs {
      let order = shuffledPlaces(
        count: examples.count, of: examples.count, key: context.random.key("order of texts", step: epoch))
      var (sum, count) = (0.0, 0)
      for start in stride(from: 0, to: order.count, by: options.batch) {
        let batch = order[start..<min(start + options.batch, order.count)].map { examples[$0] }
        guard let loss = try gradients(batch, step: step) else { return nil }
        let norm = optimiser.update(
          step: step + 1,
          learningRate: schedule.learningRate(at: step, of: steps, peak: point.learningRate))
        try context.expectPerformed(in: "optimiser")
        guard norm.isFinite else { return nil }
        step += 1
        let labels = batch.reduce(0) { $0 + $1.targets.count }
        sum += loss * Double(labels)
        count += labels
      }
      mean = sum / Double(max(1, count))
      report(epoch + 1, mean)
    }
    return mean
  }

  /// The class of every span of every example: the one with the highest logit, the first of equal ones.
  ///
  /// - Returns: one list an example, in the order given.
  /// - Throws: `ShapeError` for a text longer than the context; `MemoryError`.
  public func predictions(_ examples: [LabelledExample]) throws -> [[Int32]] {
    try network.logits(examples).map { spans in spans.map { Int32(ClassifierNetwork.best($0)) } }
  }

  /// Fills the gradients of one batch and returns its mean loss; nil where that is NaN or infinite.
  func gradients(_ batch: [LabelledExample], step: Int) throws -> Double? {
    trained.clearGradients()
    let pass = Pass.training(context, step: step)
    let (tokens, spans) = TokenBatch.padded(batch)
    do {
      let result = try network.head.loss(
        try network.pooled(tokens, spans, pass), targets: batch.flatMap(\.targets), pass)
      try pass.tape?.backward(
        from: [(result.loss, 1)] + pass.auxiliaryLosses.map { ($0.loss, 1) }, in: context)
      let loss = Double(result.loss.values()[0])
      return loss.isFinite ? loss : nil
    } catch is NonFiniteError {
      return nil
    }
  }
}

extension AdamW.Options {
  /// Options with the usual memories of both moments for fine-tuning: those of Devlin et al. 2019.
  init(decay: Double, clip: Double) {
    (beta1, beta2, epsilon) = (0.9, 0.999, 1e-8)
    self.decay = decay
    self.clip = clip
  }
}
