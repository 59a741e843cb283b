import Foundation
import Tensors
import Text
import Training
import Zoo

/// Finds for every encoder head the decoder head that looks most alike on the same sentences, each decoder
/// head being taken once.
///
/// Heads of all layers may be matched: nothing makes two models do one thing at one depth. Two heads are as
/// alike as their rows are on average, 1 − the Jensen–Shannon divergence in bits, after both maps are cut to
/// the decoder's half. The null distribution gives the decoder other sentences of the same length and matches
/// again: what is alike then, too, is a habit about positions, not about this text.
struct HeadMatching {
  /// Heads of one model on all sentences.
  struct Side {
    let places: [ModelAttention.Place]
    /// `[heads][sentences]`
    let maps: [[CutMap]]
  }

  /// Most shuffles of the sentences.
  static let maxShuffles = 100
  /// Probabilities that all shuffles together may compare: some seconds.
  private static let budget = 3e8

  private let encoder: Side
  private let decoder: Side
  /// Sentences of one length, several in each class.
  private let classes: [[Int]]

  init(encoder: Side, decoder: Side) {
    self.encoder = encoder
    self.decoder = decoder
    let lengths = encoder.maps.first?.map(\.time) ?? []
    classes = Dictionary(grouping: lengths.indices) { lengths[$0] }.sorted { $0.key < $1.key }.map(\.value)
      .filter { $0.count > 1 }
  }

  /// The matches with their null distribution; nil where no two sentences have one length.
  ///
  /// - Parameter untrained: the decoder before training.
  func result(encoder encoderArm: Int, decoder decoderArm: Int, untrained: Side?) throws
    -> HeadResults.Match?
  {
    guard !classes.isEmpty, !encoder.maps.isEmpty, !decoder.maps.isEmpty else { return nil }
    let observed = try Self.matched(encoder, decoder, classes.flatMap { $0.map { ($0, $0) } })
    let null = try (0..<shuffles).map { try Self.matched(encoder, decoder, shuffled($0)) }
    let before = try untrained.map { try Self.matched(encoder, $0, classes.flatMap { $0.map { ($0, $0) } }) }
    let pairs = encoder.places.indices.compactMap { index -> HeadResults.Match.Pair? in
      guard let partner = observed[index] else { return nil }
      let chance = null.compactMap { $0[index]?.similarity }
      func kept(_ maps: [CutMap]) -> Double { maps.reduce(0) { $0 + $1.kept } / Double(maps.count) }
      return HeadResults.Match.Pair(
        encoder: encoder.places[index], decoder: decoder.places[partner.index],
        similarity: partner.similarity,
        shuffled: chance.isEmpty ? nil : chance.reduce(0, +) / Double(chance.count),
        quantile: chance.isEmpty
          ? nil : Double(chance.count { $0 < partner.similarity }) / Double(chance.count),
        untrained: before?[index]?.similarity, encoderKept: kept(encoder.maps[index]),
        decoderKept: kept(decoder.maps[partner.index]))
    }
    return HeadResults.Match(
      encoder: encoderArm, decoder: decoderArm, sentences: classes.reduce(0) { $0 + $1.count },
      similarity: Self.mean(observed), shuffled: null.map(Self.mean), untrained: before.map(Self.mean),
      pairs: pairs)
  }

  /// The partner of each encoder head over pairs of sentences, encoder's and decoder's.
  static func matched(_ encoder: Side, _ decoder: Side, _ sentences: [(Int, Int)]) throws
    -> [(index: Int, similarity: Double)?]
  {
    let similarities = encoder.maps.map { left in
      decoder.maps.map { right -> Double in
        var (sum, rows) = (0.0, 0)
        for (mine, theirs) in sentences {
          let part = left[mine].rows.similarity(to: right[theirs].rows)
          sum += part.sum
          rows += part.rows
        }
        return rows == 0 ? 0 : sum / Double(rows)
      }
    }
    return try bestAssignment(similarities).enumerated().map { row, column in
      column.map { (index: $0, similarity: similarities[row][$0]) }
    }
  }

  private static func mean(_ matched: [(index: Int, similarity: Double)?]) -> Double {
    let values = matched.compactMap { $0?.similarity }
    return values.reduce(0, +) / Double(values.count)
  }

  /// Every sentence with another one of its length: each class is turned by a random number of places.
  private func shuffled(_ number: Int) -> [(Int, Int)] {
    let key = RandomStream(seed: 1).key("other sentences", step: number)
    return classes.enumerated().flatMap { index, sentences in
      let turn = 1 + shuffledPlaces(count: 1, of: sentences.count - 1, row: index, key: key)[0]
      return sentences.indices.map { (sentences[$0], sentences[($0 + turn) % sentences.count]) }
    }
  }

  /// How many shuffles there are.
  private var shuffles: Int {
    let cells = (encoder.maps.first ?? []).reduce(0.0) { $0 + Double($1.time * $1.time) }
    let one = Double(encoder.maps.count * decoder.maps.count) * cells
    return min(Self.maxShuffles, max(5, Int(Self.budget / max(1, one))))
  }
}

extension HeadMatching.Side {
  /// The heads of a model, cut to the decoder's half.
  ///
  /// - Parameters:
  ///   - start: places before the first token of text.
  ///   - half: the keys that each query may keep, `[sentences][time]`.
  init(_ attention: ModelAttention, start: Int, half: [[Range<Int>]]) throws {
    places = attention.places
    maps = try attention.places.map { place in
      try zip(try attention.maps(place), half).map { try CutMap($0, start: start, half: $1) }
    }
  }
}
