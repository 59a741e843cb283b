import CommandLineKit
import Settings

/// The program `zoo`: its commands and how it ends.
public enum ZooProgram {
  /// Commands that work with models, under their headings.
  private static let work: [(title: String, commands: [Command])] = [
    ("Look before training", [.list, .describe]),
    ("Train", [.compare, .train, .ablate]),
    (
      "Use what was trained",
      [.eval, .generate, .fill, .embed, .pairs, .score, .attention, .heads, .probe, .finetune, .figure]
    ),
    ("Keep an eye on it", [.runs, .profile]),
  ]

  private static var sections: [(title: String, commands: [Command])] {
    let withPlugins = work.map { section in
      (title: section.title, commands: section.commands.map { $0.adding([PluginOptions.plugin]) })
    }
    return withPlugins + [(title: "Extend", commands: [.plugin])]
  }

  /// Every command under its heading, in the order of `zoo --help`.
  public static let program = Program(
    name: "zoo", summary: "train, take apart and compare transformers, encoder and decoder, by name",
    version: ProgramVersion.current,
    sections: sections,
    // A descriptor or a recipe is what the user wrote.
    isWrongUse: { $0 is SettingsError },
    unknownFlag: { command, flag, value in
      command.option("set") == nil ? nil : SettingSearch.hint(flag: flag, value: value)
    })

  /// Runs the process's own arguments and ends the process: 0 for success, 1 for a failure at work, 2 for
  /// wrong use.
  public static func main() -> Never {
    StandardStreams.openMissing()
    program.main()
  }
}
