import CommandLineKit
import Comparison
import Experiments
import Settings

/// The path through several settings, one change at a time: `mask=causal,prefix,bidirectional`.
///
/// It starts with the first value of every setting, turns the first setting to its end, then the second, and so on:
/// each step differs from the one before in one value.
struct AxisWalk {
  /// A setting and its values in order.
  struct Axis {
    let path: String
    let values: [String]

    /// Reads `path=value,value,…`; a comma within brackets or quotes belongs to its value.
    ///
    /// - Throws: `UsageError` for a text without two values.
    init(_ text: String) throws {
      let parts = text.split(separator: "=", maxSplits: 1)
      let values = parts.count == 2 ? Edits.parts(parts[1]) : []
      guard values.count > 1, values.allSatisfy({ !$0.isEmpty }) else {
        throw UsageError(
          "--axis \"\(text)\": an axis is a path and two or more values, such as "
            + "mask=causal,bidirectional")
      }
      path = String(parts[0])
      self.values = values
    }
  }

  /// The edits of every step, the start first; each has one value of every setting.
  let steps: [[String]]

  /// The walk along the axes.
  ///
  /// - Throws: `UsageError` for an axis that is none, and for a setting that is named twice.
  init(_ texts: [String]) throws {
    let axes = try texts.map(Axis.init)
    for (index, axis) in axes.enumerated() where axes[..<index].contains(where: { $0.path == axis.path }) {
      throw UsageError("--axis \(axis.path) is given twice; write all of its values in one")
    }
    var places = axes.map { _ in 0 }
    func edits() -> [String] { zip(axes, places).map { "\($0.path)=\($0.values[$1])" } }
    var steps = [edits()]
    for (index, axis) in axes.enumerated() {
      for place in axis.values.indices.dropFirst() {
        places[index] = place
        steps.append(edits())
      }
    }
    self.steps = steps
  }

  /// What is new in a step: its name in tables. The start is called by all of its values.
  func name(_ step: Int) -> String {
    let short = steps.indices.map { changes($0).map(Suite.shortName).joined(separator: "-") }
    // Steps that are alike in short are shown in full.
    return short.count { $0 == short[step] } > 1 ? changes(step).joined(separator: " ") : short[step]
  }

  private func changes(_ step: Int) -> [String] {
    step == 0 ? steps[0] : zip(steps[step], steps[step - 1]).filter { $0 != $1 }.map(\.0)
  }
}
