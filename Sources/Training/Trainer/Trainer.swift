import Foundation
import Kernels
import Settings
import Tensors
import Text
import Transformer
import Wording
import Zoo

/// Trains any language model on any objective: it knows neither which architecture it trains nor which
/// task.
///
/// One step reads top to bottom in `step()`. The same code runs on a dry context, which is how memory and
/// FLOPs of a run are known before it starts.
public final class Trainer {
  /// What defines the model.
  public let descriptor: ModelDescriptor
  /// What defines the training.
  public let recipe: Recipe
  /// The device, memory and randomness of this run.
  public let context: Context
  /// The model under training.
  public let model: any LanguageModel
  /// The task.
  public let objective: any Objective
  /// The tokenised text.
  public let data: TrainingData
  /// What separates the documents that attention stays within; nil where it does not.
  public let documents: DocumentRule?
  /// Learning rates.
  public let schedule: any Schedule
  /// How far training has come.
  public private(set) var state: TrainerState

  /// The parts that the model, its tokenizer and its training are made of.
  let registry: Registry
  /// The processes that train this model together.
  let communicator: any Communicator
  private let optimiser: any Optimiser
  private(set) var contentHash: ContentHash
  /// Content tokens in a window.
  private let contentLength: Int
  /// Special tokens around each window; nil: at most a start token.
  private let frame: TextFrame?
  /// Where the model came from before this run; nil for initial values.
  private let imported: ImportRecord?
  /// The model whose weights this run began with; nil for initial values.
  public let startedFrom: StartRecord?
  private let sampler: WindowSampler
  private let frozen: [Example]
  private let frozenBytes: Int
  private var pendingSave: BackgroundSave?

  /// Builds a model with its optimiser, afresh or from a checkpoint.
  ///
  /// - Parameters:
  ///   - descriptor: the descriptor of the model.
  ///   - recipe: the recipe.
  ///   - data: the tokenized text.
  ///   - registry: the registry of components.
  ///   - context: the context that computes.
  ///   - totalSteps: the length of the run; nil: that of the checkpoint.
  ///   - checkpoint: where to continue from; nil starts with initial values.
  ///   - start: a model to begin with, whose weights, tokenizer and special tokens around texts are taken and nothing
  ///     else, with its name for the record; nil starts with initial values.
  ///   - emulatesPrecision: whether a precision that this machine has no instructions for is computed slowly,
  ///     for tests, instead of refused.
  ///   - communicator: the processes that train this model together, each a trainer of the same descriptor,
  ///     recipe and text: every step has a fraction of its batches in each of them, and so many times more.
  ///     By default this one.
  /// - Throws: `TrainerError` when a position could see its target, the text is too short or the machine lacks
  ///   the recipe's precision; what building and loading throw.
  public convenience init(
    _ descriptor: ModelDescriptor, _ recipe: Recipe, _ data: TrainingData, registry: Registry,
    context: Context,
    totalSteps: Int?, checkpoint: ModelFile.OpenCheckpoint? = nil, start: TrainingStart? = nil,
    emulatesPrecision: Bool = false,
    communicator: any Communicator = SingleProcess()
  ) throws {
    do {
      try self.init(
        share: communicator, descriptor, recipe, data, registry, context, totalSteps, checkpoint, start,
        emulatesPrecision)
    } catch {
      // The others wait for this process's weights, or for its consent to theirs.
      communicator.giveUp(after: error)
      throw error
    }
  }

