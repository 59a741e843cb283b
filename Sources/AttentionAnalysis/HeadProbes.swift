import Inference
import SyntheticCorpus
import Tensors
import Text
import Training
import Zoo

/// Random tokens, each of them once, and then the same again.
public struct RepeatedTokens: Sendable, Equatable {
  /// What the model reads: a start token, where it has one, and two copies.
  public let ids: [Int32]
  /// Tokens of one copy.
  public let period: Int

  /// The places of the second copy.
  public var secondCopy: Range<Int> { ids.count - period..<ids.count }

  /// Copies of several lengths, so that a head that only looks so and so far back gives itself away.
  ///
  /// - Parameters:
  ///   - room: tokens that the model reads at most.
  ///   - vocabulary: the tokens, of which the ordinary ones are drawn.
  ///   - startsWithToken: whether the vocabulary's start token stands first.
  /// - Returns: none where not even four different tokens fit twice.
  public static func draw(room: Int, vocabulary: Vocabulary, startsWithToken: Bool, seed: UInt64)
    -> [RepeatedTokens]
  {
    let special = vocabulary.special
    let start = startsWithToken ? special[.start].map { [$0] } ?? [] : []
    let ordinary = vocabulary.ordinaryCount
    let longest = min(24, (room - start.count) / 2, ordinary)
    guard longest >= 4 else { return [] }
    let periods = Set([longest, (longest * 3 + 3) / 4, (longest + 1) / 2]).sorted()
    return (periods + periods).enumerated().map { index, period in
      let key = RandomStream(seed: seed).key("repeated tokens", step: index)
      let tokens = shuffledPlaces(count: period, of: ordinary, key: key).map(special.ordinaryID)
      return RepeatedTokens(ids: start + tokens + tokens, period: period)
    }
  }
}

/// Where in a sequence a verb, its subject and the nouns between them stand.
public struct AgreementPlaces: Sendable, Equatable {
  /// What the model reads.
  public let ids: [Int32]
  /// The places that look.
  public let queries: Range<Int>
  /// The tokens of the subject noun.
  public let subject: Range<Int>
  /// The tokens of each noun of the other number between subject and verb.
  public let attractors: [Range<Int>]
}

extension AgreementPlaces {
  /// The places of a verb item as a model reads it.
  ///
  /// - Returns: nil when the sentence is longer than the context.
  init?(_ item: VerbItem, _ model: LoadedModel) {
    let words = item.left.split(separator: " ").map(String.init)
    var ids = model.frame.before
    let places = words.enumerated().map { index, word -> Range<Int> in
      let start = ids.count
      ids += model.tokenizer.encode((index == 0 ? "" : " ") + word)
      return start..<ids.count
    }
    let verb = ids.count
    ids += model.tokenizer.encode(" " + item.correct)
    queries = verb..<ids.count
    ids += model.tokenizer.encode(item.right) + model.frame.after
    let subjectPlace = words.count - 1 - item.distance
    guard ids.count <= model.descriptor.context, places.indices.contains(subjectPlace) else { return nil }
    self.ids = ids
    subject = places[subjectPlace]
    let others = Set(item.attractors.filter { $0.number != item.number }.map(\.form))
    attractors = places.indices.filter { $0 > subjectPlace && others.contains(words[$0]) }.map { places[$0] }
  }

  /// The same sentence where the form is chosen: at the place before the verb for a model that predicts the
  /// next token; where a masked verb is predicted for one that predicts masked ones: at its own place or the one
  /// before it.
  func choosing(_ model: LoadedModel) throws -> AgreementPlaces {
    guard model.predicts == .hidden else {
      let place = max(0, queries.lowerBound - 1)
      return AgreementPlaces(ids: ids, queries: place..<place + 1, subject: subject, attractors: attractors)
    }
    let mask = try model.maskToken(for: "the place where a verb is chosen")
    var masked = ids
    for place in queries { masked[place] = mask }
    let earlier = model.predictionOffset
    return AgreementPlaces(
      ids: masked, queries: queries.lowerBound - earlier..<queries.upperBound - earlier, subject: subject,
      attractors: attractors)
  }
}

/// Sentences that every model of an atlas reads: lines of held-out text, several of each length.
public enum AtlasSentences {
  /// Most sentences.
  static let most = 60
  /// Sentences of one length: their maps can be compared with each other's, place by place.
  static let ofOneLength = 10
  /// Longest sentence, in tokens; longer lines are cut.
  static let longest = 48
  /// Bytes at the beginning of the held-out text among which the lines are sought.
  private static let searched = 120_000

  /// Lines of a text, the most frequent lengths first, in the order of the text.
  ///
  /// - Parameters:
  ///   - tokenizer: decides which lines have one length.
  ///   - room: tokens of content that every model reads at a time.
  public static func choose(_ source: TextSource, _ tokenizer: any Tokenizer, room: Int) -> [String] {
    let lines = source.withHeldOut { text in
      // Lines that are not empty, with the ends that the model knows them by; the last one may be cut.
      TextLines.withEnds(UnsafeBufferPointer(rebasing: text.prefix(searched)))
        .filter { $0 != "\n" && $0 != "\r\n" }.dropLast()
    }
    var known: Set<String> = []
    let different = lines.filter { known.insert($0).inserted }
    let lengths = Dictionary(grouping: different) { tokens($0, tokenizer, room: room).count }
    let frequent = lengths.filter { $0.key >= 6 }.sorted {
      ($1.value.count, $0.key) < ($0.value.count, $1.key)
    }
    let chosen = Set(frequent.flatMap { $0.value.prefix(ofOneLength) }.prefix(most))
    return different.filter(chosen.contains)
  }

  /// The tokens of a sentence, cut to what all models read.
  static func tokens(_ sentence: String, _ tokenizer: any Tokenizer, room: Int) -> [Int32] {
    Array(tokenizer.encode(sentence).prefix(min(room, longest)))
  }
}

extension Tokenizer {
  /// Whether a token separates rather than says something: spaces, punctuation, line ends, frame tokens.
  func isDelimiter(_ id: Int32) -> Bool {
    if special.contains(id) { return id != special[.mask] && id != special[.unknown] }
    func says(_ byte: UInt8) -> Bool {
      byte >= 0x80 || Character(Unicode.Scalar(byte)).isLetter || Character(Unicode.Scalar(byte)).isNumber
    }
    let bytes = bytes(of: id)
    return !bytes.isEmpty && !bytes.contains(where: says)
  }
}
