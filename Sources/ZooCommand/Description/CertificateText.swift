import CommandLineKit
import Comparison
import Experiments

/// A certificate at a terminal: what is equal is written once, what differs for each arm; what was not
/// declared comes last, next to the prompt.
struct CertificateText {
  private let rows: [CertificateRow]
  private let arms: [String]

  init(_ rows: [CertificateRow], arms: [String]) {
    self.rows = rows
    self.arms = arms
  }

  /// Prints it in tables.
  func show(on console: Console) {
    console.heading("Equal in all models")
    var equal = Table([Table.Column(""), Table.Column("", .left)])
    for row in rows where row.standing == .equal { equal.add(row.what, row.values.first ?? "") }
    console.table(equal)
    show(rows.filter { $0.standing == .declared }, under: "Different by design", on: console)
    show(rows.filter { $0.standing == .undeclared }, under: "Different but not declared", on: console)
    console.line()
  }

  private func show(_ rows: [CertificateRow], under heading: String, on console: Console) {
    guard !rows.isEmpty else { return }
    console.heading(heading)
    let wide = columns(rows)
    // Where the arms do not fit beside each other, they are below each other.
    let fits = wide.lines().allSatisfy { displayWidth($0) <= max(console.width, Self.readableWidth) }
    console.table(fits ? wide : groups(rows))
  }

  /// What may be printed where there is no terminal, or a narrow one.
  private static let readableWidth = 100

  /// A column for each arm.
  private func columns(_ rows: [CertificateRow]) -> Table {
    var table = Table([Table.Column("")] + arms.map { Table.Column($0, .left) })
    for row in rows { table.add([row.what] + row.values) }
    return table
  }

  /// A line for each value, with the arms that have it.
  private func groups(_ rows: [CertificateRow]) -> Table {
    var table = Table([Table.Column(""), Table.Column("", .left), Table.Column("", .left)])
    for row in rows {
      for (number, group) in groups(row).enumerated() {
        table.add(number == 0 ? row.what : "", group.arms, group.value)
      }
    }
    return table
  }

  /// The values of a row, each once, in the order of the arms; what three or more have in common, and more
  /// than have any other, comes last.
  private func groups(_ row: CertificateRow) -> [(arms: String, value: String)] {
    var found: [(arms: [String], value: String)] = []
    for (arm, value) in zip(arms, row.values) {
      if let known = found.firstIndex(where: { $0.value == value }) {
        found[known].arms.append(arm)
      } else {
        found.append(([arm], value))
      }
    }
    let most = found.map(\.arms.count).max() ?? 0
    let others = found.firstIndex { $0.arms.count == most && most > 2 }.map { found.remove(at: $0) }
    return found.map { ($0.arms.joined(separator: ", "), $0.value) }
      + (others.map { [("all others", $0.value)] } ?? [])
  }
}
