import Foundation
import TestSupport
import Testing
import Wording

@Suite struct ShellCommandTests {
  static let words = [
    "plain", "runs/gpt-1", "a b", "", "it's", "\"double\"", "$HOME", "`id`", "a;b", "a|b", "a&b", "*?[x]",
    "~", "#x", "!x",
    "=ls", "a=b", "back\\slash", "line\nfeed", "tab\t", "\u{1B}[31mred", "ünï", "e\u{301}'", "\u{202E}x'\\",
    "--out=a b",
    "(x)", "{a,b}", "<x>", "CR\r\n",
  ]

  /// What a shell makes of a quoted word is the word.
  @Test(arguments: ["bash", "sh"]) func aShellReadsEveryWordBack(_ shell: String) throws {
    // Debian's sh has no $'…'; the words without control characters must work in it, too.
    let words = shell == "bash" ? Self.words : Self.words.filter { !ShellCommand.quoted($0).hasPrefix("$") }
    #expect(words.count > 20)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/\(shell)")
    process.arguments = ["-c", "printf '%s\\0' " + words.map(ShellCommand.quoted).joined(separator: " ")]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let read = String(decoding: data, as: UTF8.self).components(separatedBy: "\0").dropLast()
    #expect(Array(read) == words)
  }

  @Test func nothingThatIsQuotedBreaksTheLineOrSteersTheTerminal() {
    for word in Self.words {
      let quoted = ShellCommand.quoted(word)
      #expect(!quoted.unicodeScalars.contains { $0.value < 32 || $0.value == 127 || $0 == "\u{202E}" })
    }
    #expect(ShellCommand.quoted("runs/gpt-1") == "runs/gpt-1")
    #expect(ShellCommand.quoted("a b") == "'a b'")
  }

  @Test func aCommandIsRepeatedWithoutItsPlaceToWrite() {
    func typed(_ words: String...) -> [String] {
      ShellCommand.typed(without: ["out"], arguments: words).words
    }
    #expect(typed("compare", "a", "--out", "x y", "--steps", "3") == ["compare", "a", "--steps", "3"])
    #expect(typed("compare", "--out=x", "a") == ["compare", "a"])
    #expect(typed("fill", "r", "--", "--out", "x") == ["fill", "r", "--", "--out", "x"])
    #expect(typed("compare", "--outer", "x") == ["compare", "--outer", "x"])
  }

  @Test func countsHaveTheirNoun() {
    #expect(Format.counted(1, "step") == "1 step" && Format.counted(1500, "step") == "1,500 steps")
    #expect(
      Format.counted(0, "entry", "entries") == "0 entries"
        && Format.counted(1, "entry", "entries") == "1 entry")
  }
}
