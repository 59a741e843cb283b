/// Training cannot begin or go on.
public struct TrainerError: Error, Equatable, CustomStringConvertible {
  /// The place: a setting, a file or a run.
  public let place: String
  /// What is wrong there.
  public let reason: String
  /// What to do about it.
  public let mend: String

  /// An error that names the place, the reason and the mend.
  public init(place: String, reason: String, mend: String) {
    self.place = place
    self.reason = reason
    self.mend = mend
  }

  public var description: String { "\(place): \(reason); \(mend)" }
}
