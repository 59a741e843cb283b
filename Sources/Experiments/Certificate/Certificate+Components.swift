import Settings
import Wording

extension Certificate {
  /// The row of the settings of models that have no row of their own.
  static let components = "components"

  /// Settings that other rows are about.
  private static let ofOtherRows: Set<String> = [
    "architecture", "tokenizer", "vocabulary", "context", "mask", "head", "dropout", "objective",
  ]
  /// How many settings the row names; the report lists all of them.
  private static let shownSettings = 4

  /// What else differs between the models: norms, positions, widths and all else that a descriptor says. Models are
  /// compared because of it, so it is declared; nil where nothing else differs.
  static func components(_ plans: [ArmPlan]) -> CertificateMeasures.Line? {
    let all = plans.map(\.descriptor.settings)
    // What only one of two has follows from another difference, of a component or of the architecture.
    let differences = all.map { other in
      diff(all[0], other).filter {
        $0.left != nil && $0.right != nil && !ofOtherRows.contains(root(of: $0.path))
      }
    }
    var paths: [String] = []
    for difference in differences.joined() where !paths.contains(difference.path) {
      paths.append(difference.path)
    }
    guard !paths.isEmpty else { return nil }
    func value(_ path: String, _ arm: Int) -> String {
      let own = differences[arm].first { $0.path == path }
      let base = differences.joined().first { $0.path == path }
      return (own.map(\.right) ?? base?.left) ?? "none"
    }
    let more = paths.count - shownSettings
    return CertificateMeasures.Line(
      what: components,
      values: all.indices.map { arm in
        let shown = paths.prefix(shownSettings).map { "\($0) \(value($0, arm))" }
        return shown.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
      }, note: "settings of the models that no other row is about; the report lists all that differ")
  }

  private static func root(of path: String) -> String { String(path.prefix { $0 != "." }) }
}
