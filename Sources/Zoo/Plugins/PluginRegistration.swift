import Settings
import Text
import Tokenizers
import Transformer

extension Registry {
  /// Registers the components of the core and the tokenizers, those of imported models included.
  ///
  /// - Throws: `SettingsError` when a name is taken.
  package mutating func addZoo() throws {
    try addTransformer()
    try addText()
    try addImportedTokenizers()
    try addParameterGroups()
  }
}

/// The argument of a plugin's entry point: it collects registrations, and errors for the caller.
public final class PluginRegistration {
  /// The registry so far.
  public private(set) var registry: Registry
  /// What went wrong, plugin by plugin.
  package private(set) var errors: [any Error] = []

  /// Begins with a registry.
  public init(_ registry: Registry) { self.registry = registry }

  /// Lets `change` register; called from an entry point with the pointer that it was given.
  public static func register(
    _ registration: UnsafeMutableRawPointer, _ change: (inout Registry) throws -> Void
  ) {
    let target = Unmanaged<PluginRegistration>.fromOpaque(registration).takeUnretainedValue()
    do { try change(&target.registry) } catch { target.errors.append(error) }
  }
}
