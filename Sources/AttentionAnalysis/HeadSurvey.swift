import Inference
import SyntheticCorpus
import Tensors
import Text
import Training
import Zoo

/// What the heads of one architecture are asked: the same tokens before, during and after training.
struct HeadSurvey {
  /// Seed of the random tokens.
  private static let seed: UInt64 = 1

  /// Sentences as the model reads them.
  let sequences: [[Int32]]
  /// Verbs with their subjects.
  let verbs: [AgreementPlaces]
  /// Whether each token of each sentence is a delimiter.
  private let delimiters: [[Bool]]
  private let copies: [RepeatedTokens]
  /// The same sentences where the form is chosen.
  private let choices: [AgreementPlaces]
  /// Whether choices are other texts, with the verb masked.
  private let masksVerbs: Bool

  /// The questions for models like `model`.
  ///
  /// - Parameters:
  ///   - sentences: at least one; longer ones than `room` are cut.
  ///   - room: tokens of content that every model of the atlas reads at a time.
  init(_ model: LoadedModel, sentences: [String], items: [VerbItem], room: Int) throws {
    let tokenizer = model.tokenizer
    sequences = sentences.map { model.input(AtlasSentences.tokens($0, tokenizer, room: room)) }
    delimiters = sequences.map { $0.map(tokenizer.isDelimiter) }
    copies = RepeatedTokens.draw(
      room: model.descriptor.context, vocabulary: tokenizer.vocabulary,
      startsWithToken: model.startsWithToken, seed: Self.seed)
    let verbs = items.compactMap { AgreementPlaces($0, model) }
    self.verbs = verbs
    choices = try verbs.map { try $0.choosing(model) }
    masksVerbs = model.predicts == .hidden
  }

  /// What the heads of a model do.
  ///
  /// - Returns: the heads, layer by layer, without importance; and the maps of the sentences.
  /// - Throws: `MemoryError`; `ShapeError` when a model with other layers answers.
  func heads(of model: LoadedModel) throws -> (heads: [HeadResults.Head], text: ModelAttention) {
    let text = try ModelAttention(model, sequences)
    let random = copies.isEmpty ? nil : try ModelAttention(model, copies.map(\.ids))
    let agreeing = verbs.isEmpty ? nil : try ModelAttention(model, verbs.map(\.ids))
    let choosing = masksVerbs && !verbs.isEmpty ? try ModelAttention(model, choices.map(\.ids)) : agreeing
    func measures(_ maps: (ModelAttention) throws -> [HeadMap]) throws -> HeadMeasures {
      var result = HeadMeasures()
      result.addText(try maps(text), delimiters: delimiters)
      if let random { result.addInduction(try maps(random), copies) }
      if let agreeing { result.verb = HeadMeasures.agreement(try maps(agreeing), verbs) }
      if let choosing { result.choice = HeadMeasures.agreement(try maps(choosing), choices) }
      return result
    }
    var uniform: [Int: HeadMeasures] = [:]
    let heads = try text.places.map { place in
      let even = try uniform[place.layer] ?? measures { $0.uniform(layer: place.layer) }
      uniform[place.layer] = even
      let found = try measures { try $0.maps(place) }
      return HeadResults.Head(
        place: place, role: HeadRole.of(found, uniform: even), measures: found, uniform: even,
        importance: nil)
    }
    return (heads, text)
  }
}
