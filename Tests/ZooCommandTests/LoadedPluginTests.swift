import Foundation
import TestSupport
import Testing
import Zoo

/// Plugins that are written, built and loaded while the program stays as it is.
@Suite struct LoadedPluginTests {
  private func run(_ arguments: [String], in folder: URL, _ environment: [String: String] = [:]) throws
    -> ZooProcess.Outcome
  {
    try ZooProcess.run(arguments, in: folder, environment: environment)
  }

  private func write(_ source: String, as name: String, in folder: URL) throws {
    let place = folder.appending(path: name)
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    try Data(source.utf8).write(to: place.appending(path: "\(name).swift"))
  }

  private func entry(_ name: String, _ body: String) -> String {
    """
    import Settings
    import Zoo
    import Transformer

    @_cdecl("zoo_register_\(name)")
    public func register(_ registration: UnsafeMutableRawPointer) {
      PluginRegistration.register(registration) { registry in \(body) }
    }
    """
  }

  /// From nothing to a trained model of the plugin's part, and a text that it wrote, with what is printed.
  @Test func aNewPluginIsBuiltLoadedAndTrained() throws {
    try withTemporaryFolder { root in
      let folder = root.appending(path: "two words")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let new = try run(["plugin", "new", "MyPlugin"], in: folder)
      #expect(new.status == 0 && new.output.contains("zoo plugin build MyPlugin"))
      let built = try run(["plugin", "build", "MyPlugin"], in: folder)
      #expect(built.status == 0 && built.errors.isEmpty, "\(built.errors)")
      #expect(built.output.contains("zoo list --plugin MyPlugin/MyPlugin.so"))
      let loaded = ["--plugin", "MyPlugin/MyPlugin.so"]
      let listed = try run(["list", "my-plugin"] + loaded, in: folder)
      #expect(listed.output.contains("sharpness") && listed.output.contains("from MyPlugin"))
      let activation = "{ type: 'mlp', activation: { type: 'my-plugin', sharpness: 1.5 } }"
      let trained = try run(
        ["train", "gpt", "--steps", "4", "--batch", "2", "--set", "block.feedForward=\(activation)"]
          + ["--set", "context=16", "--set", "recipe.evaluationWindows=2", "--out", "run"] + loaded,
        in: folder)
      #expect(trained.status == 0, "\(trained.errors)")
      let written = try run(["generate", "run", "--prompt", "the", "--length", "5"] + loaded, in: folder)
      #expect(written.status == 0 && written.output.hasPrefix("the"), "\(written.errors)")
      // A folder of plugins does as well.
      let found = try run(
        ["generate", "run", "--prompt", "the", "--length", "5"], in: folder,
        ["ZOO_PLUGIN_PATH": "nowhere:" + folder.appending(path: "MyPlugin").path])
      #expect(found.status == 0 && found.output == written.output, "\(found.errors)")
      // One file that is named twice, by the variable and twice by a flag, is one plugin.
      let again = try run(
        ["list", "my-plugin"] + loaded + ["--plugin", "./MyPlugin/../MyPlugin/MyPlugin.so"], in: folder,
        ["ZOO_PLUGIN_PATH": folder.appending(path: "MyPlugin").path])
      #expect(again.status == 0 && again.errors.isEmpty && again.output == listed.output, "\(again.errors)")
      let without = try run(["generate", "run", "--prompt", "the"], in: folder)
      #expect(without.status == 2 && without.errors.contains("no such activation; found \"my-plugin\""))
      let twice = try run(["plugin", "new", "MyPlugin"], in: folder)
      #expect(twice.status == 1 && twice.errors.contains("it already exists"))
    }
  }

