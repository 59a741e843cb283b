import Foundation
import Text

/// Two sentences that differ in one thing, of which one is right.
///
/// - Source: the file form: Warstadt et al., "BLiMP: the benchmark of linguistic minimal pairs", 2020.
public struct MinimalPair: Sendable, Equatable {
  /// The right sentence.
  public let good: String
  /// The wrong one.
  public let bad: String
  /// What the pair is about, such as `anaphor_gender_agreement`.
  public let paradigm: String
  /// The field of that, such as `morphology`; `""` where the file names none.
  public let field: String

  /// Reads files in BLiMP's form: an object a line with `sentence_good` and `sentence_bad`, and where known
  /// `UID` and `field`. A file's own name stands in for a missing `UID`.
  ///
  /// - Throws: `TextError` that names the file and the line.
  public static func read(_ paths: [String]) throws -> [MinimalPair] {
    try paths.flatMap(read)
  }

  private static func read(_ path: String) throws -> [MinimalPair] {
    guard let content = try? String(contentsOf: URL(fileURLWithPath: path), encoding: .utf8) else {
      throw TextError(
        place: path, reason: "the file cannot be read as UTF-8 text", mend: "name a file of minimal pairs")
    }
    let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    let lines = content.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let pairs = try lines.enumerated().compactMap { index, line -> MinimalPair? in
      guard line.contains(where: { !$0.isWhitespace }) else { return nil }
      guard let row = try? JSONDecoder().decode(Row.self, from: Data(line.utf8)) else {
        throw TextError(
          place: "\(path):\(index + 1)", reason: "the line is no object with sentence_good and sentence_bad",
          mend: "write one such object a line, as BLiMP's files do")
      }
      return MinimalPair(
        good: row.good, bad: row.bad, paradigm: row.paradigm ?? name, field: row.field ?? "")
    }
    guard !pairs.isEmpty else {
      throw TextError(place: path, reason: "the file holds no pairs", mend: "name a file of minimal pairs")
    }
    return pairs
  }

  /// A line.
  private struct Row: Decodable {
    let good: String
    let bad: String
    let paradigm: String?
    let field: String?

    enum CodingKeys: String, CodingKey {
      case good = "sentence_good"
      case bad = "sentence_bad"
      case paradigm = "UID"
      case field
    }
  }
}
