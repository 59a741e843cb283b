import AttentionAnalysis
import CInstalled
import Evaluation
import HuggingFace
import Settings
import Training
import Zoo

extension Registry {
  /// The registry with the core's components and every plugin that was built in.
  ///
  /// - Throws: `PluginErrors` with all that plugins were refused, and `SettingsError` when the core's own
  ///   components clash.
  public static func standard() throws -> Registry {
    var core = Registry()
    try core.addZoo()
    try core.addTraining()
    try core.addEvaluation()
    try core.addHuggingFace()
    try core.addAttentionAnalysis()
    let registration = PluginRegistration(core)
    zoo_register_installed(Unmanaged.passUnretained(registration).toOpaque())
    return try withExtendedLifetime(registration) {
      guard registration.errors.isEmpty else { throw PluginErrors(errors: registration.errors) }
      return registration.registry
    }
  }
}

/// What plugins were refused while they registered.
public struct PluginErrors: Error, CustomStringConvertible {
  /// The errors, in the order of the plugins.
  public let errors: [any Error]

  public var description: String { errors.map { "\($0)" }.joined(separator: "\n") }
}
