import Foundation
import Settings
import Tensors
import Text
import Transformer
import Zoo

/// A model that is ready for use, with its tokenizer.
///
///     let model = try LoadedModel(checkpoint: url, registry: .standard(), context: .cpu())
///     print(try model.generate(prompt: "the dog", options: GenerationOptions()))
public final class LoadedModel {
  /// The descriptor of the model.
  public let descriptor: ModelDescriptor
  /// The model.
  public let model: any LanguageModel
  /// The tokenizer.
  public let tokenizer: any Tokenizer
  /// The context that it runs in.
  public let context: Context
  /// Encoder or decoder.
  public let kind: ArchitectureKind
  /// The special tokens around every text that it reads.
  public let frame: TextFrame
  /// Whether a start token is before the text, as in training, and makes the model predict a place earlier.
  public let startsWithToken: Bool
  /// What it was trained to predict at a position.
  public let predicts: Prediction

  /// What separates the documents that its attention stays within; nil where it does not.
  public let documents: DocumentRule?

  /// The tokens that end a text which is being written.
  public let endTokens: [Int32]

  /// Whether the seed of its run gives the values that its training began with; not those of an imported model, nor
  /// of one that was trained from other weights.
  public let hasKnownInitialValues: Bool

  /// Where it came from; nil for a model that was made here.
  public let imported: ImportRecord?
  /// Whether it was imported, and perhaps trained here since.
  public var isImported: Bool { imported != nil }

  /// A model that is already built.
  ///
  /// - Parameters:
  ///   - descriptor: the descriptor of the model.
  ///   - model: the model.
  ///   - tokenizer: the tokenizer.
  ///   - context: the context that holds the parameters of the model.
  ///   - kind: encoder or decoder.
  ///   - startsWithToken: only with a tokenizer that has a token with the role `start`.
  ///   - predicts: nil: the next token where the mask hides what follows, else masked ones.
  ///   - documents: what separated documents in training, for a model whose mask keeps attention within them.
  ///   - frame: the special tokens around texts; nil: a start token where there is one.
  ///   - endTokens: the tokens that end a text; nil: the one that ends documents, where the tokenizer has it.
  ///   - imported: where it came from; nil: it was made here.
  ///   - hasKnownInitialValues: whether a seed gives the values that its training began with.
  public init(
    _ descriptor: ModelDescriptor, _ model: any LanguageModel, tokenizer: any Tokenizer, context: Context,
    kind: ArchitectureKind, startsWithToken: Bool, predicts: Prediction? = nil,
    documents: DocumentRule? = nil, frame: TextFrame? = nil, endTokens: [Int32]? = nil,
    imported: ImportRecord? = nil, hasKnownInitialValues: Bool = true
  ) {
    self.imported = imported
    self.hasKnownInitialValues = hasKnownInitialValues
    self.endTokens = endTokens ?? tokenizer.special[.endOfDocument].map { [$0] } ?? []
    self.documents = model.mask.withinDocuments ? documents : nil
    self.descriptor = descriptor
    self.model = model
    self.tokenizer = tokenizer
    self.context = context
    self.kind = kind
    precondition(
      !startsWithToken || tokenizer.special[.start] != nil, "a start token of a tokenizer that has none")
    self.startsWithToken = startsWithToken
    self.frame = frame ?? TextFrame(startsWithToken: startsWithToken, tokenizer)
    self.predicts = predicts ?? (model.mask.seesFuture ? .hidden : .next)
  }

  /// Another model of the same descriptor and tokenizer, such as the one before training.
  ///
  /// - Parameters:
  ///   - other: the model whose descriptor and tokenizer it shares.
  ///   - model: the model.
  ///   - context: where `model` was built.
  public convenience init(like other: LoadedModel, _ model: any LanguageModel, in context: Context) {
    self.init(
      other.descriptor, model, tokenizer: other.tokenizer, context: context, kind: other.kind,
      startsWithToken: other.startsWithToken, predicts: other.predicts, documents: other.documents,
      frame: other.frame, endTokens: other.endTokens,
      imported: other.imported, hasKnownInitialValues: other.hasKnownInitialValues)
  }

  /// Loads the model of a checkpoint, without the memory that training would need.
  ///
  /// - Throws: `CheckpointError` that names the file and the tensor at fault.
  public convenience init(_ checkpoint: ModelFile.OpenCheckpoint, registry: Registry, context: Context) throws
  {
    let descriptor = try registry.descriptor(json: checkpoint.record.descriptor, name: checkpoint.record.name)
    let model = try registry.build(descriptor, in: context, trains: false, source: checkpoint)
    try checkpoint.expectNothingElse(than: model.parameters)
    let kind = try registry.architecture(descriptor.architecture).kind
    if checkpoint.record.startsWithToken {
      _ = try checkpoint.tokenizer.special.id(.start, for: "the model in \(checkpoint.url.shownPath)")
    }
    self.init(
      descriptor, model, tokenizer: checkpoint.tokenizer, context: context, kind: kind,
      startsWithToken: checkpoint.record.startsWithToken, predicts: checkpoint.record.predicts,
      documents: checkpoint.record.documents, frame: checkpoint.record.frame,
      endTokens: checkpoint.record.imported?.endTokens,
      imported: checkpoint.record.imported,
      hasKnownInitialValues: checkpoint.record.hasKnownInitialValues)
  }

