import Foundation
import Text
import Wording

/// Texts of which one is right, to be told by which is the more probable one: a minimal pair, or a question with answers.
///
/// - Source: pairs: Warstadt et al., "BLiMP: the benchmark of linguistic minimal pairs", 2020; answers given a question:
///   Brown et al., "Language models are few-shot learners", 2020.
public struct ScoredItem: Sendable, Equatable {
  /// What is given before every alternative, and not scored; `""` for none.
  public var context = ""
  /// The alternatives, two or more.
  public var alternatives: [String]
  /// The place of the right one.
  public var correct: Int
  /// What the item is about, such as `anaphor_gender_agreement`.
  public var paradigm: String
  /// The field of that; `""` where the file names none.
  public var field = ""
  /// Where it is, `file:line`, for errors; `""` for an item of no file.
  public internal(set) var place = ""

  /// An item of no file.
  public init(
    context: String = "", alternatives: [String], correct: Int, paradigm: String, field: String = ""
  ) {
    precondition(alternatives.indices.contains(correct), "the right alternative is none of them")
    (self.context, self.alternatives, self.correct) = (context, alternatives, correct)
    (self.paradigm, self.field) = (paradigm, field)
  }

  /// A minimal pair.
  public init(_ pair: MinimalPair) {
    self.init(
      alternatives: [pair.good, pair.bad], correct: 0, paradigm: pair.paradigm, field: pair.field)
    place = pair.place
  }

  /// Reads files of an object a line: BLiMP's `sentence_good` and `sentence_bad`, or `alternatives` with the place of the
  /// right one in `correct`, counted from 0; with `context` (or `question`) before each, and where known `UID` and
  /// `field`. A file's own name replaces a missing `UID`. Lines that are blank are left out; `-` is standard input.
  ///
  /// - Parameters:
  ///   - paths: files of items.
  ///   - limit: lines that are read at most, in all files together; blank ones do not count.
  ///   - skip: is handed each error of a line that is no item and throws it, or returns to leave the line out.
  /// - Throws: `TextError` for a file that cannot be read or has no lines; what `skip` throws.
  public static func read(
    _ paths: [String], limit: Int = .max, skip: (TextError) throws -> Void = { throw $0 }
  ) throws -> [ScoredItem] {
    var left = limit
    return try paths.flatMap { path in
      let all = try TextLines.read(path).filter { !$0.isBlank }
      let lines = all.prefix(left)
      left -= lines.count
      let items = try lines.compactMap { line in
        do { return try item(line, of: path) } catch let error as TextError {
          try skip(error)
          return nil
        }
      }
      guard !all.isEmpty else {
        throw TextError(
          place: path, reason: "the file holds no pairs", suggestion: "name a file of minimal pairs")
      }
      return items
    }
  }

  private static func item(_ line: TextLine, of path: String) throws -> ScoredItem {
    func fault(_ reason: String, _ suggestion: String) -> TextError {
      TextError(place: line.place, reason: reason, suggestion: suggestion)
    }
    if JSONDepth.isExceeded(by: line.text.utf8) {
      throw fault(JSONDepth.reason, "write the line with fewer levels, or remove it")
    }
    let pair = (try? JSONDecoder().decode(Row.self, from: Data(line.text.utf8))) ?? Row()
    let alternatives = pair.alternatives ?? [pair.good, pair.bad].compactMap { $0 }
    guard pair.alternatives != nil || alternatives.count == 2 else {
      throw fault(
        "the line is not an object with sentence_good and sentence_bad, nor one with alternatives and correct",
        "write one such object per line, as in the files of BLiMP")
    }
    try line.expectObject()
    let correct = pair.alternatives == nil ? 0 : pair.correct ?? -1
    guard alternatives.count > 1, alternatives.indices.contains(correct) else {
      throw fault(
        "\(Format.counted(alternatives.count, "alternative")) with correct \(pair.correct.map(String.init) ?? "missing")",
        "give two or more, and the place of the right one, counted from 0")
    }
    if let place = alternatives.firstIndex(where: { TextLine($0, place: line.place).isBlank }) {
      let names = ["sentence_good", "sentence_bad"]
      let name = pair.alternatives == nil ? names[place] : "alternatives[\(place)]"
      throw fault("\(name) is empty", "write a sentence there, or remove the line")
    }
    var item = ScoredItem(
      context: pair.context ?? pair.question ?? "", alternatives: alternatives, correct: correct,
      paradigm: pair.paradigm ?? URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent,
      field: pair.field ?? "")
    item.place = line.place
    return item
  }

  /// A line.
  private struct Row: Decodable {
    var good: String?
    var bad: String?
    var alternatives: [String]?
    var correct: Int?
    var context: String?
    var question: String?
    var paradigm: String?
    var field: String?

    enum CodingKeys: String, CodingKey {
      case good = "sentence_good"
      case bad = "sentence_bad"
      case alternatives, correct, context, question
      case paradigm = "UID"
      case field
    }
  }
}
