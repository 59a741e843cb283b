import Foundation
import Synchronization

/// A command line of this program that works when it is pasted into a shell: every word is quoted where the
/// shell would read it otherwise.
public struct ShellCommand: CustomStringConvertible, Sendable {
  /// The words after the program.
  public let words: [String]

  /// What every command line of this process ends with.
  private static let common = Mutex<[String]>([])

  /// Lets every command line of this process end with some words: options that all of its commands need.
  public static func appendToAll(_ words: [String]) { common.withLock { $0 = words } }

  /// A command line: `ShellCommand("train", "--resume", path)`.
  public init(_ words: String...) { self.words = words }

  /// A command line of words.
  public init(words: [String]) { self.words = words }

  /// What was typed in this process, without the options named (and their values): a command that is repeated
  /// must not write over what the first one wrote.
  public static func typed(
    without options: Set<String> = [], arguments: [String] = Array(CommandLine.arguments.dropFirst())
  ) -> ShellCommand {
    var kept: [String] = []
    var skipsNext = false
    var isLiteral = false
    for word in arguments {
      if skipsNext {
        skipsNext = false
        continue
      }
      if !isLiteral, word.hasPrefix("--"), word.count > 2 {
        let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        if let name = parts.first, options.contains(String(name)) {
          skipsNext = parts.count == 1
          continue
        }
      }
      isLiteral = isLiteral || word == "--"
      kept.append(word)
    }
    return ShellCommand(words: kept)
  }

  /// The program as it was called: the launcher says how in `ZOO_PROGRAM`, so that a printed command works in
  /// the folder that the program was called from. Nil without the launcher.
  public static let called: String? = {
    let called = ProcessInfo.processInfo.environment["ZOO_PROGRAM"] ?? ""
    return called.isEmpty ? nil : called
  }()

  /// How the program is written in a command.
  public static var program: String { called ?? "./zoo" }

  /// The whole line, quoted.
  public var description: String {
    ([Self.program] + words + missing).map(Self.quoted).joined(separator: " ")
  }

  /// The common words, where they are not among the words already.
  private var missing: [String] {
    let common = Self.common.withLock { $0 }
    return common.isEmpty
      || zip(words.indices, words).contains(where: { words[$0.0...].starts(with: common) })
      ? [] : common
  }

  /// One word as a shell reads it back: as it is where that is safe, else in single quotes. A word with control
  /// characters, which would break the line or steer the terminal, is in `$'…'`, which bash, zsh and
  /// POSIX.1-2024 read.
  public static func quoted(_ word: String) -> String {
    if word.unicodeScalars.contains(where: isInvisible) { return escaped(word) }
    let isSafe =
      !word.isEmpty && !word.hasPrefix("=")
      && word.unicodeScalars.allSatisfy { scalar in
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
          || "_@%+=:,./-".unicodeScalars.contains(scalar)
      }
    return isSafe ? word : "'" + word.replacingOccurrences(of: "'", with: "'\\''") + "'"
  }

  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }

  private static func escaped(_ word: String) -> String {
    var result = "$'"
    for scalar in word.unicodeScalars {
      switch scalar {
      case "\\", "'": result += "\\" + String(scalar)
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      default:
        guard isInvisible(scalar) else {
          result.unicodeScalars.append(scalar)
          continue
        }
        for byte in String(scalar).utf8 {
          let octal = String(byte, radix: 8)
          result += "\\" + String(repeating: "0", count: 3 - octal.count) + octal
        }
      }
    }
    return result + "'"
  }
}