  private init(
    share communicator: any Communicator, _ descriptor: ModelDescriptor, _ recipe: Recipe,
    _ data: TrainingData, _ registry: Registry, _ context: Context, _ totalSteps: Int?,
    _ checkpoint: ModelFile.OpenCheckpoint?, _ start: TrainingStart?, _ emulatesPrecision: Bool
  ) throws {
    self.communicator = communicator
    self.registry = registry
    self.descriptor = descriptor
    self.recipe = recipe
    self.data = data
    self.context = context
    let origin = (checkpoint ?? start?.checkpoint)?.record
    (frame, imported) = (origin?.frame, origin?.imported)
    startedFrom = start?.record ?? checkpoint?.record.startedFrom
    contentLength = descriptor.context - (frame?.count ?? 0)
    let task = try recipe.objective(
      for: try registry.architecture(descriptor.architecture), registry: registry)
    objective = frame.map { FramedObjective(task, in: $0) } ?? task
    // On shapes alone there are no values to take.
    let weights = checkpoint ?? (context.device.isDry ? nil : start?.checkpoint)
    model = try registry.build(descriptor, in: context, trains: true, source: weights)
    try Self.expectHead(of: descriptor, for: objective)
    if let reason = objective.refusal(under: model.mask) {
      let mask = descriptor.settings.value(of: ModelSettings.mask).map { " with mask \($0.type)" } ?? ""
      throw TrainerError(
        place: "objective \(objective.name)\(mask)",
        reason: reason, suggestion: "choose another mask or another objective")
    }
    state = try checkpoint.map { try TrainerState(from: $0) } ?? TrainerState(totalSteps: totalSteps ?? 0)
    if let totalSteps { state.totalSteps = totalSteps }
    contentHash = try ContentHash(state: state.contentHashState)
    optimiser = try registry.member(recipe.optimiser.type, of: .optimiser)(
      recipe.optimiser, model.parameters, context)
    if let checkpoint {
      for moment in optimiser.state { try checkpoint.load(moment.name, moment.shape, into: moment.buffer) }
      try checkpoint.expectNothingElse(than: model.parameters)
    }
    if checkpoint == nil { try start?.checkpoint.expectNothingElse(than: model.parameters) }
    try Self.shareWeights(of: model, communicator)
    schedule = try registry.member(recipe.schedule.type, of: .schedule)(recipe.schedule)
    // A run from before documents were known continues as it began.
    let isOlder = checkpoint.map { $0.record.documents == nil } ?? false
    documents = model.mask.withinDocuments && !isOlder ? data.source.documents : nil
    sampler = try WindowSampler(
      data.train, length: contentLength, lookAhead: objective.lookAhead,
      marksDocuments: documents != nil, within: recipe.windows == .within, seed: recipe.seed,
      name: data.source.name)
    let ranges = try WindowSampler.frozenRanges(
      data.heldOut, length: contentLength, lookAhead: objective.lookAhead,
      limit: recipe.evaluationWindows, within: recipe.windows == .within)
    let windows = ranges.map { Array(data.heldOut.ids[$0]) }
    let length = contentLength
    frozenBytes = windows.reduce(0) { $0 + data.bytes(of: $1.prefix(length)) }
    frozen = try objective.frozen(
      windows, documents: documents.map { _ in ranges.map(data.heldOut.documentNumbers) },
      batch: recipe.batch, vocabulary: data.tokenizer.vocabulary)
    // What only counts may count for another machine, and what is trained may be inspected on any.
    if !isFinished, !context.device.isDry, !emulatesPrecision { try recipe.expectInstructions() }
  }

  deinit { try? finishSave() }

  /// Whether the run has taken all its steps.
  public var isFinished: Bool { state.step >= state.totalSteps }
  /// Content tokens in one step, of all processes.
  public var tokensPerStep: Int {
    recipe.batch * recipe.accumulation * communicator.size * contentLength
  }
  /// Tokens that an evaluation reads.
  var tokensPerEvaluation: Int { frozen.reduce(0) { $0 + $1.tokens.ids.count } }
  /// Batches in one pass over the text.
  public var stepsPerEpoch: Double {
    Double(sampler.windowsPerEpoch) / Double(recipe.batch * recipe.accumulation * communicator.size)
  }

