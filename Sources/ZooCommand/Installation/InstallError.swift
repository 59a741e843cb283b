/// Why the program cannot be installed.
struct InstallError: Error, CustomStringConvertible {
  /// The file or folder.
  let place: String
  /// What is wrong with it.
  let reason: String
  /// What to do about it.
  let suggestion: String

  var description: String { "\(place): \(reason); \(suggestion)" }
}
