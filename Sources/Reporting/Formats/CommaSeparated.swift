import Foundation
import Statistics

/// Tables for spreadsheets and other programs.
///
/// - Source: the format of RFC 4180, with line feeds.
package enum CommaSeparated {
  /// Rows as text, a line each.
  package static func text(_ rows: [[String]]) -> String {
    rows.map { $0.map(quoted).joined(separator: ",") + "\n" }.joined()
  }

  /// A number as a field; empty where there is none.
  package static func field(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }

  /// A number with the ends of its interval, as three fields.
  package static func fields(_ measured: Measured?) -> [String] {
    [measured?.value, measured?.interval?.low, measured?.interval?.high].map(field)
  }

  /// A field that a spreadsheet reads as text and a program reads back whole.
  ///
  /// Scalars are compared, for CR LF is one character to Swift. Text that begins as a formula does is led by an
  /// apostrophe, so that no spreadsheet runs it; a number stays a number.
  ///
  /// - Source: OWASP, "CSV Injection".
  private static func quoted(_ field: String) -> String {
    let isFormula =
      field.unicodeScalars.first.map { "=+-@\t\r".unicodeScalars.contains($0) } ?? false
      && Double(field) == nil
    let field = isFormula ? "'" + field : field
    guard field.unicodeScalars.contains(where: { ",\"\n\r".unicodeScalars.contains($0) }) else {
      return field
    }
    return "\"" + field.replacingOccurrences(of: "\"", with: "\"\"", options: .literal) + "\""
  }
}
