import Foundation
import Text

/// What the end of a plugin's file says of it: its name, and the program that it was built for. It is read before the
/// file is loaded, because a plugin of another build would read the core's types where they no longer are.
package struct PluginNote: Sendable, Equatable {
  /// The plugin's name, which its entry point `zoo_register_NAME` has.
  package let name: String
  /// The program that it was built for, see `ProgramBuild`.
  package let program: String
  /// The compiler that it was built with, in its own words.
  package let compiler: String
  /// The SHA-256 of the library before the note: loading a file that was cut short would end the process.
  package let fingerprint: String

  private static let magic = "transformer-zoo plugin, note 1"
  private static let maxBytes = 4096

  /// The note of a library.
  package init(name: String, program: String, compiler: String, of library: Data) {
    fingerprint = Self.fingerprint(library)
    self.name = name
    self.program = program
    self.compiler = compiler
  }

  /// The bytes that are at the end of the file: lines, and how many bytes they have.
  package var bytes: Data {
    let lines = [Self.magic, name, program, compiler, fingerprint].map { $0.replacing("\n", with: " ") }
    let text = Data((lines.joined(separator: "\n") + "\n").utf8.prefix(Self.maxBytes))
    return text + Data(String(format: "%08d", text.count).utf8)
  }

  /// The note of a plugin's file.
  ///
  /// - Throws: `PluginError` for a file that cannot be read, has no note, or is not what the note was written for.
  package init(of path: String) throws {
    func fault(_ reason: String) -> PluginError {
      PluginError(
        place: path, reason: reason,
        suggestion: "name a file that zoo plugin build wrote, such as MyPlugin/MyPlugin.so")
    }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw fault("there is no such file")
    }
    guard !isFolder.boolValue else { throw fault("it is a folder") }
    let type = (try? FileManager.default.attributesOfItem(atPath: path))?[.type] as? FileAttributeType
    guard type == .typeRegular || type == .typeSymbolicLink else { throw fault("it is not a regular file") }
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: path)) else {
      throw fault("it cannot be read")
    }
    func text(_ count: Int, before end: Int) -> String? {
      end >= count ? String(data: data[(end - count)..<end], encoding: .utf8) : nil
    }
    guard let count = text(8, before: data.count).flatMap({ Int($0) }), (1...Self.maxBytes).contains(count),
      let lines = text(count, before: data.count - 8)?.split(
        separator: "\n", omittingEmptySubsequences: false
      ).map(String.init), lines.count == 6, lines[0] == Self.magic
    else { throw fault("it is not a plugin of this program") }
    (name, program, compiler, fingerprint) = (lines[1], lines[2], lines[3], lines[4])
    guard fingerprint == Self.fingerprint(data.dropLast(count + 8)) else { throw fault("it is damaged") }
  }

  private static func fingerprint(_ library: Data) -> String {
    var hash = ContentHash()
    library.withUnsafeBytes { hash.add($0.bindMemory(to: UInt8.self)) }
    return hash.hex
  }
}
