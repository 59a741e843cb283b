/// The version of the program.
public enum ProgramVersion {
  /// What `--version` prints and what a run records.
  public static let current = "0.1.0"
}
