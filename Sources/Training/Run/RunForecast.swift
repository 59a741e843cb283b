import Settings
import Tensors
import Text
import Transformer
import Zoo

/// The resources that a run will need, computed from shapes alone.
public struct RunForecast: Codable, Sendable, Equatable {
  /// Trained values.
  public var parameters: Int
  /// Trained values outside the embedding's tables and norm.
  public var parametersWithoutEmbeddings: Int
  /// The yield of one training step.
  public var step: StepYield
  /// FLOPs of matrix products in the forward pass of an evaluation, for each content token.
  public var forwardFlopsPerToken: Double
  /// The receptive field of each layer in a text as long as the context, first layer to last.
  public var layerReach: [Reach]
  /// The receptive field of the last layer through all layers.
  public var topReach: Reach
  /// The highest use of the memory pool, in bytes: training, evaluation and checkpoints.
  public var peakBytes: Int
  /// The largest sum of live bytes, by kind.
  public var bytesByKind: [String: Int]
  /// Bytes of the text, of its tokens and of the order of its windows.
  public var dataBytes: Int

  /// The maximum of what the process holds besides: the program with its libraries, the matrix products' own
  /// buffers, and what preparing a text of some megabytes, such as the embedded corpus, leaves behind.
  public static let overhead = 96 << 20

  /// FLOPs of matrix products in one training step, as they will be executed.
  public var stepFlops: UInt64 { step.flops }

  /// The peak resident memory of the process, in bytes, without `overhead`.
  public var residentBytes: Int { peakBytes + dataBytes }

  /// Runs two steps and two evaluations on a dry device.
  ///
  /// - Throws: what training would throw.
  public init(
    _ descriptor: ModelDescriptor, _ recipe: Recipe, _ data: TrainingData, registry: Registry, threads: Int
  ) throws {
    let context = Context(device: try DryDevice(threads: threads), seed: recipe.seed)
    let trainer = try Trainer(descriptor, recipe, data, registry: registry, context: context, totalSteps: 2)
    let before = context.device.matrixFlops
    _ = try trainer.evaluate()
    forwardFlopsPerToken =
      Double(context.device.matrixFlops - before) / Double(trainer.tokensPerEvaluation)
    step = try StepYield(steppingOnce: trainer)
    _ = try trainer.step()
    _ = try trainer.evaluate()
    parameters = trainer.model.parameters.count
    parametersWithoutEmbeddings = trainer.model.parameters.countWithoutEmbeddings
    (layerReach, topReach) = trainer.model.reach()
    dataBytes = data.bytes(windowsOf: descriptor.context)
    let arena = context.device.arena
    peakBytes = arena.peak
    bytesByKind = Dictionary(
      uniqueKeysWithValues: MemoryKind.allCases.map { ($0.name, arena.kindsAtPeak[$0.rawValue]) })
  }
}
