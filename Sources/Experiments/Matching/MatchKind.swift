/// What the later arms of a comparison can be made equal to the first in, in the order in which it is done:
/// windows and widths change what a step costs, and so come before the number of steps.
public enum MatchKind: String, Codable, Sendable, CaseIterable {
  /// How many tokens each layer lets a position see, by the windows of attention.
  case receptiveField = "receptive-field"
  /// Trained values, by the width of the feed-forward.
  case parameters
  /// FLOPs of the whole training, by the number of steps: the model under comparison stays as it is.
  case flops
  /// Predictions trained on over the whole training, by the number of steps: the task stays as it is, which
  /// with another masking rate would be another task.
  case supervised
}

/// What matching did to one arm: kept with the experiment, and shown in its certificate.
public struct MatchedArm: Codable, Sendable, Equatable {
  /// What was made equal.
  public let kind: MatchKind
  /// The arm that was changed, by name.
  public let arm: String
  /// What was changed, such as `feed-forward width 384 → 402`; empty where nothing had to be.
  public let changes: [String]
  /// The first arm's measure.
  public let wanted: String
  /// The arm's own measure after the change.
  public let reached: String
  /// What stays unequal whatever is changed; nil where nothing does.
  public let remains: String?

  /// What matching did.
  init(
    _ kind: MatchKind, _ arm: String, changes: [String], wanted: String, reached: String,
    remains: String? = nil
  ) {
    self.kind = kind
    self.arm = arm
    self.changes = changes
    self.wanted = wanted
    self.reached = reached
    self.remains = remains
  }

  /// The change in words.
  var summary: String {
    let change = changes.isEmpty ? "nothing to change" : changes.joined(separator: ", ")
    return change + ": " + reached + (remains.map { "; " + $0 } ?? "")
  }
}
