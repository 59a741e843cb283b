import Foundation
import Settings
import Text
import Transformer
import Zoo

/// What an evaluation measures on.
public struct EvaluationSubject {
  /// The model.
  public let model: LoadedModel
  /// The text whose held-out part is measured on: the model's own, or another one.
  public let text: TextSource
  /// All models that are asked the same in one comparison, this one included: questions that one of them cannot read
  /// are left out for all.
  public let readers: [Reader]
  /// The run that trained the model; nil for a model without one.
  public let run: Run?
  /// Is told how much of the work is done.
  public let progress: (_ done: Int, _ total: Int) -> Void

  /// A model and a text.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - text: the text whose held-out part is measured on.
  ///   - readers: all models that are asked the same; nil: this one alone.
  ///   - run: what is known of the model's training; nil: nothing.
  ///   - progress: told how much of the work is done.
  public init(
    model: LoadedModel, text: TextSource, readers: [Reader]? = nil, run: Run? = nil,
    progress: @escaping (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) {
    self.model = model
    self.text = text
    self.readers = readers ?? [Reader(model)]
    self.run = run
    self.progress = progress
  }

  /// The most tokens of a text that all models can be scored on at a time.
  public var shortestContext: Int { readers.map(\.windowRoom).min() ?? model.descriptor.context }

  /// What is known of the model's training.
  ///
  /// - Throws: `InferenceError` for a model without a run.
  public func expectRun() throws -> Run {
    guard let run else {
      throw InferenceError("\(model.descriptor.name) has no run, so its values before training are not known")
    }
    return run
  }
}

extension EvaluationSubject {
  /// What a model can read.
  public struct Reader: Sendable {
    /// How it cuts text.
    public let tokenizer: any Tokenizer
    /// The most tokens that it reads at a time.
    public let context: Int
    /// Whether a start token is before its text.
    public let startsWithToken: Bool
    /// Whether it sees both sides of a place, as encoders do.
    public let isEncoder: Bool
    /// How many special tokens are around every text, a start token included.
    public let frameCount: Int
    /// Attention heads in all layers; 0 where it has none, or where that is not known.
    public let heads: Int

    /// A reader.
    ///
    /// - Parameters:
    ///   - tokenizer: how it cuts text.
    ///   - context: the max tokens that it reads at a time.
    ///   - startsWithToken: whether a start token is before its text.
    ///   - isEncoder: whether it sees both sides of a place.
    ///   - heads: attention heads in all layers; 0 where it has none.
    ///   - frameCount: special tokens around every text; nil: a start token where there is one.
    public init(
      tokenizer: any Tokenizer, context: Int, startsWithToken: Bool = false, isEncoder: Bool = false,
      heads: Int = 0, frameCount: Int? = nil
    ) {
      self.frameCount = frameCount ?? (startsWithToken ? 1 : 0)
      self.tokenizer = tokenizer
      self.context = context
      self.startsWithToken = startsWithToken
      self.isEncoder = isEncoder
      self.heads = heads
    }

    /// What a model that is ready for use can read.
    public init(_ model: LoadedModel) {
      self.init(
        model.descriptor, model.tokenizer, startsWithToken: model.startsWithToken,
        isEncoder: model.kind == .encoder, frameCount: model.frame.count)
    }

    /// What a model will read that is described but not built.
    package init(
      _ descriptor: ModelDescriptor, _ tokenizer: any Tokenizer, startsWithToken: Bool, isEncoder: Bool,
      frameCount: Int? = nil
    ) {
      self.init(
        tokenizer: tokenizer, context: descriptor.context, startsWithToken: startsWithToken,
        isEncoder: isEncoder, heads: AttentionSettings.headCounts(of: descriptor.settings).reduce(0, +),
        frameCount: frameCount)
    }

    /// The most tokens of a text that it reads at a time.
    package var room: Int { context - frameCount }

    /// The most tokens of a text that it is scored on at a time: where a start token comes first, the last of them is
    /// predicted and not read.
    package var windowRoom: Int { room + (startsWithToken ? 1 : 0) }

    /// Whether a text can be read whole, with a token before and one behind it, or with all special tokens around it
    /// where these are more.
    public func fits(_ text: String) -> Bool {
      tokenizer.encode(text).count + max(2, frameCount) <= context
    }

    /// Whether the model itself reads a text whole, as ``LoadedModel/fits(_:)`` says.
    package func reads(_ text: String) -> Bool {
      tokenizer.encodePrompt(text).count <= room
    }
  }

  /// The run that trained a model.
  public struct Run {
    /// Its folder; nil where only a checkpoint is left.
    public let folder: URL?
    /// Steps that the model took.
    public let step: Int
    /// How it was trained, as a recipe file holds it.
    public let recipe: String
    /// What makes its parts.
    public let registry: Registry
    /// Threads that may be used; no result depends on it.
    public let threads: Int
    /// Makes the model with the values that it had before training.
    public let untrained: () throws -> LoadedModel

    /// A run.
    public init(
      folder: URL?, step: Int, recipe: String, registry: Registry, threads: Int,
      untrained: @escaping () throws -> LoadedModel
    ) {
      self.folder = folder
      self.step = step
      self.recipe = recipe
      self.registry = registry
      self.threads = threads
      self.untrained = untrained
    }
  }
}
