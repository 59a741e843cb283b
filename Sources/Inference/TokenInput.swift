import Foundation
import Settings
import Text
import Transformer
import Zoo

/// Tokens by their ids, as a file gives them: what a program that compares models wants to have computed.
///
///     {"ids": [[5, 17, 2], [8, 3, 0]], "lengths": [3, 2], "segments": null, "labels": [[-100, 17, -100], [8, 3, -100]]}
public struct TokenInput: Codable, Sendable, Equatable {
  /// Token ids, `[batch][time]`.
  public var ids: [[Int32]]
  /// How many tokens of each sequence are no padding, `[batch]`; nil: all.
  public var lengths: [Int]?
  /// The segment of each token, `[batch][time]`; nil: all in the first.
  public var segments: [[Int32]]?
  /// What is to be predicted, `[batch][time]`; −100 is not counted. For a model that predicts the next token, the label
  /// of a token is the token itself: the program shifts them.
  public var labels: [[Int32]]?

  /// The label of a token that is not counted.
  static let uncounted: Int32 = -100

  /// Tokens of one or several sequences of one length.
  ///
  /// - Parameters:
  ///   - ids: `[batch][time]`.
  ///   - lengths: how many tokens of each sequence are no padding, `[batch]`; nil: all.
  ///   - segments: `[batch][time]`; nil: all in the first.
  ///   - labels: `[batch][time]`; nil: nothing is to be predicted.
  public init(
    ids: [[Int32]], lengths: [Int]? = nil, segments: [[Int32]]? = nil, labels: [[Int32]]? = nil
  ) {
    (self.ids, self.lengths, self.segments, self.labels) = (ids, lengths, segments, labels)
  }

