import Foundation
import Settings
import Wording

/// Loads plugins into the running program.
package enum PluginHost {
  /// The ending of a plugin's file.
  package static let suffix = ".so"
  /// The variable that names folders of plugins, with colons between.
  package static let pathVariable = "ZOO_PLUGIN_PATH"

  /// The plugins in the folders that `ZOO_PLUGIN_PATH` names, in the order of the folders and of their names.
  package static func files(environment: [String: String] = ProcessInfo.processInfo.environment) -> [String] {
    (environment[pathVariable] ?? "").split(separator: ":").flatMap { folder in
      let url = URL(fileURLWithPath: String(folder))
      return ZooHome.names(in: url, suffix: suffix).map { url.appendingPathComponent($0 + suffix).path }
    }
  }

  /// Loads a plugin and lets it register.
  ///
  /// - Throws: `PluginError`; the registry is as it was then.
  package static func load(_ path: String, into registry: inout Registry) throws {
    let note = try PluginNote(of: path)
    let folder =
      path.contains("/") ? URL(fileURLWithPath: path).deletingLastPathComponent().shownPath : "."
    let again = "build it again with: \(ShellCommand("plugin", "build", folder))"
    guard note.program == ProgramBuild.key else {
      throw PluginError(
        place: path, reason: "it was built for another build of this program (with \(note.compiler))",
        suggestion: again)
    }
    // A path without a slash would be sought among the system's libraries.
    let absolute = URL(fileURLWithPath: path).standardizedFileURL.path
    guard let library = dlopen(absolute, RTLD_NOW | RTLD_LOCAL) else {
      throw PluginError(place: path, reason: lastError(), suggestion: again)
    }
    guard let symbol = dlsym(library, "zoo_register_\(note.name)") else {
      throw PluginError(
        place: path, reason: "it has no entry point zoo_register_\(note.name)",
        suggestion: "mark a function with @_cdecl(\"zoo_register_\(note.name)\"), as zoo plugin new writes it"
      )
    }
    typealias Register = @convention(c) (UnsafeMutableRawPointer) -> Void
    let register = unsafeBitCast(symbol, to: Register.self)
    let registration = PluginRegistration(registry)
    register(Unmanaged.passUnretained(registration).toOpaque())
    try withExtendedLifetime(registration) {
      guard registration.errors.isEmpty else {
        let reasons = registration.errors.flatMap { error in
          (error as? SettingsError)?.problems.map(\.description) ?? ["\(error)"]
        }
        throw PluginError(
          place: path, reason: reasons.joined(separator: "; "), suggestion: "the plugin is not used")
      }
      registry = registration.registry
    }
  }

  /// What the loader says, with a missing symbol in Swift's words.
  private static func lastError() -> String {
    let words = dlerror().map { String(cString: $0) } ?? "it cannot be loaded"
    guard let mark = words.range(of: "undefined symbol: ") else { return words }
    let symbol = String(words[mark.upperBound...].prefix { !$0.isWhitespace && $0 != ")" && $0 != "," })
    return "it needs \(demangled(symbol)), which this program does not have"
  }

  private static func demangled(_ symbol: String) -> String {
    typealias Demangle =
      @convention(c) (
        UnsafePointer<CChar>?, Int, UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<Int>?, UInt32
      ) -> UnsafeMutablePointer<CChar>?
    guard let pointer = dlsym(nil, "swift_demangle") else { return symbol }
    let demangle = unsafeBitCast(pointer, to: Demangle.self)
    guard let text = demangle(symbol, symbol.utf8.count, nil, nil, 0) else { return symbol }
    defer { free(text) }
    return String(cString: text)
  }
}
