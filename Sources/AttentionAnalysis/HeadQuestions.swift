import Foundation
import Inference
import SyntheticCorpus
import Tensors
import Text
import Training
import Transformer
import Zoo

/// What the heads of some models are asked: the same sentences, verbs and picture for all.
struct HeadQuestions {
  /// Held-out lines, at least one.
  let sentences: [String]
  private let items: [VerbItem]
  private let shown: String?
  private let room: Int

  /// What one model showed.
  struct Measured {
    /// What is reported of it.
    let model: HeadResults.Model
    /// Its maps of the sentences, trained and before training.
    let maps: HeadMaps
    /// Agreement items that it could read.
    let items: Int
    /// Windows that importance was measured on.
    let windows: Int
  }

  /// The questions for models, at least one; nil where the held-out text has no lines to read.
  ///
  /// - Parameters:
  ///   - readers: the models; the first one's tokenizer decides which lines have one length.
  ///   - items: choices between verb forms; empty where the text has none.
  ///   - shown: the sentence of the pictures; nil: the first of those that are read.
  init?(
    _ source: TextSource, _ readers: [EvaluationSubject.Reader], items: [VerbItem], shown: String?
  ) {
    let room = readers.map(\.room).min() ?? 0
    self.room = room
    sentences = readers.first.map { AtlasSentences.choose(source, $0.tokenizer, room: room) } ?? []
    guard let first = sentences.first else { return nil }
    self.items = Array(items.prefix(HeadAtlas.maxItems))
    self.shown = shown ?? first.trimmingCharacters(in: .newlines)
  }

  /// The tokens of the sentences as a model with that tokenizer reads them.
  func content(_ tokenizer: any Tokenizer) -> [[Int32]] {
    sentences.map { AtlasSentences.tokens($0, tokenizer, room: room) }
  }

  /// Measures the heads of a model, before, during and after training.
  ///
  /// - Parameter progress: told how many heads' importance is known, which takes most of the time.
  /// - Throws: `InferenceError`, `MemoryError`; what making the model before training throws.
  func measure(_ subject: HeadAtlas.Subject, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in })
    throws -> Measured
  {
    let survey = try HeadSurvey(subject.trained, sentences: sentences, items: items, room: room)
    var states: [HeadResults.State] = []
    var unread: [String] = []
    var first: ModelAttention?
    for earlier in subject.earlier {
      let model: LoadedModel
      do {
        model = try earlier.load()
      } catch  where earlier.step > 0 {
        // A damaged checkpoint costs its column, not the atlas; the model before training is made, not read.
        unread.append("\(error)")
        continue
      }
      let found = try survey.heads(of: model)
      if states.isEmpty, earlier.step == 0 { first = found.text }
      states.append(
        HeadResults.State(
          step: earlier.step, heads: found.heads,
          picture: try picture(subject.arm, earlier.step == 0 ? .untrained : .duringTraining, model)))
    }
    var (heads, text) = try survey.heads(of: subject.trained)
    try addImportance(to: &heads, subject, paths: text.paths, progress: progress)
    states.append(
      HeadResults.State(
        step: subject.step, heads: heads, picture: try picture(subject.arm, .trained, subject.trained)))
    return Measured(
      model: HeadResults.Model(
        arm: subject.arm, unit: subject.unit, states: states,
        rollout: try rollout(subject.arm, subject.trained), unread: unread),
      maps: HeadMaps(arm: subject.arm, model: subject.trained, trained: text, untrained: first),
      items: survey.verbs.count, windows: subject.examples.reduce(0) { $0 + $1.tokens.batch })
  }

  /// The maps of a model alone, for matching.
  ///
  /// - Throws: `InferenceError`, `MemoryError`; what making the model before training throws.
  func maps(arm: Int, _ model: LoadedModel, untrained: () throws -> LoadedModel) throws -> HeadMaps {
    let sequences = content(model.tokenizer).map { model.input($0) }
    return HeadMaps(
      arm: arm, model: model, trained: try ModelAttention(model, sequences),
      untrained: try ModelAttention(try untrained(), sequences))
  }

  private func addImportance(
    to heads: inout [HeadResults.Head], _ subject: HeadAtlas.Subject, paths: [String],
    progress: (_ done: Int, _ total: Int) -> Void
  ) throws {
    guard !subject.examples.isEmpty else { return }
    let ablation = try HeadAblation(subject.trained, subject.examples)
    for index in heads.indices {
      progress(index, heads.count)
      let place = heads[index].place
      heads[index].importance = try ablation.importance(
        path: paths[place.layer], head: place.head, of: heads.count { $0.place.layer == place.layer })
    }
  }

  private func picture(_ arm: Int, _ state: AttentionPicture.State, _ model: LoadedModel) throws
    -> AttentionPicture?
  {
    guard let shown, model.fits(shown) else { return nil }
    let picture = AttentionPicture(arm: arm, state: state, maps: try model.attention(shown))
    return picture.codes.count <= HeadAtlas.maxPictureBytes ? picture : nil
  }

  private func rollout(_ arm: Int, _ model: LoadedModel) throws -> AttentionPicture? {
    guard let shown, model.fits(shown) else { return nil }
    let maps = try model.attention(shown)
    let layers = try AttentionRollout.upToEveryLayer(maps.layers, time: maps.tokens.count)
    return AttentionPicture(
      arm: arm, state: .trained, tokens: maps.tokens, probabilities: layers.map { [$0.map(Float.init)] })
  }
}

/// What the heads of a model showed on the sentences.
struct HeadMaps {
  let arm: Int
  let model: LoadedModel
  let trained: ModelAttention
  let untrained: ModelAttention?

  var isEncoder: Bool { model.model.mask.seesFuture }
  /// Places before the first token of text.
  private var start: Int { model.frame.before.count }
  var content: [[Int32]] {
    trained.sequences.map { Array($0.dropFirst(start).dropLast(model.frame.after.count)) }
  }

  /// The keys that each place of a text may see, counted without a start token.
  private func half(_ time: Int) -> [Range<Int>] {
    (0..<time).map { query in
      let seen = model.model.mask.visible(query: query + start, time: time + start)
      return max(0, seen.lowerBound - start)..<max(0, seen.upperBound - start)
    }
  }

  /// The heads of this encoder beside those of a decoder that cuts the sentences into the same tokens; nil where no two
  /// sentences have one length.
  func match(with decoder: HeadMaps) throws -> HeadResults.Match? {
    let half = content.map { text in
      zip(decoder.half(text.count), self.half(text.count)).map { $0.clamped(to: $1) }
    }
    func side(_ attention: ModelAttention, _ model: HeadMaps) throws -> HeadMatching.Side {
      try HeadMatching.Side(attention, start: model.start, half: half)
    }
    return try HeadMatching(encoder: try side(trained, self), decoder: try side(decoder.trained, decoder))
      .result(
        encoder: arm, decoder: decoder.arm,
        untrained: try decoder.untrained.map { try side($0, decoder) })
  }
}
