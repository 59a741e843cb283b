import CommandLineKit
import Comparison
import Experiments
import Settings

/// The option that says which differences are intended.
enum DeclareOptions {
  static let declare = Option.value(
    "declare", .text, as: "row",
    help: "a row of the certificate in which the models differ by design, by the name it has there",
    repeatable: true)

  /// The rows that a command line declares.
  ///
  /// - Throws: `SettingsError` with every name that is none, and the nearest that is one.
  static func rows(_ arguments: ParsedArguments) throws -> [String] {
    let rows = arguments.options(declare.name)
    let problems = Certificate.problems(with: rows.map { Node(.text($0)) }, path: "row")
    guard problems.isEmpty else { throw SettingsError(title: "--declare", problems: problems) }
    return rows
  }
}
