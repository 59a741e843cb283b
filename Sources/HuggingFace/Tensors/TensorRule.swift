import Transformer

/// How a parameter of ours and tensors of the hub hold the same values, in both directions.
///
/// `#` in a name stands for the number of a layer.
public struct TensorRule: Sendable {
  /// The name of the parameter.
  let ours: String
  /// The names of the tensors: one, or one for each part of the parameter's layout, in its order.
  let theirs: [String]
  /// The changes from theirs to ours, first to last, for each of `theirs`; one entry serves all.
  let steps: [[Arrangement]]

  init(_ ours: String, _ theirs: [String], _ steps: [[Arrangement]] = [[]]) {
    (self.ours, self.theirs, self.steps) = (ours, theirs, steps)
  }

  /// A weight and a bias under two paths.
  static func linear(_ ours: String, _ theirs: String..., steps: [Arrangement] = []) -> [TensorRule] {
    [
      TensorRule(ours + ".weight", theirs.map { $0 + ".weight" }, [steps]),
      TensorRule(ours + ".bias", theirs.map { $0 + ".bias" }, [steps.filter { $0 != .transposed }]),
    ]
  }

  /// The rule for one layer.
  func layer(_ number: Int) -> TensorRule {
    func named(_ name: String) -> String {
      name.split(separator: "#", omittingEmptySubsequences: false).joined(separator: "\(number)")
    }
    return TensorRule(named(ours), theirs.map(named), steps)
  }

  /// What is done to the tensor of that index.
  func steps(_ index: Int) -> [Arrangement] { steps.count == 1 ? steps[0] : steps[index] }
}
