import Settings
import Transformer

/// All that can be chosen by name: architectures, the components that they are made of, tokenizers, and
/// the rules that combinations obey. A value; `Registry.standard()` of the module `Installed` builds one.
public struct Registry: Sendable {
  /// The components of the core and of plugins.
  public var components: Components
  /// Named rules about combinations, run on every resolved descriptor.
  public private(set) var rules: [Rule]
  private var architectures: [String: any Architecture] = [:]
  private var origins: [String: String] = [:]

  /// A registry with the components of the core and no architecture.
  ///
  /// - Throws: `SettingsError` when two components have one name.
  public init() throws {
    components = try Components.standard()
    rules = CompatibilityRules.all
  }

  /// Registers an architecture.
  ///
  /// - Throws: `SettingsError` that names both origins when the name is taken.
  public mutating func add<Plugin: Architecture>(_ architecture: Plugin) throws {
    if let known = origins[Plugin.name] {
      throw SettingsError(
        title: "architectures",
        problems: [
          Problem(
            path: "architecture", found: Plugin.name,
            reason: "registered twice, by \(known) and by \(Plugin.self)")
        ])
    }
    origins[Plugin.name] = "\(Plugin.self)"
    architectures[Plugin.name] = architecture
  }

  /// The architectures, by name.
  public var all: [(name: String, architecture: any Architecture)] {
    architectures.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// The architecture of that name, which a resolved descriptor is sure to have.
  ///
  /// - Throws: `SettingsError` with the nearest name.
  public func architecture(_ name: String) throws -> any Architecture {
    if let found = architectures[name] { return found }
    throw SettingsError(
      title: "architecture",
      problems: [
        Problem(
          path: "architecture", found: name, allowed: architectures.keys.sorted().joined(separator: ", "),
          reason: "no such architecture", nearest: nearestName(to: name, among: Array(architectures.keys)))
      ])
  }

  /// Every declaration: what `list` shows and what validation goes by.
  ///
  /// - Throws: `SettingsError` when two have one name.
  public func catalog() throws -> Catalog {
    var catalog = Catalog()
    for (_, architecture) in all { try catalog.add(architecture.declaration) }
    for declaration in components.declarations + TokenizerChoice.declarations { try catalog.add(declaration) }
    return catalog
  }
}

/// What a plugin's entry point is handed: it registers, and errors are kept for the caller.
public final class PluginRegistration {
  /// The registry so far.
  public private(set) var registry: Registry
  /// What went wrong, plugin by plugin.
  public private(set) var errors: [any Error] = []

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
