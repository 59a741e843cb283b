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
  /// Where it is, `file:line`, for errors; `""` for a pair of no file.
  public private(set) var place = ""

  /// A pair of no file.
  public init(good: String, bad: String, paradigm: String, field: String) {
    (self.good, self.bad, self.paradigm, self.field) = (good, bad, paradigm, field)
  }

  /// Equal pairs say the same, wherever they stand.
  public static func == (left: MinimalPair, right: MinimalPair) -> Bool {
    (left.good, left.bad, left.paradigm, left.field) == (right.good, right.bad, right.paradigm, right.field)
  }

  /// Reads files in BLiMP's form: an object a line with `sentence_good` and `sentence_bad`, and where known
  /// `UID` and `field`. A file's own name replaces a missing `UID`. Lines that are blank are left out; `-` is
  /// standard input.
  ///
  /// - Throws: `TextError` that names the file and the line.
  public static func read(_ paths: [String]) throws -> [MinimalPair] {
    try read(paths) { throw $0 }
  }

  /// The same, with what is to happen to a line that is no pair.
  ///
  /// - Parameters:
  ///   - limit: lines that are read at most, in all files together; blank ones do not count.
  ///   - skip: is handed each such line's error and throws it, or returns to leave the line out.
  /// - Throws: `TextError` for a file that cannot be read or holds no pair; what `skip` throws.
  package static func read(
    _ paths: [String], limit: Int = .max, skip: (TextError) throws -> Void
  ) throws -> [MinimalPair] {
    try ScoredItem.read(paths, limit: limit, skip: skip).compactMap { item in
      guard item.alternatives.count == 2, item.context.isEmpty else {
        try skip(
          TextError(
            place: item.place, reason: "the line is not an object with sentence_good and sentence_bad alone",
            suggestion: "write one such object per line, as in the files of BLiMP"))
        return nil
      }
      var pair = MinimalPair(
        good: item.alternatives[item.correct], bad: item.alternatives[1 - item.correct],
        paradigm: item.paradigm, field: item.field)
      pair.place = item.place
      return pair
    }
  }
}
