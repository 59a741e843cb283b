import Settings
import Tensors
import Transformer
import Zoo

/// What holds for every model, whatever it is made of. Each check builds the model again and gives what does not hold.
///
///     let checks = try ModelChecks("{ architecture: 'gpt', layers: 2, width: 12, … }", registry)
///     let findings = try checks.findings()
///     #expect(findings == [])
public struct ModelChecks: Sendable {
  /// The model, complete with its vocabulary.
  public let descriptor: ModelDescriptor
  /// What it is made from.
  public let registry: Registry
  /// Parameters whose names begin so are not used by the loss, such as a pooler's.
  public let ignored: [String]
  let device: DeviceMaker

  /// Checks of a resolved descriptor.
  ///
  /// - Parameters:
  ///   - descriptor: the descriptor of the model.
  ///   - registry: the registry of its components.
  ///   - ignored: beginnings of the names of parameters that the loss does not use.
  ///   - device: what to compute on.
  public init(
    _ descriptor: ModelDescriptor, _ registry: Registry, ignored: [String] = [],
    device: @escaping DeviceMaker = processor
  ) {
    self.descriptor = descriptor
    self.registry = registry
    self.ignored = ignored
    self.device = device
  }

  /// Checks of a descriptor as JSON5 text, with a `vocabulary` of at least 8 tokens and a `context` of at least 12.
  ///
  /// - Throws: `SettingsError` for text that is no descriptor.
  public init(_ text: String, _ registry: Registry, device: @escaping DeviceMaker = processor) throws {
    self.init(
      try registry.resolve(try Node.parse(text, file: "model"), name: "model"), registry, device: device)
  }

  /// Every check that applies.
  ///
  /// - Throws: what the model throws.
  public func findings() throws -> [Finding] {
    try visibility() + neighbours() + padding() + threads() + gradients() + dryEqualsMeasured()
      + cachedEqualsUncached()
  }

  /// The model, and the context that it was built in.
  ///
  /// - Throws: what the model's parts throw.
  public func build(threads: Int = 1, dry: Bool = false, trains: Bool = false) throws -> (
    model: any LanguageModel, context: Context
  ) {
    let context = dry ? try Context.dry(threads: threads) : Context(device: try device(threads), seed: 1)
    return (try registry.build(descriptor, in: context, trains: trains), context)
  }

  /// Whether the model has a head that predicts tokens, to compute a loss with.
  public var predicts: Bool {
    descriptor.predictsTokens
  }

  /// Tokens of the model's vocabulary that repeat nowhere soon, of ids 5 and above.
  public func batch(rows: Int, time: Int, documents: [Int32]? = nil) -> TokenBatch {
    Self.batch(rows: rows, time: time, vocabulary: descriptor.vocabulary ?? 8, documents: documents)
  }

  /// Tokens that repeat nowhere soon, of ids 5 and above.
  public static func batch(rows: Int, time: Int, vocabulary: Int, documents: [Int32]? = nil) -> TokenBatch {
    let ids = (0..<rows * time).map { Int32(5 + ($0 * 7 + $0 / 5) % (vocabulary - 5)) }
    return TokenBatch(ids: ids, batch: rows, time: time, documents: documents)
  }

  /// One forward and backward pass of a small task, whose gradients then lie in the parameters.
  ///
  /// - Throws: what the model throws.
  public static func train(_ model: any LanguageModel, on tokens: TokenBatch, _ context: Context, step: Int)
    throws
  {
    let pass = Pass.training(context, step: step)
    try pass.tape?.backward(from: try task(model, tokens, pass).loss, in: context)
  }

  /// The loss of the same task, added up in double precision.
  ///
  /// - Throws: what the model throws.
  public static func loss(_ model: any LanguageModel, on tokens: TokenBatch, _ context: Context, step: Int)
    throws -> Double
  {
    let losses = try task(model, tokens, .training(context, step: step)).losses.values()
    return losses.reduce(0) { $0 + Double($1) } / Double(losses.count)
  }

  private static func task(_ model: any LanguageModel, _ tokens: TokenBatch, _ pass: Pass) throws
    -> LossResult
  {
    let positions = tokens.ids.indices.filter { $0 % 5 < 2 }.map(Int32.init)
    let targets = positions.map { tokens.ids[(Int($0) * 3 + 1) % tokens.ids.count] }
    return try model.loss(tokens, at: positions, targets: targets, lossWeight: 1, pass)
  }
}
