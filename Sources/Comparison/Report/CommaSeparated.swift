import Foundation

/// Tables for spreadsheets.
///
/// - Source: the format of RFC 4180, with line feeds.
enum CommaSeparated {
  /// Rows as comma-separated values, quoted where they must be.
  static func text(_ rows: [[String]]) -> String {
    rows.map { $0.map(quoted).joined(separator: ",") + "\n" }.joined()
  }

  private static func quoted(_ field: String) -> String {
    guard field.contains(where: { ",\"\n\r".contains($0) }) else { return field }
    return "\"" + field.replacingOccurrences(of: "\"", with: "\"\"") + "\""
  }
}
