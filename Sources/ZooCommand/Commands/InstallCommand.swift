import CommandLineKit
import Foundation
import Wording

extension Command {
  /// `zoo install`: the program in a folder of its own, without the checkout.
  ///
  /// - Parameter program: whose completions are written.
  static func install(completing program: @escaping @Sendable () -> Program) -> Command {
    Command(
      name: "install", summary: "install the program, its presets and shell completions below a folder",
      discussion: """
        The folder gets bin/zoo, the Swift runtime (lib/zoo), models, suites and recipes (share/zoo) and completions \
        for bash, zsh and fish. It may be moved as a whole, and needs neither the checkout nor Swift, but the system's \
        libraries of OpenBLAS, OpenSSL, zlib and Zstandard. The program is for processors with the instructions of the one \
        that it was built on; others refuse to start it. Plugins are built in the checkout (zoo plugin build) and load \
        in the installed program as long as both are of one build.
        """,
      examples: [
        Example("zoo install ~/.local", "~/.local/bin/zoo, to be called from any folder")
      ],
      positionals: [Positional("prefix", .text, help: "the folder; bin, lib and share are made in it")]
    ) { arguments in
      let path = arguments.positional("prefix") ?? ""
      guard !path.isEmpty else {
        throw UsageError("install: <prefix> is empty; name a folder, such as ~/.local")
      }
      let installation = Installation(prefix: path)
      try installation.write(completing: program())
      let console = arguments.console
      console.line("installed \(ShellCommand.quoted(installation.program.path))")
      let folder = installation.program.deletingLastPathComponent().path
      let isFound = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
        URL(fileURLWithPath: String($0)).standardizedFileURL.path == folder
      }
      if !isFound {
        console.line("to call it by its name: export PATH=\(ShellCommand.quoted(folder)):\"$PATH\"")
      }
    }
  }
}
