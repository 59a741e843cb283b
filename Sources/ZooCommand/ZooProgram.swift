import CommandLineKit
import Foundation
import Settings
import Zoo

/// The program `zoo`: its commands and how it ends.
public enum ZooProgram {
  /// Commands that work with models, under their headings.
  private static let work: [(title: String, commands: [Command])] = [
    ("Inspect before training", [.list, .describe]),
    ("Train or import", [.compare, .train, .ablate, .importModel]),
    (
      "Use trained models",
      [
        .eval, .generate, .fill, .embed, .tokens, .logits, .pairs, .score, .surprisal, .attention, .heads,
        .probe,
        .finetune, .classify,
        .report,
        .figure,
      ]
    ),
    ("Monitor and profile", [.runs, .profile]), ("Publish", [.exportModel]),
  ]

  private static var sections: [(title: String, commands: [Command])] {
    let withPlugins = work.map { section in
      (title: section.title, commands: section.commands.map { $0.adding([PluginOptions.plugin]) })
    }
    return withPlugins + [(title: "Extend and install", commands: [.plugin, .install { program }])]
  }

  /// Every command under its heading, in the order of `zoo --help`.
  public static let program = program(with: [])

  private static func program(with commands: [Command]) -> Program {
    let own = commands.map { $0.adding([PluginOptions.plugin]) }
    return Program(
      name: "zoo", summary: "train, inspect and compare encoder and decoder transformers",
      version: ProgramVersion.current,
      sections: sections + (own.isEmpty ? [] : [(title: "More", commands: own)]),
      // A descriptor or a recipe is what the user wrote.
      isWrongUse: { $0 is SettingsError },
      unknownFlag: { command, flag, value in
        command.option("set") == nil ? nil : SettingSearch.hint(flag: flag, value: value)
      }, strayArgument: StrayFile.hint)
  }

  /// Runs the process's own arguments and ends the process: 0 for success, 1 for a failure at work, 2 for
  /// wrong use.
  ///
  /// A program of one's own has the whole zoo, and its own parts and commands beside it:
  ///
  ///     ZooProgram.main(registering: { try MyPlugin.register(in: &$0) }, commands: [myCommand])
  ///
  /// - Parameters:
  ///   - change: registers parts, as a plugin does. It is called whenever a registry is made.
  ///   - commands: further commands, which take `--plugin` as well. Their names differ from those of `zoo --help`.
  public static func main(
    registering change: (@Sendable (inout Registry) throws -> Void)? = nil, commands: [Command] = []
  ) -> Never {
    if let change { PluginOptions.register(by: change) }
    let taken = Set(program.commands.map(\.name))
    for command in commands where taken.contains(command.name) {
      preconditionFailure("there is a command \"\(command.name)\" already; give yours another name")
    }
    StandardStreams.openMissing()
    // What is printed to be typed again begins as this command did; the launcher has said so itself.
    if ZooHome.installed != nil { setenv("ZOO_PROGRAM", CommandLine.arguments.first ?? "zoo", 0) }
    program(with: commands).main()
  }

  /// What a command of one's own works with: everything that was built in or registered by `main`, and the plugins that
  /// `--plugin` and `ZOO_PLUGIN_PATH` name.
  ///
  /// - Throws: `PluginError` for a plugin that cannot be loaded; what registers may throw.
  public static func registry(_ arguments: ParsedArguments) throws -> Registry {
    try PluginOptions.registry(arguments)
  }
}
