import CommandLineKit
import Foundation
import Inference
import Text
import Wording

/// A text that a command was given, and where it is.
struct TextItem {
  let text: String
  /// `file:line`, or which of the command line's texts it is.
  let place: String

  /// Further texts, a line each, and how the file of these is divided.
  static let lines: [Option] = [
    .value(
      "lines", .text, as: "file",
      help: "read more texts from a file, one per line, or per row of JSONL, CSV or TSV; - is standard input"),
    .value(
      "format", .choice(DataFormat.allCases.map(\.rawValue)),
      help: "how the file is divided into texts; default: by its name"),
    field,
  ]
  /// The field of the text.
  static let field = Option.value(
    "field", .text, as: "name", help: "field (JSONL) or column (CSV, TSV) that holds the text; default: text")

  /// How many of the items are used.
  static let limit = Option.value(
    "limit", .integer(1...Int.max), as: "n",
    help: "use only the first n items, for instance to estimate the time for all")

  /// The items that `--limit` leaves.
  static func limited<Item>(_ items: [Item], _ arguments: ParsedArguments) -> [Item] {
    Array(items.prefix(arguments.integer("limit") ?? items.count))
  }

  /// The texts of the command line and those of `--lines`: every line is one, a blank one too.
  ///
  /// - Parameter skipped: counts lines that cannot be read.
  /// - Throws: `UsageError` when there is none; `TextError` for a file that cannot be read.
  static func read(_ arguments: ParsedArguments, _ skipped: SkippedItems) throws -> [TextItem] {
    for name in ["field", "format"] where arguments.isGiven(name) && !arguments.isGiven("lines") {
      throw UsageError("--\(name) needs --lines: it says how that file is divided into texts")
    }
    let typed = arguments.positionals("text")
    for text in typed where FileManager.default.fileExists(atPath: text) {
      arguments.console.warning(
        "\(text) is taken as a text; the lines of a file of that name are read by --lines "
          + ShellCommand.quoted(text))
    }
    var items = typed.enumerated().map { index, text in
      TextItem(text: text, place: typed.count == 1 ? "the text" : "text \(index + 1)")
    }
    if let path = arguments.option("lines") {
      let reading = DataReading(
        format: arguments.option("format").flatMap { DataFormat(rawValue: $0) } ?? .auto,
        field: arguments.option("field") ?? DataReading.defaultField)
      items += try TextLines.documents(path, reading) { try skipped.skip(unread: $0) }
        .map { TextItem(text: $0.text, place: $0.place) }
      guard !items.isEmpty else { throw UsageError("\(path) has no lines; name another file with --lines") }
    }
    guard !items.isEmpty else {
      throw UsageError("no text was given; write one after the run, or name a file with --lines")
    }
    skipped.isAdvised = items.count > 1
    return limited(items, arguments)
  }
}

/// Items that cannot be used: the first one ends the command, or all are left out and counted.
final class SkippedItems {
  /// The flag of every command that reads items.
  static let option = Option.flag(
    "skip-bad",
    help: "skip items that cannot be used and print their number, instead of stopping at the first")
  /// Items that a warning names.
  private static let maxNamed = 3

  private let isAllowed: Bool
  /// Whether an error names the flag: not where there is one item, which nothing is left without.
  var isAdvised = true
  private var reasons: [String] = []
  /// How many of them are of lines that were no items yet.
  private var unread = 0

  init(_ arguments: ParsedArguments) { isAllowed = arguments.flag("skip-bad") }

  /// Leaves an item out.
  ///
  /// - Parameter remedy: what else the command could do with such an item, in words; nil: nothing.
  /// - Throws: what is wrong with it, where nothing may be left out.
  func skip(_ error: any Error & CustomStringConvertible, remedy: String? = nil) throws {
    guard isAllowed else {
      let advice = [remedy, isAdvised ? "--skip-bad leaves such items out" : nil].compactMap { $0 }
      throw UnusableItem(description: (["\(error)"] + advice).joined(separator: "; "))
    }
    reasons.append("\(error)")
  }

  /// Leaves a line out that cannot be read, and so is none of the items.
  ///
  /// - Throws: as `skip`.
  func skip(unread error: TextError) throws {
    try skip(error)
    unread += 1
  }

  /// Whether an item is kept: it is when nothing is wrong with it.
  ///
  /// - Throws: as `skip`.
  func keeps(_ error: (any Error & CustomStringConvertible)?) throws -> Bool {
    if let error { try skip(error) }
    return error == nil
  }

  /// Why each item cannot be used; nil for those that can.
  ///
  /// - Throws: as `skip`; an error when no item is left.
  func refusals(_ items: [TextItem], _ refusal: (String) -> String?) throws -> [String?] {
    let refusals = items.map { refusal($0.text) }
    for (item, reason) in zip(items, refusals) {
      if let reason { try skip(InferenceError("\(item.place): \(reason)")) }
    }
    try expectSome(of: items.count)
    return refusals
  }

  /// Refuses to continue with nothing.
  ///
  /// - Parameter count: items that there were.
  func expectSome(of count: Int) throws {
    guard reasons.count - unread >= count, let first = reasons.dropFirst(unread).first else { return }
    throw UnusableItem(description: "none of the \(count) items can be used; the first: \(first)")
  }

  /// Says how many were left out, with the first of them.
  ///
  /// - Parameter count: items that there were.
  func report(of count: Int, on console: Console) {
    guard !reasons.isEmpty else { return }
    let more = reasons.count - Self.maxNamed
    console.warning(
      ([
        "\(Format.count(reasons.count)) of \(Format.counted(count + unread, "item")) \(reasons.count == 1 ? "was" : "were") left out"
      ]
        + reasons.prefix(Self.maxNamed) + (more > 0 ? ["and \(Format.count(more)) more"] : []))
        .joined(separator: "\n  "))
  }
}

/// An item that cannot be used, and how to continue.
private struct UnusableItem: Error, CustomStringConvertible {
  let description: String
}
