import Foundation
import Inference
import Settings
import Statistics
import SyntheticCorpus
import Text
import Training
import Zoo

/// What every attention head of a model does and is worth, before and after training; and which heads of decoders that
/// are asked with an encoder look like those of the encoder.
///
/// - Source: see ``HeadMeasures``, ``HeadAblation`` and ``HeadMatching``.
public struct HeadsEvaluation: JointEvaluation {
  static let windows = Key.optionalInteger(
    "windows", 2...1_000_000,
    help: "held-out windows for measuring importance; null: fewer for more heads and longer contexts")
  static let shown = Key.optionalText(
    "text", help: "the sentence of the pictures; null: a held-out sentence that all models read")

  private let windows: Int?
  private let shown: String?

  /// An evaluation.
  ///
  /// - Parameters:
  ///   - windows: held-out windows that importance is measured on; nil: fewer for more heads and longer contexts.
  ///   - shown: the sentence of the pictures; nil: a held-out sentence that all models read.
  public init(windows: Int? = nil, shown: String? = nil) {
    self.windows = windows
    self.shown = shown
  }

  /// The heads of one model.
  public struct Result: Codable, Sendable {
    /// Sentences that measures are means over.
    var sentences: Int
    /// Agreement items among them.
    var items: Int
    /// Held-out windows that importance is measured on.
    var windows: Int
    /// What tells the model apart from those that were asked with it; nil where it was asked alone.
    var identity: String?
    /// The model's heads.
    var model: HeadResults.Model
    /// Of an encoder, its heads matched to those of decoders.
    var partners: [Partner]
  }

  /// The heads of an encoder beside those of a decoder.
  struct Partner: Codable, Sendable {
    /// ``Result/identity`` of the decoder.
    var decoder: String
    /// What is alike. Models are named by their place among those that were asked together.
    var match: HeadResults.Match
  }

  /// Measures the heads of a model.
  ///
  /// - Throws: `InferenceError` for a model without attention or without a run, where the held-out text has no lines that
  ///   all models read, and where the text of the pictures is longer than the model reads; `MemoryError`; `TextError` for a text that is too short for a window.
  public func measure(_ subject: EvaluationSubject) throws -> Result {
    try measure(subject, at: 0, among: [])
  }

  package func measure(_ subject: EvaluationSubject, at index: Int, among models: [JointModel]) throws
    -> Result
  {
    let run = try subject.expectRun()
    try subject.model.expectAttention()
    if let shown, !subject.model.fits(shown) {
      throw InferenceError(
        "the text of the setting text is longer than \(subject.model.descriptor.name) reads: "
          + "\(subject.model.descriptor.context) tokens")
    }
    let items = GeneratedCorpus.of(subject.text)?.items ?? []
    let shown = shown ?? ShownSentence.choose(subject.text, subject.readers)
    guard let questions = HeadQuestions(subject.text, subject.readers, items: items, shown: shown) else {
      throw InferenceError("\(subject.text.shownName) has no held-out lines of six tokens to read")
    }
    let recipe = try Recipe.resolve(
      try Node.parse(run.recipe, file: "recipe"), title: subject.model.descriptor.name,
      in: run.registry.catalog)
    let found = try questions.measure(
      try HeadAtlas.Subject(
        arm: index, subject.model, recipe: recipe, step: run.step,
        windows: windows ?? HeadAtlas.Subject.frozenWindows(EvaluationSubject.Reader(subject.model)),
        folder: run.folder.map { RunFolder($0) }, source: subject.text, registry: run.registry,
        untrained: run.untrained), progress: subject.progress)
    return Result(
      sentences: questions.sentences.count, items: found.items, windows: found.windows,
      identity: models.indices.contains(index) ? models[index].identity : nil, model: found.model,
      partners: try partners(of: found.maps, at: index, among: models, questions))
  }

  /// The heads of an encoder beside those of every decoder that cuts the sentences into the same tokens, of the first
  /// pairs of all. Maps are compared place by place, so that both models are needed at once.
  private func partners(
    of own: HeadMaps, at index: Int, among models: [JointModel], _ questions: HeadQuestions
  ) throws -> [Partner] {
    guard own.isEncoder, models.indices.contains(index) else { return [] }
    let contents = models.map { questions.content($0.model.tokenizer) }
    func decoders(_ encoder: Int) -> [Int] {
      models.indices.filter { !models[$0].model.model.mask.seesFuture && contents[$0] == contents[encoder] }
    }
    let before = models.indices.prefix(index).filter { models[$0].model.model.mask.seesFuture }
      .reduce(0) { $0 + decoders($1).count }
    return try decoders(index).prefix(max(0, HeadAtlas.maxMatches - before)).compactMap { other in
      let decoder = models[other]
      return try own.match(
        with: try questions.maps(arm: other, decoder.model, untrained: decoder.untrained)
      ).map { Partner(decoder: decoder.identity, match: $0) }
    }
  }

  /// The loss on all windows with all heads, and without each; the sentences are few beside them.
  public func cost(_ reader: EvaluationSubject.Reader) -> Double? {
    let windows = windows ?? HeadAtlas.Subject.frozenWindows(reader)
    return Double((reader.heads + 1) * windows * reader.context)
  }

  /// How many heads the model needs, and how many have each role after training.
  public func figures(of result: Result) -> [EvaluationFigure] {
    guard let heads = result.model.states.last?.heads, !heads.isEmpty else { return [] }
    func figure(_ name: String, _ isCounted: (HeadResults.Head) -> Bool) -> EvaluationFigure {
      EvaluationFigure(name, Double(heads.count(where: isCounted)), unit: "heads", count: heads.count)
    }
    let measured = heads.contains { $0.importance != nil }
    return (measured ? [figure(Self.needed) { ($0.importance?.interval?.low ?? 0) > 0 }] : [])
      + HeadRole.allCases.map { role in figure("role: \(role.rawValue)") { $0.role == role } }
  }

  /// The name of the figure that counts heads without which the loss is higher.
  static let needed = "heads without which the loss rises"
}

/// The sentence that pictures of attention show.
package enum ShownSentence {
  /// The first sentence that all models read, of the embedded grammar where the text is that; nil where there is none.
  package static func choose(_ text: TextSource, _ readers: [EvaluationSubject.Reader]) -> String? {
    candidates(text, readers).first { line in readers.allSatisfy { $0.reads(line) } }
  }

  /// The sentence that `choose` gives and another one, which an imported encoder reads as a pair; nil where there are no
  /// two that all models read together.
  package static func choosePair(_ text: TextSource, _ readers: [LoadedModel]) -> (
    first: String, second: String
  )? {
    let all = readers.map { EvaluationSubject.Reader($0) }
    guard let first = choose(text, all) else { return nil }
    return candidates(text, all).first { line in
      line != first
        && readers.allSatisfy { model in
          (try? model.input(first, pair: line)).map { $0.ids.count <= model.descriptor.context } ?? false
        }
    }.map { (first, $0) }
  }

  private static func candidates(_ text: TextSource, _ readers: [EvaluationSubject.Reader]) -> [String] {
    let items = GeneratedCorpus.of(text)?.items.prefix(8).map {
      $0.left + " " + $0.correct + $0.right.trimmingCharacters(in: .newlines)
    }
    let lines = readers.flatMap { reader in
      HeldOutLines.tokens(text, reader.tokenizer, context: reader.context).map {
        reader.tokenizer.decode($0)
      }
    }
    return (items ?? []) + lines
  }
}
