import CommandLineKit
import Foundation
import Installed
import Settings
import Synchronization
import Wording
import Zoo

/// How a command is told of plugins.
enum PluginOptions {
  static let plugin = Option.value(
    "plugin", .text, as: "file",
    help: "a plugin compiled by zoo plugin build; those in the folders of ZOO_PLUGIN_PATH are always loaded",
    repeatable: true, group: "Plugins")

  /// What the program's own `main` registers.
  private static let registering = Mutex<(@Sendable (inout Registry) throws -> Void)?>(nil)

  /// Lets `change` register whenever a registry is made.
  static func register(by change: @escaping @Sendable (inout Registry) throws -> Void) {
    registering.withLock { $0 = change }
  }

  /// The registry with everything that was built in, and what the program's own `main` registers.
  ///
  /// - Throws: `PluginErrors`, and what `main` throws while it registers.
  static func builtIn() throws -> Registry {
    var registry = try Registry.standard()
    try registering.withLock { $0 }?(&registry)
    return registry
  }

  /// The registry with everything that was built in, and the plugins that were named.
  ///
  /// - Throws: `PluginError` for a plugin of the command line; one of `ZOO_PLUGIN_PATH` is left out with a warning.
  static func registry(_ arguments: ParsedArguments) throws -> Registry {
    var registry = try builtIn()
    // A file that is named twice, or by the variable and by a flag, is loaded once.
    var loaded: Set<String> = []
    func load(_ path: String) throws {
      let file = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
      guard !loaded.contains(file) else { return }
      try PluginHost.load(path, into: &registry)
      loaded.insert(file)
    }
    for path in PluginHost.files() {
      do { try load(path) } catch { arguments.console.warning("\(error); it is left out") }
    }
    guard arguments.command.option(plugin.name) != nil else { return registry }
    let named = arguments.options(plugin.name)
    for path in named { try load(path) }
    // What is printed to be typed again needs the plugins, too.
    ShellCommand.appendToAll(named.flatMap { ["--\(plugin.name)", $0] })
    return registry
  }
}