  /// Loads the model of a checkpoint file.
  ///
  /// - Throws: `CheckpointError` that names the file and the tensor at fault.
  public convenience init(checkpoint url: URL, registry: Registry, context: Context) throws {
    try self.init(try ModelFile.open(url, registry: registry), registry: registry, context: context)
  }

  /// How a masked token is written in prompts, such as `[MASK]`.
  package var maskText: String { tokenizer.special[.mask].flatMap(tokenizer.special.text) ?? "[MASK]" }

  /// The mask token.
  ///
  /// - Parameter user: what hides tokens, for the error.
  /// - Throws: `InferenceError` where the tokenizer has none.
  public func maskToken(for user: String) throws -> Int32 {
    do { return try tokenizer.special.id(.mask, for: user) } catch {
      throw InferenceError("\(descriptor.name): \(error)")
    }
  }

  /// Tokens of a text as the model reads them, in its frame: a start token first where it was trained with one.
  public func input(_ content: some Collection<Int32>) -> [Int32] { frame.around(content) }

  /// Tokens of a text in which some are hidden, as a model that predicts masked tokens reads them: what it says
  /// of a place of the text is at the index `predictionPlace` of its input.
  ///
  /// One that says it a place earlier has a start token first; the last token of a text as long as the context
  /// is then not read, as in training.
  public func hiddenInput(_ content: some Collection<Int32>) -> [Int32] {
    let input = input(content)
    return predictionOffset > 0 ? Array(input.prefix(descriptor.context)) : input
  }

  /// The index of the input at which the model predicts a token of the text.
  ///
  /// - Parameter place: the token's place in the text, counted from 0.
  public func predictionPlace(_ place: Int) -> Int { frame.before.count + place - predictionOffset }

  /// How many positions of its input before a token the model predicts it: none for a masked token in its
  /// own place, one for the next token and for a hidden one that is predicted a place earlier.
  public var predictionOffset: Int { predicts == .next || startsWithToken ? 1 : 0 }

  /// The most tokens of a text that the model reads at a time.
  package var contentRoom: Int { descriptor.context - frame.count }

  /// The most tokens of a text with masked ones that it reads at a time, see `hiddenInput`.
  package var hiddenRoom: Int { predictionOffset > 0 ? descriptor.context : contentRoom }

  /// Sequences of one length as the model reads them: with their documents, as far as the tokens tell them, where its
  /// attention stays within these.
  ///
  /// - Parameters:
  ///   - ids: the sequences, one after the other, `[batch, time]`.
  ///   - batch: the number of sequences.
  public func tokens(_ ids: [Int32], batch: Int) -> TokenBatch {
    let time = batch > 0 ? ids.count / batch : 0
    let numbers = documentCounter.map { counter in
      (0..<batch).flatMap { row -> [Int32] in
        var counter = counter
        return ids[row * time..<(row + 1) * time].map { counter.next($0) }
      }
    }
    return TokenBatch(ids: ids, batch: batch, time: time, documents: numbers)
  }

  /// Numbers the documents of a text from its beginning; nil where attention does not stay within them.
  var documentCounter: DocumentCounter? { documents.map { DocumentCounter($0, tokenizer) } }

  /// Log probabilities `[positions][vocabulary]` at places of one or several sequences of one length.
  ///
  /// - Parameters:
  ///   - ids: the sequences, one after the other, `[batch, time]`.
  ///   - batch: the number of sequences.
  ///   - places: positions among all `ids`.
  /// - Throws: `ShapeError` when the sequences are longer than the context; `MemoryError`.
  public func logProbabilities(_ ids: [Int32], batch: Int = 1, at places: [Int]) throws -> [[Float]] {
    try expectTokenHead()
    let pass = Pass.inference(context)
    let logits = try tokenLogits(tokens(ids, batch: batch), at: places.map(Int32.init), pass)
    return try pass.logSoftmax(logits).rows()
  }
}

/// A model cannot do what was requested, or a text does not fit.
public struct InferenceError: Error, Equatable, CustomStringConvertible {
  /// What is wrong and what to do instead.
  public let description: String

  /// An error with its text.
  public init(_ description: String) { self.description = description }
}
