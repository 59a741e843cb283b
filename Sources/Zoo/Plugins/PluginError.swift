import Settings

/// A plugin that cannot be built or loaded. Nothing of it is registered then.
public struct PluginError: Error, Equatable, CustomStringConvertible {
  /// The plugin's file or folder, relative to the current folder where it is below that.
  public let place: String
  /// What is wrong with it.
  public let reason: String
  /// What to do about it.
  public let suggestion: String

  /// An error that names the plugin, the reason and what to do.
  public init(place: String, reason: String, suggestion: String) {
    self.place = FilePath.shown(place)
    self.reason = reason
    self.suggestion = suggestion
  }

  public var description: String { "plugin \(place): \(reason); \(suggestion)" }
}
