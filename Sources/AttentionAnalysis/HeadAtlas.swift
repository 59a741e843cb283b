import Foundation
import Inference
import SyntheticCorpus
import Tensors
import Text
import Training
import Transformer
import Zoo

/// Measures every head of some models on the same sentences: what each does, what each is worth, and which
/// encoder head looks like which decoder head.
public struct HeadAtlas {
  /// A model with some of its past.
  public struct Subject {
    /// Index of the arm.
    public let arm: Int
    /// The trained model.
    public let trained: LoadedModel
    /// Steps that it took.
    public let step: Int
    /// Earlier states by steps taken, each made when it is asked for and released before the next.
    public let earlier: [(step: Int, load: () throws -> LoadedModel)]
    /// Held-out examples that importance is measured on; none leaves it out.
    public let examples: [Example]
    /// Unit of their loss.
    public let unit: String

    /// A model.
    public init(
      arm: Int, trained: LoadedModel, step: Int, earlier: [(step: Int, load: () throws -> LoadedModel)],
      examples: [Example], unit: String
    ) {
      self.arm = arm
      self.trained = trained
      self.step = step
      self.earlier = earlier
      self.examples = examples
      self.unit = unit
    }
  }

  /// Agreement items that are asked, half of them with each number.
  static let maxItems = 60
  /// Pairs of models whose heads are matched.
  static let maxMatches = 4
  /// Bytes that the pictures of one state may take; larger models have none.
  package static let maxPictureBytes = 60_000

  private let subjects: [Subject]
  private let sentences: [String]
  private let items: [VerbItem]
  private let shown: String?
  private let room: Int

  /// An atlas of some models, at least one.
  ///
  /// - Parameters:
  ///   - source: the text whose held-out part is read.
  ///   - items: choices between verb forms; empty where the text has none.
  ///   - shown: the sentence of the pictures; nil: the first of those that are read.
  public init(_ subjects: [Subject], source: TextSource, items: [VerbItem], shown: String?) {
    self.subjects = subjects
    let room = subjects.map { $0.trained.descriptor.context - $0.trained.input([Int32]()).count }.min() ?? 0
    let sentences =
      subjects.first.map { AtlasSentences.choose(source, $0.trained.tokenizer, room: room) } ?? []
    self.room = room
    self.sentences = sentences
    self.items = Array(items.prefix(Self.maxItems))
    self.shown = shown ?? sentences.first?.trimmingCharacters(in: .newlines)
  }

  /// The atlas; nil where the held-out text has no lines to read.
  ///
  /// - Throws: `InferenceError`, `MemoryError`; what making the model before training throws.
  public func make() throws -> HeadResults? {
    guard !sentences.isEmpty else { return nil }
    var models: [HeadResults.Model] = []
    var surveyed: [Surveyed] = []
    var asked = 0
    for subject in subjects {
      let survey = try HeadSurvey(subject.trained, sentences: sentences, items: items, room: room)
      asked = max(asked, survey.verbs.count)
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
      try addImportance(to: &heads, subject, paths: text.paths)
      states.append(
        HeadResults.State(
          step: subject.step, heads: heads, picture: try picture(subject.arm, .trained, subject.trained)))
      models.append(
        HeadResults.Model(
          arm: subject.arm, unit: subject.unit, states: states,
          rollout: try rollout(subject.arm, subject.trained), unread: unread))
      surveyed.append(Surveyed(subject: subject, trained: text, untrained: first))
    }
    return HeadResults(
      sentences: sentences.count, items: asked, windows: subjects.map { windows($0.examples) }.max() ?? 0,
      models: models, matches: try matches(surveyed))
  }

  private func windows(_ examples: [Example]) -> Int { examples.reduce(0) { $0 + $1.tokens.batch } }

  private func addImportance(to heads: inout [HeadResults.Head], _ subject: Subject, paths: [String]) throws {
    guard !subject.examples.isEmpty else { return }
    let ablation = try HeadAblation(subject.trained, subject.examples)
    for index in heads.indices {
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
    return picture.codes.count <= Self.maxPictureBytes ? picture : nil
  }

  private func rollout(_ arm: Int, _ model: LoadedModel) throws -> AttentionPicture? {
    guard let shown, model.fits(shown) else { return nil }
    let maps = try model.attention(shown)
    let layers = try AttentionRollout.upToEveryLayer(maps.layers, time: maps.tokens.count)
    return AttentionPicture(
      arm: arm, state: .trained, tokens: maps.tokens, probabilities: layers.map { [$0.map(Float.init)] })
  }
}

extension HeadAtlas {
  /// What a model showed on the sentences.
  private struct Surveyed {
    let subject: Subject
    let trained: ModelAttention
    let untrained: ModelAttention?

    var model: LoadedModel { subject.trained }
    var isEncoder: Bool { model.model.mask.seesFuture }
    /// Places before the first token of text.
    var start: Int { model.input([Int32]()).count }
    var content: [[Int32]] { trained.sequences.map { Array($0.dropFirst(start)) } }

    /// The keys that each place of a text may see, counted without a start token.
    func half(_ time: Int) -> [Range<Int>] {
      (0..<time).map { query in
        let seen = model.model.mask.visible(query: query + start, time: time + start)
        return max(0, seen.lowerBound - start)..<max(0, seen.upperBound - start)
      }
    }
  }

  /// Every encoder beside every decoder that cuts the sentences into the same tokens.
  private func matches(_ all: [Surveyed]) throws -> [HeadResults.Match] {
    let pairs = all.filter(\.isEncoder).flatMap { encoder in
      all.filter { !$0.isEncoder && $0.content == encoder.content }.map { (encoder, $0) }
    }
    return try pairs.prefix(Self.maxMatches).compactMap { encoder, decoder in
      let half = encoder.content.map { text in
        zip(decoder.half(text.count), encoder.half(text.count)).map { $0.clamped(to: $1) }
      }
      func side(_ attention: ModelAttention, _ model: Surveyed) throws -> HeadMatching.Side {
        try HeadMatching.Side(attention, start: model.start, half: half)
      }
      return try HeadMatching(
        encoder: try side(encoder.trained, encoder), decoder: try side(decoder.trained, decoder)
      ).result(
        encoder: encoder.subject.arm, decoder: decoder.subject.arm,
        untrained: try decoder.untrained.map { try side($0, decoder) })
    }
  }
}
