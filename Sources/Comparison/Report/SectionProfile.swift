import Foundation
import Reporting

/// Where the time and the memory went.
enum SectionProfile {
  /// Rows of a profile that are shown at once; the rest is folded away.
  private static let shownRows = 12

  /// The section, or nil without a profile.
  static func section(_ data: ReportData) -> ReportSection? {
    guard !data.profile.isEmpty else { return nil }
    let parts = data.profile.map { profile -> Markup in
      "\(summary(data, profile))\(time(data, profile))"
    }
    return ReportSection(
      id: "profile", short: "Time", title: "Time and memory",
      lead: """
        Self time is the time in an operation itself; total time includes the operations that it calls. FLOPs are counted \
        at each matrix product.
        """,
      body: "\(parts)")
  }

  private static func summary(_ data: ReportData, _ profile: ReportData.ArmProfile) -> Markup {
    let total = profile.memory.reduce(0.0) { $0 + Double(max(0, $1.bytes)) }
    var facts: [String] = []
    if let rate = profile.tokensPerSecond { facts.append("\(Number.compact(rate)) tokens per second") }
    if let share = profile.gemmPeakShare {
      facts.append("matrix products at \(Number.percent(share, 0)) of the fastest seen on this machine")
    }
    if total > 0 { facts.append("peak memory \(Number.bytes(Int(total)))") }
    var memory: Markup = ""
    if total > 0 {
      let segments = profile.memory.enumerated().map { index, part -> Markup in
        let width = Double(max(0, part.bytes)) / total * 100
        return "<span class='c\(index % ChartMark.count)' style='width:\(px: width)%'></span>"
      }
      let legend = profile.memory.enumerated().map { index, part -> Markup in
        """
        <li><span class='key c\(index % ChartMark.count)'></span>\(part.kind) \(Number.bytes(part.bytes)) \
        (\(Number.percent(Double(part.bytes) / total, 0)))</li>
        """
      }
      memory = """
        <div class='stack' aria-hidden='true'>\(segments)</div>
        <ul class='legend' aria-label='Peak memory by kind'>\(legend)</ul>
        """
    }
    return """
      <div class='panel stacked' style='margin-top:18px;\
      margin-bottom:18px'><h3>\(data.label(profile.arm))</h3>
      <p class='unit'>\(facts.joined(separator: " · "))</p>\(memory)</div>

      """
  }

  private static func time(_ data: ReportData, _ profile: ReportData.ArmProfile) -> Markup {
    guard !profile.rows.isEmpty else { return "" }
    let name = data.name(profile.arm)
    let colour = data.colour(profile.arm)
    let first = table("Time by primitive, \(name)", Array(profile.rows.prefix(shownRows)), colour)
    let rest = Array(profile.rows.dropFirst(shownRows))
    guard !rest.isEmpty else { return first }
    return """
      \(first)<details><summary>\(rest.count) more primitives of \(name)</summary>\
      \(table("Time by primitive, \(name), the rest", rest, colour))</details>

      """
  }

  private static func table(_ caption: String, _ rows: [ReportData.ProfileRow], _ colour: Int) -> Markup {
    let cells = rows.map { row -> [Markup] in
      let average = row.calls > 0 ? row.totalSeconds / Double(row.calls) : 0
      let width = min(max(row.selfShare.isFinite ? row.selfShare : 0, 0), 1) * 100
      return [
        "<code>\(row.primitive)</code>",
        """
        <span class='share c\(ChartMark.index(colour))'><span class='track' aria-hidden='true'>\
        <span style='width:\(px: width)%'></span></span>\(Number.percent(row.selfShare))</span>
        """,
        "\(Number.duration(row.selfSeconds))", "\(Number.duration(row.totalSeconds))",
        "\(Number.duration(average))", "\(Number.grouped(row.calls))",
        "\(row.gigaflops.map(Number.short) ?? "–")", "\(row.gigabytes.map(Number.short) ?? "–")",
        "\(Number.percent(row.stepShare))",
      ]
    }
    return ReportTable(
      caption: caption,
      columns: [
        "Primitive", .number("Self %"), .number("Self"), .number("Total"), .number("Average"),
        .number("Calls"), .number("GFLOP/s"), .number("GB/s"), .number("Fraction of step"),
      ], rows: cells
    ).markup
  }
}
