import AttentionAnalysis
import CommandLineKit
import Comparison
import Experiments
import Foundation
import Inference
import Settings
import Tensors
import Training
import Wording
import Zoo

/// Trained models with their attention on one sentence, or on two that are read together: for the page and for figures.
struct AttentionPictures {
  /// One run or checkpoint file.
  private struct Subject {
    let name: String
    let checkpoint: ModelFile.OpenCheckpoint
    let folder: RunFolder?
    let trained: LoadedModel
    let seed: UInt64
    /// Settings in which it differs from others of its name.
    var setting = ""

    var step: Int { checkpoint.record.step }
  }

  private let workplace: Workplace
  private let subjects: [Subject]
  private let text: String
  /// A second sentence, read with the first.
  private let second: String?

  /// Loads the models.
  ///
  /// - Throws: an error that names the run; what loading throws.
  init(_ arguments: ParsedArguments, _ workplace: Workplace) throws {
    let console = arguments.console
    self.workplace = workplace
    (text, second) = (arguments.option("text") ?? "", arguments.option(AttentionOptions.pair.name))
    let subjects = try workplace.models(arguments.positionals("run"), console).map { model -> Subject in
      let checkpoint = model.checkpoint
      return Subject(
        name: model.name, checkpoint: checkpoint,
        folder: model.folder,
        trained: try LoadedModel(checkpoint, registry: workplace.registry, context: try workplace.context()),
        seed: try Recipe.of(checkpoint, registry: workplace.registry).seed)
    }
    for subject in subjects { try subject.trained.expectAttention() }
    self.subjects = Self.telling(subjects)
  }

  /// What a page calls the models.
  var names: [String] { subjects.map(\.name) }

  /// What a page says of the models: step, what tells them apart, and what stands for one before training.
  var captions: [String] {
    subjects.map { subject in
      "\(subject.name): \(words(subject, after: subject.step))\(subject.setting)"
        + (subject.trained.hasKnownInitialValues
          ? "" : "; shown untrained, it has random weights of the same shape")
    }
  }

  /// What is read, in a line.
  var title: String { second.map { "A: \(text) B: \($0)" } ?? text }

  private func maps(of model: LoadedModel) throws -> AttentionMaps { try model.attention(text, pair: second) }

  /// Untrained next to trained, for the page.
  ///
  /// - Throws: what reading the sentence throws.
  func pair() throws -> [AttentionPicture] {
    try subjects.enumerated().flatMap { index, subject in
      let untrained = try workplace.untrained(
        like: subject.trained, named: subject.name, seed: subject.seed)
      return [
        AttentionPicture(arm: index, state: .untrained, maps: try maps(of: untrained)),
        AttentionPicture(arm: index, state: .trained, maps: try maps(of: subject.trained)),
      ]
    }
  }

  /// A figure of all heads or of one.
  ///
  /// - Parameters:
  ///   - steps: steps of training at which the models are looked at, 0 for untrained; empty: as trained.
  ///   - head: layer and head, counted from 1; nil: all.
  /// - Throws: `UsageError` with what there is, for a head or a checkpoint that is not there.
  func figure(steps: [Int], head: (layer: Int, head: Int)?) throws -> Figure {
    let states = try subjects.enumerated().flatMap { index, subject in
      try (steps.isEmpty ? [subject.step] : steps).map { step -> Figure.AttentionState in
        let maps = try maps(of: try model(subject, after: step))
        let isUntrained =
          step == 0 && (step < subject.step || subject.trained.hasKnownInitialValues)
        let picture = AttentionPicture(arm: index, state: isUntrained ? .untrained : .trained, maps: maps)
        if let head { try expect(head, in: picture, of: subject) }
        return Figure.AttentionState(
          caption: "\(subject.name), \(words(subject, after: step))", picture: picture)
      }
    }
    let models = subjects.map { subject in
      let descriptor = subject.trained.descriptor
      return "\(subject.name): \(descriptor.name), architecture \(descriptor.architecture)\(subject.setting)"
    }
    return Figure.attention(
      states, head: head.map { ($0.layer - 1, $0.head - 1) },
      title: head.map { "Attention of layer \($0.layer), head \($0.head)" } ?? "Attention of all heads",
      subtitle: (second.map { "A “\(text)” B “\($0)”" } ?? "“\(text)”") + " · "
        + models.joined(separator: "; ")
    )
  }