  /// Every way in which a plugin may be wrong is one error that names it; what a variable names is left out.
  @Test func aPluginThatIsWrongIsNamed() throws {
    try withTemporaryFolder { folder in
      let library = folder.appending(path: "library")
      try FileManager.default.createDirectory(at: library, withIntermediateDirectories: true)
      func refused(_ path: String, _ words: String...) throws {
        let outcome = try run(["list", "norm", "--plugin", path], in: folder)
        #expect(outcome.status == 1, "\(path): \(outcome.output) \(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
        for word in [path] + words { #expect(outcome.errors.contains(word), "\(word): \(outcome.errors)") }
      }
      func built(_ name: String, _ source: String) throws -> String {
        try write(source, as: name, in: folder)
        let outcome = try run(["plugin", "build", name], in: folder)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return "\(name)/\(name).so"
      }
      try refused("missing.so", "there is no such file")
      try refused("library", "it is a folder")
      try Data("no plugin\n".utf8).write(to: folder.appending(path: "text.so"))
      try refused("text.so", "it is not a plugin of this program")
      try Data().write(to: folder.appending(path: "empty.so"))
      try refused("empty.so", "it is not a plugin of this program")

      let clash = try built(
        "Clash",
        entry(
          "Clash",
          "try registry.add(\"gelu\", to: .activation, summary: \"\") { _, _, _ in fatalError() }"))
      try refused(clash, "registered twice, by Transformer and by Clash")
      try refused(
        try built("Throws", entry("Throws", "struct Own: Error {}; throw Own()")), "Own",
        "the plugin is not used")
      try refused(
        try built("Nameless", entry("Other", "_ = registry")), "it has no entry point zoo_register_Nameless")
      try refused(
        try built(
          "Undefined",
          "@_silgen_name(\"$s11Transformer7missingyyF\") func missing()\n"
            + entry("Undefined", "missing(); _ = registry")),
        "it needs Transformer.missing() -> (), which this program does not have")

      // One of another build, and one of which a part is lost.
      let whole = try Data(contentsOf: folder.appending(path: clash))
      let note = try PluginNote(of: folder.appending(path: clash).path)
      #expect(note.name == "Clash" && note.compiler.contains("Swift"))
      let code = whole.dropLast(note.bytes.count)
      let foreign = PluginNote(
        name: "Clash", program: String(repeating: "0", count: 32), compiler: "Swift 5", of: code)
      try (code + foreign.bytes).write(to: folder.appending(path: "old.so"))
      try refused("old.so", "built for another build of this program (with Swift 5)")
      try (whole.prefix(3000) + note.bytes).write(to: folder.appending(path: "cut.so"))
      try refused("cut.so", "it is damaged")
      let words = Data("no library".utf8)
      let odd = PluginNote(name: "Odd", program: note.program, compiler: "Swift", of: words)
      try (words + odd.bytes).write(to: folder.appending(path: "odd.so"))
      try refused("odd.so", "invalid ELF header")

      try FileManager.default.copyItem(
        at: folder.appending(path: "old.so"), to: library.appending(path: "old.so"))
      let leftOut = try run(["list", "norm"], in: folder, ["ZOO_PLUGIN_PATH": library.path])
      #expect(leftOut.status == 0 && leftOut.output.contains("rms"))
      #expect(leftOut.errors.contains("old.so") && leftOut.errors.contains("it is left out"))
    }
  }

  @Test func whatCannotBeBuiltIsSaid() throws {
    try withTemporaryFolder { folder in
      func refused(_ arguments: [String], _ words: String) throws {
        let outcome = try run(["plugin"] + arguments, in: folder)
        #expect(outcome.status != 0 && outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
      }
      try refused(["build", "nowhere"], "no such folder")
      try FileManager.default.createDirectory(
        at: folder.appending(path: "empty"), withIntermediateDirectories: true)
      try refused(["build", "empty"], "there are no Swift sources in it")
      try refused(["new", "../victim"], "is not a module name")
      try refused(["new", "two words"], "is not a module name")
      // A name of a module that the plugin itself imports.
      for name in ["Zoo", "Tensors", "Foundation", "Dispatch"] {
        try refused(["new", name], "choose another name, such as My\(name)")
        #expect(!FileManager.default.fileExists(atPath: folder.appending(path: name).path))
      }
      try refused(["old", "MyPlugin"], "new, build")
      try write("import Zoo\nlet x: Int = \"text\"\n", as: "Wrong", in: folder)
      try refused(["build", "Wrong"], "cannot convert value of type 'String' to specified type 'Int'")
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "Wrong/Wrong.so").path))
    }
  }
}
