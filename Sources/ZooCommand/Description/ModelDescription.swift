import Settings
import Tensors
import Text
import Training
import Transformer
import Zoo

/// Everything that can be said of a model and of its training before it is trained, found by building it
/// and training it on shapes alone.
struct ModelDescription: Encodable {
  /// Floating-point operations of matrix products for one content token.
  struct Cost: Encodable {
    /// The forward pass of an evaluation.
    var forward: Double
    /// Forward pass, backward pass and update.
    var training: Double
  }

  /// The convention behind the model FLOPs.
  static let convention =
    "forward 2·N + 4·layers·context·heads·headWidth, training three times that, "
    + "N = parameters without tables that are only looked up (Chowdhery et al., \"PaLM\", 2022)"

  let name: String
  let architecture: String
  let kind: ArchitectureKind
  let objective: String
  let context: Int
  let width: Int
  let layers: Int
  let vocabulary: Int
  /// Whether the vocabulary is the most that a tokenizer may learn, as its text is not known yet.
  let vocabularyIsAssumed: Bool
  /// Whether the text was given, so that its size and that of its tokens are known.
  let textIsKnown: Bool
  let batch: Int
  let accumulation: Int
  let threads: Int
  /// Trained values.
  let parameters: Int
  /// Trained values that take part in matrix products: the N of the convention.
  let multipliedParameters: Int
  /// By convention, from the number of parameters: comparable with other people's figures.
  let modelFlopsPerToken: Cost
  /// As they will be executed: counted at the products themselves. Nil where there is no head.
  let executedFlopsPerToken: Cost?
  /// What a run will need. Nil where there is no head and so no training.
  let forecast: RunForecast?
  /// Whether this machine has the memory.
  let memory: MemoryFit?
  let components: ComponentNode
  /// Every setting by path.
  let settings: [String: String]

  /// Describes a model under a recipe.
  ///
  /// - Parameter data: the text of the run; nil plans with text of no meaning.
  /// - Throws: what building and training throw: shapes that do not fit, an objective that the mask
  ///   would answer.
  init(
    _ open: ModelDescriptor, _ recipe: Recipe, data: TrainingData? = nil, registry: Registry, threads: Int
  ) throws {
    textIsKnown = data != nil
    let expected = try data.map { ($0.tokenizer.vocabularySize, false) } ?? open.expectedVocabulary()
    let descriptor = try registry.descriptor(open, vocabulary: expected.0)
    let architecture = try registry.architecture(descriptor.architecture)
    let task = try recipe.objective(for: architecture, registry: registry)
    let dry = try Context.dry(threads: threads, seed: recipe.seed)
    let model = try registry.build(descriptor, in: dry, trains: false)
    let sizes = model.dimensions
    let head = descriptor.settings.value(of: ModelSettings.head)

    name = descriptor.name
    self.architecture = descriptor.architecture
    kind = architecture.kind
    objective = task.name
    context = descriptor.context
    (width, layers, vocabulary) = (sizes.width, sizes.layers, sizes.vocabulary)
    vocabularyIsAssumed = expected.1
    (batch, accumulation) = (recipe.batch, recipe.accumulation)
    self.threads = threads
    parameters = model.parameters.count
    multipliedParameters = Self.multiplied(
      model.parameters, head: head, uses: ModelSettings.sharesLayers(descriptor.settings) ? sizes.layers : 1)
    let attention = 4.0 * Double(descriptor.context) * Self.attendedWidth(descriptor.settings, sizes)
    let forward = 2 * Double(multipliedParameters) + attention
    modelFlopsPerToken = Cost(forward: forward, training: 3 * forward)
    components = ComponentNode(descriptor.settings, parameters: model.parameters)
    settings = descriptor.settings.valuesByPath
    guard head?.type != "none" else {
      (executedFlopsPerToken, forecast, memory) = (nil, nil, nil)
      return
    }
    var forecast = try RunForecast.planned(
      descriptor, recipe, vocabulary: expected.0, registry: registry, threads: threads)
    if let data { forecast.dataBytes = data.bytes(windowsOf: descriptor.context) }
    self.forecast = forecast
    memory = MemoryFit(forecast)
    let tokens = Double(recipe.batch * descriptor.context)
    executedFlopsPerToken = Cost(
      forward: forecast.forwardFlopsPerToken,
      training: Double(forecast.stepFlops) / (tokens * Double(recipe.accumulation)))
  }

  /// Width that the heads of all layers take together; an attention that is not cut into heads takes the width.
  private static func attendedWidth(_ model: Resolved, _ sizes: Dimensions) -> Double {
    AttentionSettings.layers(of: model).reduce(0) { sum, attention in
      guard let attention, let heads = attention.value(of: AttentionSettings.heads),
        let width = AttentionSettings.headWidth(of: attention, in: model)
      else { return sum + Double(sizes.width) }
      return sum + Double(heads * width)
    }
  }

  /// Parameters without the tables that are only looked up; a tied head multiplies by the token table.
  ///
  /// - Parameter uses: how many layers multiply by each parameter of a block; it counts once for each.
  private static func multiplied(_ parameters: ParameterStore, head: Resolved?, uses: Int) -> Int {
    let isTied = head?.value(of: HeadSettings.tied) ?? false
    return parameters.all.filter { parameter in
      guard parameter.name.hasPrefix("embedding."), parameter.tensor.shape.rank >= 2 else { return true }
      return isTied && parameter.name == "embedding.token.weight"
    }.reduce(0) { $0 + $1.tensor.shape.count * ($1.name.hasPrefix("blocks.") ? uses : 1) }
  }
}