  /// Reads a file of JSON.
  ///
  /// - Throws: `InferenceError` that names the file and what is wrong.
  public static func read(_ path: String) throws -> TokenInput {
    let bytes: [UInt8]
    do { bytes = try InputFile.bytes(path) } catch { throw InferenceError("\(error)") }
    let place = InputFile.place(path)
    do {
      let known = CodingKeys.allCases.map(\.rawValue)
      let keys = try JSONDecoder().decode(Keys.self, from: Data(bytes)).names
      if let key = keys.first(where: { !known.contains($0) }) {
        let nearest = nearestName(to: key, among: known).map { "; did you mean \"\($0)\"?" } ?? ""
        throw InferenceError(
          "\(place): unknown key \"\(key)\"; keys: \(known.joined(separator: ", "))\(nearest)")
      }
      return try JSONDecoder().decode(TokenInput.self, from: Data(bytes))
    } catch is DecodingError {
      if JSONDepth.isExceeded(by: bytes) { throw InferenceError("\(place): \(JSONDepth.reason)") }
      throw InferenceError(
        "\(place): is not {\"ids\": [[…]], \"lengths\": […] or null, \"segments\": [[…]] or null}; "
          + "ids, lengths and segments are whole numbers")
    }
  }

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case ids, lengths, segments, labels
  }

  /// The keys of an object, in alphabetical order.
  private struct Keys: Decodable {
    let names: [String]

    init(from decoder: any Decoder) throws {
      names = try decoder.container(keyedBy: Name.self).allKeys.map(\.stringValue).sorted()
    }

    private struct Name: CodingKey {
      let stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }
  }

  /// The tokens as a model reads them.
  ///
  /// - Throws: `InferenceError` for sequences of different lengths, ids beyond the vocabulary, and lists of another shape
  ///   than the ids.
  func batch(_ model: LoadedModel) throws -> TokenBatch {
    let time = ids.first?.count ?? 0
    func fault(_ reason: String) -> InferenceError { InferenceError("input: \(reason)") }
    guard time > 0 else { throw fault("there are no ids; give a token or more for each sequence") }
    guard ids.allSatisfy({ $0.count == time }) else {
      throw fault("ids are \(ids.map(\.count)) tokens long; fill the shorter ones up and give their lengths")
    }
    guard time <= model.descriptor.context else {
      throw fault(
        "ids are \(time) tokens long, \(model.descriptor.name) reads at most \(model.descriptor.context)")
    }
    let vocabulary = model.model.dimensions.vocabulary
    if let place = Self.place(in: ids, where: { $0 < 0 || $0 >= vocabulary }) {
      throw fault("ids\(place.shown): \(place.value) is not one of 0 to \(vocabulary - 1)")
    }
    try expectCounted(model.imported?.uncountedToken, model.descriptor.name)
    for (name, rows) in [("segments", segments), ("labels", labels)] {
      guard let rows, rows.map(\.count) != ids.map(\.count) else { continue }
      throw fault("\(name) have the shape \(rows.map(\.count)), the ids \(ids.map(\.count))")
    }
    if let known = EmbeddingSettings.segmentCount(of: model.descriptor.settings),
      let place = Self.place(in: segments ?? [], where: { $0 < 0 || $0 >= known })
    {
      throw fault(
        "segments\(place.shown): \(place.value) is not known to \(model.descriptor.name), which "
          + (known > 1 ? "has segments 0 to \(known - 1)" : "has no segments; leave them out"))
    }
    if let lengths, lengths.count != ids.count || lengths.contains(where: { $0 < 1 || $0 > time }) {
      throw fault("lengths are \(lengths); expected \(ids.count) numbers from 1 to \(time)")
    }
    if let place = Self.place(
      in: labels ?? [], where: { $0 != Self.uncounted && ($0 < 0 || $0 >= vocabulary) })
    {
      throw fault("labels\(place.shown): \(place.value) is neither −100 nor one of 0 to \(vocabulary - 1)")
    }
    return TokenBatch(
      ids: Array(ids.joined()), batch: ids.count, time: time, segments: segments.map { Array($0.joined()) },
      lengths: lengths)
  }

  /// The first value of some lists for which something holds, and where it stands, as `[2][5]`.
  private static func place(in rows: [[Int32]], where isWrong: (Int32) -> Bool) -> (
    shown: String, value: Int32
  )? {
    for (row, values) in rows.enumerated() {
      if let column = values.firstIndex(where: isWrong) { return ("[\(row)][\(column)]", values[column]) }
    }
    return nil
  }

  /// Checks that a token which positions are not counted for stands only behind the lengths.
  ///
  /// - Throws: `InferenceError` that says where it is, and the lengths where it fills the ends of sequences.
  func expectCounted(_ token: Int32?, _ name: String) throws {
    guard let token else { return }
    let lengths = lengths ?? ids.map(\.count)
    guard lengths.count == ids.count else { return }
    for (row, (ids, length)) in zip(ids, lengths).enumerated() {
      guard let place = ids.prefix(length).firstIndex(of: token) else { continue }
      let own = zip(self.ids, lengths).map { ids, length in
        ids.prefix(length).lastIndex { $0 != token }.map { $0 + 1 } ?? 0
      }
      let fills = zip(self.ids, own).allSatisfy { $0.prefix($1).allSatisfy { $0 != token } && $1 > 0 }
      throw InferenceError(
        "input: id \(token), at place \(place) of sequence \(row), is the padding of \(name), which its positions leave out; "
          + (fills
            ? "give \"lengths\": \(own)"
            : "leave it out, or put it behind the others and give their \"lengths\""))
    }
  }

  /// The flat positions that are predicted from, with their targets.
  ///
  /// - Throws: `InferenceError` where nothing is counted.
  func targets(_ predicts: Prediction) throws -> (positions: [Int32], targets: [Int32]) {
    guard let labels else {
      throw InferenceError(
        "input: there are no labels; add \"labels\", in the shape of the ids, −100 for what is not counted")
    }
    let shift = predicts == .next ? 1 : 0
    var (positions, targets): ([Int32], [Int32]) = ([], [])
    for (row, labels) in labels.enumerated() {
      for (time, label) in labels.enumerated() where label != Self.uncounted && time >= shift {
        positions.append(Int32(row * labels.count + time - shift))
        targets.append(label)
      }
    }
    guard !positions.isEmpty else {
      throw InferenceError("input: no label is counted; give labels that are not −100")
    }
    return (positions, targets)
  }
}
