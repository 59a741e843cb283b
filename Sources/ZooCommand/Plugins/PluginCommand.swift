import CommandLineKit
import Foundation
import Wording
import Zoo

extension Command {
  /// `zoo plugin`: parts of one's own, without the zoo's sources.
  static let plugin = Command(
    name: "plugin", summary: "create a plugin, or build one for this program",
    discussion: """
      A plugin adds architectures, components, objectives, optimisers, schedules, tokenizers, rules or \
      evaluations. \
      zoo plugin new NAME creates a complete one with a test in ./NAME; zoo plugin build FOLDER compiles it in \
      seconds; --plugin FOLDER/NAME.so loads it into any command. A plugin works with the build of the program that \
      compiled it: build it again after the program changes.
      """,
    examples: [
      Example("zoo plugin new MyPlugin", "create a plugin in ./MyPlugin"),
      Example("zoo plugin build MyPlugin", "compile it to MyPlugin/MyPlugin.so"),
    ],
    positionals: [
      Positional("action", .choice(["new", "build"]), help: "new: create a plugin; build: compile one"),
      Positional("name", .text, help: "new: the plugin's name; build: its folder"),
    ]
  ) { arguments in
    let name = arguments.positional("name") ?? ""
    if let share = ZooHome.installed {
      throw PluginError(
        place: name,
        reason:
          "the program is installed (\(share.path)), and plugins need the sources and modules of its build",
        suggestion:
          "use ./zoo plugin in the checkout that it was installed from; --plugin FILE loads the result here")
    }
    if arguments.positional("action") == "new" {
      let home = try ZooHome.folder("Sources").deletingLastPathComponent().path
      try PluginTemplate(name: name).write(to: URL(fileURLWithPath: name), home: home)
      arguments.console.line("wrote \(name); compile it with: \(ShellCommand("plugin", "build", name))")
      return
    }
    let began = Date()
    let builder = try PluginBuilder(folder: name)
    try builder.build()
    let path =
      name.hasSuffix("/")
      ? name + builder.output.lastPathComponent : name + "/" + builder.output.lastPathComponent
    arguments.console.line(
      "built \(path) in \(Format.duration(Date().timeIntervalSince(began))); see it with: "
        + "\(ShellCommand("list", "--plugin", path))")
  }
}
