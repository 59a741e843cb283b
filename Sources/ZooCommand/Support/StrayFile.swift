import CommandLineKit
import Foundation
import Settings
import Wording

/// A text file in place of a model or a run, or where a command takes nothing: it belongs behind an
/// option.
enum StrayFile {
  /// What an argument stands for that a command has no place for; nil where that is not known.
  static func hint(_ command: Command, _ word: String) -> String? {
    if let option = option(command), isFile(word) {
      return "a file of text is named with --\(option) \(ShellCommand.quoted(word))"
    }
    guard let option = ["prompt", "text"].first(where: { command.option($0) != nil }) else { return nil }
    return "a text is given with --\(option) \(ShellCommand.quoted(word))"
  }

  /// Refuses files of text among the models and runs of a command line.
  ///
  /// - Throws: `UsageError` that names the option.
  static func refuse(_ arguments: ParsedArguments) throws {
    guard let option = option(arguments.command) else { return }
    for name in ["run", "model"] where arguments.command.positionals.contains(where: { $0.name == name }) {
      for word in arguments.positionals(name) where isFile(word) && !isOfModel(word) {
        throw UsageError(
          "\(arguments.command.name): \(word) is neither a model nor a run; the name of a descriptor ends in .json5, and a "
            + "file of text is named with --\(option) \(ShellCommand.quoted(word))")
      }
    }
  }

  /// The option of a command that takes files of text.
  private static func option(_ command: Command) -> String? {
    ["data", "lines"].first { command.option($0) != nil }
  }

  private static func isFile(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
  }

  /// Whether a file is a descriptor or a checkpoint, whose header begins at byte 8.
  private static func isOfModel(_ path: String) -> Bool {
    if path.hasSuffix(".json5") || path.hasSuffix(".safetensors") { return true }
    guard let file = FileHandle(forReadingAtPath: path) else { return true }
    let start = (try? file.read(upToCount: 9)) ?? Data()
    return start.count == 9 && start.last == UInt8(ascii: "{") && start[7] == 0
  }
}