  /// How much of the text is in no window, where no window leaves its document; nil where that is next to nothing.
  var unreadText: String? {
    guard recipe.windows == .within, sampler.unreadShare >= 0.01 else { return nil }
    return
      "\(data.source.shownName): \(Format.percent(sampler.unreadShare)) of the training tokens are in no window, because "
      + "recipe.windows=within leaves out documents, and ends of documents, shorter than \(contentLength + 1) tokens; "
      + "recipe.windows=cross reads all of them"
  }

  /// Takes one optimiser step: batches, losses, gradients, update.
  ///
  /// - Throws: `MemoryError`; `TrainerError` when the loss or the gradient norm is not finite, and then nothing has
  ///   been updated; `Interruption`, and `CommunicatorError` where another process gave up. Whatever is thrown, the step
  ///   was never begun.
  public func step() throws -> StepReport {
    let before = (state, contentHash)
    do { return try takeStep() } catch {
      (state, contentHash) = before
      throw error
    }
  }

  private func takeStep() throws -> StepReport {
    let (began, flopsBefore) = (DispatchTime.now().uptimeNanoseconds, context.device.matrixFlops)
    let (micro, size) = (recipe.accumulation, communicator.size)
    let share = 1 / Double(micro * size)
    model.parameters.clearGradients()
    var sums = Sums()
    do {
      for index in 0..<micro {
        // Numbered through all processes: what is random follows the number, whichever process has the batch.
        let first = (state.step * micro + index) * size
        let number = first + communicator.rank
        let example = try context.span("data") { try nextExample(number, of: first..<first + size) }
        let pass = Pass.training(context, step: number, precision: recipe.precision)
        let result = try context.span("forward") {
          try objective.loss(example, of: model, lossWeight: share, pass)
        }
        let others = pass.auxiliaryLosses
        try context.span("backward") {
          try pass.tape?.backward(
            from: [(result.loss, 1)] + others.map { ($0.loss, Float(share)) }, in: context)
        }
        sums.loss += Double(result.loss.values()[0])
        for other in others {
          sums.auxiliary[other.name, default: 0] += Double(other.loss.values()[0]) * share
        }
        sums.predictions += example.targets.count
      }
    } catch let error as NonFiniteError {
      throw diverged(step: state.step + 1, "\(error)")
    }
    let ownFlops = context.device.matrixFlops - flopsBefore
    sums.flops = ownFlops
    try sums.share(communicator)
    state.supervisedTokens += sums.predictions
    let losses = [("loss", sums.loss)] + sums.auxiliary.sorted { $0.key < $1.key }
    for (name, value) in losses where !value.isFinite {
      throw diverged(step: state.step + 1, "the \(name) is \(value)")
    }
    try shareGradients()
    let learningRate = schedule.learningRate(
      at: state.step, of: state.totalSteps, peak: recipe.learningRate)
    pendingSave?.waitUntilCopied()
    let norm = try context.span("optimiser") {
      try optimiser.update(step: state.step + 1, learningRate: learningRate)
    }
    try context.expectPerformed(in: "optimiser")
    guard norm.isFinite else { throw diverged(step: state.step + 1, "the gradient norm is \(norm)") }
    state.step += 1
    state.tokens += tokensPerStep
    // An optimiser may multiply matrices, too; it does so alike in every process.
    sums.flops += context.device.matrixFlops - flopsBefore - ownFlops
    let seconds = Double(DispatchTime.now().uptimeNanoseconds - began) * 1e-9
    state.flops += sums.flops
    state.seconds += seconds
    return StepReport(
      step: state.step, loss: sums.loss, auxiliaryLosses: sums.auxiliary, learningRate: learningRate,
      gradientNorm: norm, seconds: seconds, flops: sums.flops)
  }

  /// A step that led to values which are not finite, with the next thing to try.
  func diverged(step: Int, _ reason: String) -> TrainerError {
    .diverged(step: step, reason, learningRate: recipe.learningRate)
  }