  /// What a caption says of a model after some steps.
  private func words(_ subject: Subject, after step: Int) -> String {
    let record = subject.checkpoint.record
    if step > 0 { return "after \(Format.counted(step, "step"))" }
    if record.hasKnownInitialValues { return "untrained" }
    return step < subject.step
      ? "random weights of the same shape"
      : record.recordsTraining ? "as it began" : record.isOnlyImported ? "imported" : "fine-tuned"
  }

  private func expect(
    _ head: (layer: Int, head: Int), in picture: AttentionPicture, of subject: Subject
  ) throws {
    guard head.layer > picture.layers || head.head > picture.heads else { return }
    throw UsageError(
      "--layer \(head.layer) --head \(head.head): \(subject.name) has \(Format.counted(picture.layers, "layer")) of "
        + "\(Format.counted(picture.heads, "head")); the nearest is --layer \(min(head.layer, picture.layers)) "
        + "--head \(min(head.head, picture.heads))")
  }

  /// The model as it was after some steps.
  private func model(_ subject: Subject, after step: Int) throws -> LoadedModel {
    if step == subject.step { return subject.trained }
    if step == 0 {
      return try workplace.untrained(like: subject.trained, named: subject.name, seed: subject.seed)
    }
    let kept = subject.folder?.allCheckpoints() ?? []
    guard let found = kept.first(where: { $0.step == step }) else {
      let known = [0] + kept.map(\.step)
      let nearest = known.min { abs($0 - step) < abs($1 - step) } ?? 0
      throw UsageError(
        "--steps: \(subject.name) has no checkpoint of step \(step); it has \(known.map(String.init).joined(separator: ", ")) "
          + "(0: untrained), the nearest is \(nearest); a run keeps more with --set recipe.keepLast=100 and writes "
          + "more often with --set recipe.checkpointEvery=N")
    }
    return try LoadedModel(
      checkpoint: found.url, registry: workplace.registry, context: try workplace.context())
  }

  /// Models of one descriptor's name with at most two of the settings that tell them apart.
  private static func telling(_ subjects: [Subject]) -> [Subject] {
    subjects.map { subject in
      let own = subject.trained.descriptor
      let others = subjects.map(\.trained.descriptor).filter { $0.name == own.name }
      let paths = others.flatMap { diff(own.settings, $0.settings).map(\.path) }
      var seen: Set<String> = []
      let chosen = paths.filter { seen.insert($0).inserted }.prefix(2)
      let values = own.settings.valuesByPath
      var subject = subject
      subject.setting = chosen.map { ", \($0) \(values[$0] ?? "none")" }.joined()
      return subject
    }
  }
}

/// The options of commands that draw attention.
enum AttentionOptions {
  static let pair = Option.value(
    "pair", .text, as: "text",
    help: "a second sentence, read with the first and behind what separates two texts")
  static let layer = Option.value(
    "layer", .integer(1...1000), help: "draw one head only: its layer, counted from 1")
  static let head = Option.value(
    "head", .integer(1...1000), help: "draw one head only: its number, counted from 1")
  static let steps = Option.value(
    "steps", .text, as: "N,…", help: "training steps to draw in a figure, such as 0,1500,3000; 0: untrained")

  /// The head to draw; nil: all of them.
  ///
  /// - Throws: `UsageError` when only half of it is given.
  static func head(_ arguments: ParsedArguments) throws -> (layer: Int, head: Int)? {
    switch (arguments.integer("layer"), arguments.integer("head")) {
    case (let layer?, let head?): return (layer, head)
    case (nil, nil): return nil
    default: throw UsageError("--layer and --head name one head together, such as --layer 3 --head 1")
    }
  }

  /// The steps to draw.
  ///
  /// - Throws: `UsageError` for what is no list of steps.
  static func steps(_ arguments: ParsedArguments) throws -> [Int] {
    guard let list = arguments.option("steps") else { return [] }
    return try list.split(separator: ",", omittingEmptySubsequences: false).map { word in
      guard let step = Int(word.trimmingCharacters(in: .whitespaces)), step >= 0 else {
        throw UsageError(
          "--steps \(list): \"\(word)\" is not a step; write whole numbers, such as 0,1500,3000")
      }
      return step
    }
  }
}