  /// The batch of that number, as the objective wants it. The text of all batches of the processes joins the hash of
  /// all that was read, so that the hash is the same in each of them.
  private func nextExample(_ number: Int, of all: Range<Int>) throws -> Example {
    var own = WindowBatch(ids: [], batch: 0, length: 0)
    for other in all {
      let windows = sampler.batch(other, size: recipe.batch)
      if other == number { own = windows }
      for row in 0..<windows.batch {
        let content = windows.ids[row * windows.length..<row * windows.length + contentLength]
        contentHash.add(content, of: data.tokenizer)
      }
    }
    return try objective.prepare(
      own, vocabulary: data.tokenizer.vocabulary,
      key: context.random.key("corruption", step: number))
  }

  /// The loss on the frozen held-out windows, whose masks are frozen, too.
  ///
  /// - Throws: `MemoryError`.
  public func evaluate() throws -> EvaluationReport {
    var (sum, hits, count) = (0.0, 0, 0)
    for example in frozen {
      var unweighted = example
      unweighted.weights = nil
      let result = try objective.loss(unweighted, of: model, lossWeight: 1, .inference(context))
      sum += example.weightedSum(of: result.losses.values())
      hits += result.hits.values().reduce(0) { $0 + Int($1) }
      count += example.targets.count
    }
    let loss = sum / Double(count)
    if !context.device.isDry, loss < state.bestLoss ?? .infinity {
      state.bestLoss = loss
      state.bestStep = state.step
    }
    return EvaluationReport(
      step: state.step, loss: loss, accuracy: Double(hits) / Double(count),
      bitsPerByte: objective.isLikelihood && data.keepsHeldOutText ? sum / log(2) / Double(frozenBytes) : nil,
      predictions: count, bytes: frozenBytes)
  }

  /// Writes everything that training needs to continue.
  ///
  /// - Throws: `CheckpointError`; a previous file is then kept.
  public func save(to url: URL) throws {
    try beginSave(to: url)
    try finishSave()
  }

  /// Begins to write everything that training needs to continue, and returns at once: training may continue, and
  /// only the optimiser waits for what is not written yet. A save that is still under way is finished first.
  ///
  /// - Throws: `TrainerError` when a weight or a moment is not finite; an encoding error, never in practice.
  package func beginSave(to url: URL) throws {
    try? finishSave()
    state.contentHash = contentHash.hex
    state.contentHashState = contentHash.state
    let buffers = model.parameters.all.map(NamedBuffer.init) + optimiser.state
    try expectFinite(buffers)
    let record = CheckpointRecord(
      name: descriptor.name, descriptor: descriptor.json, recipe: recipe.json,
      trainer: try state.json(), step: state.step,
      startsWithToken: objective.startsWithToken, predicts: objective.predicts, documents: documents,
      frame: frame, imported: imported, startedFrom: startedFrom)
    pendingSave = BackgroundSave(
      buffers, record: record, tokenizer: data.tokenizer, to: url)
  }

  /// Whether a save was begun whose outcome is known and was not read.
  package var hasFinishedSave: Bool { pendingSave?.isFinished ?? false }

  private func expectFinite(_ buffers: [NamedBuffer]) throws {
    guard let found = try buffers.firstNonFinite() else { return }
    throw diverged(step: state.step, "\(found.name) holds \(found.value) and is not saved")
  }

  /// Returns when the save that was begun last is over; at once when there is none.
  ///
  /// - Throws: `CheckpointError`; a previous file is then kept.
  package func finishSave() throws {
    let save = pendingSave
    pendingSave = nil
    try save?.wait()
  }

  /// Parameters that the last step gave no gradient: a sign of a part that nothing uses. A pooler's are none of them, as
  /// it is for classifiers and no objective reads it.
  public var untouchedParameters: [String] {
    let pooler = model.pooler.map { $0.path + "." }
    return optimiser.untouched.filter { name in !(pooler.map(name.hasPrefix) ?? false) }
  }
}
