import Comparison
import Experiments
import Foundation
import Installed
import Settings
import Testing
import Training
import Zoo

@testable import CommandLineKit
@testable import ZooCommand

@Suite struct Listing {
  /// Defaults are values, not texts of JSON; one that must be written has none.
  @Test func defaultsAreJSONValues() throws {
    func defaults(_ name: String) throws -> [String: Any] {
      let output = zoo("list", name, "--json").output
      let whole = try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
      let settings = try #require(whole["settings"] as? [[String: Any]])
      return Dictionary(
        settings.map { ($0["path"] as? String ?? "", $0["default"] ?? "none") },
        uniquingKeysWith: { first, _ in first })
    }
    #expect(try defaults("learningRate")["recipe.optimiser.learningRate"] is Double)
    #expect(try defaults("steps")["recipe.steps"] is NSNull)
    #expect(try defaults("sharedLayers")["sharedLayers"] as? Bool == false)
    #expect(try defaults("width")["width"] as? Int == 128)
    #expect(try defaults("layers")["layers"] as? String == "none")
  }

  @Test func everythingThatHasANameIsListed() throws {
    let result = zoo("list")
    #expect(result.code == 0)
    let registry = try Registry.standard()
    let catalog = registry.catalog
    let first = Set(
      result.output.split(separator: "\n").map { String($0.drop { $0 == " " }.prefix { $0 != " " }) })
    for family in catalog.familyNames {
      for declaration in catalog.declarations(family: family) { #expect(first.contains(declaration.name)) }
    }
    for preset in try Presets.standard().list() { #expect(first.contains(preset.name)) }
    for suite in try SuiteLibrary.standard(Registry.standard()).names { #expect(first.contains(suite)) }
    for rule in registry.rules { #expect(first.contains(rule.name)) }
  }

  /// Folders of presets are named with their number; the presets in them are listed by the folder's name.
  @Test func foldersOfPresetsAreListed() throws {
    let presets = try Presets.standard()
    #expect(presets.subfolders.contains("tiny"))
    for folder in presets.subfolders {
      let inside = try presets.list(under: folder)
      #expect(zoo("list", "presets").output.contains("\(folder)/"))
      let listed = zoo("list", folder).output
      for preset in inside { #expect(listed.contains("\(preset.name) ")) }
      let json = zoo("list", folder, "--json").output
      for preset in inside {
        #expect(json.contains(preset.name.replacing("/", with: "\\/")) || json.contains(preset.name))
      }
    }
    #expect(zoo("describe", "tiny/gtp").errors.contains("tiny/gpt"))
    #expect(zoo("list", "tiny/gpt").output.contains("tiny/gpt"))
  }

  @Test func oneComponentShowsItsSettings() {
    let result = zoo("list", "rotary")
    #expect(result.code == 0)
    #expect(result.output.contains("rotary: queries and keys"))
    #expect(result.output.contains("fraction"))
    #expect(!result.output.contains("alibi"))
    let family = zoo("list", "norm").output
    #expect(family.contains("layer: ") && family.contains("rms: ") && family.contains("epsilon"))
    // A name may mean an architecture and a preset.
    let both = zoo("list", "bert").output
    #expect(both.contains("architecture") && both.contains("presets"))
    #expect(zoo("list", "rules").output.contains("heads-divide-width"))
    #expect(zoo("list", "heads-divide-width").output.contains("equal part of the width"))
    #expect(zoo("list", "recipe").output.contains("evaluationWindows"))
  }

  @Test func anUnknownNameHasANearestOne() {
    let result = zoo("list", "rotery")
    #expect(result.code == 2)
    #expect(result.errors == "zoo: error: list: nothing is called \"rotery\"; did you mean rotary?\n")
    #expect(zoo("list", "rotery", "--json").code == 2)
  }

  @Test func jsonIsComplete() throws {
    let text = zoo("list", "--json").output
    let json = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let families = try #require(json["families"] as? [[String: Any]])
    let names = Set(families.compactMap { $0["name"] as? String })
    #expect(
      names.isSuperset(of: [
        "architecture", "norm", "objective", "optimiser", "schedule", "tokenizer", "recipe",
      ]))
    #expect((json["rules"] as? [Any])?.isEmpty == false)
    let one = zoo("list", "rotary", "--json").output
    #expect(one.contains("\"longest wavelength") && !one.contains("alibi"))
  }
}

@Suite struct Commands {
  /// The words of a command line as a shell would cut them.
  private func words(_ line: String) -> [String] {
    var words: [String] = []
    var word = ""
    var isQuoted = false
    for character in line {
      switch character {
      case "\"": isQuoted.toggle()
      case " " where !isQuoted:
        words.append(word)
        word = ""
      default: word.append(character)
      }
    }
    return words + [word]
  }

  @Test func everyExampleIsACommandLineThatIsUnderstood() throws {
    for command in ZooProgram.program.commands {
      #expect(!command.examples.isEmpty, "\(command.name) has no example")
      for example in command.examples {
        let words = words(example.line)
        #expect(words.prefix(2) == ["zoo", command.name], "\(example.line)")
        var parser = CommandLineParser(command, console: Console.captured().console)
        #expect(throws: Never.self, "\(example.line)") { try parser.parse(Array(words.dropFirst(2))) }
      }
    }
  }

  @Test func everyCommandHasHelp() {
    for command in ZooProgram.program.commands {
      let result = zoo(command.name, "--help")
      #expect(result.code == 0)
      #expect(result.output.hasPrefix("zoo \(command.name): \(command.summary.prefix(20))"))
    }
  }

  @Test func namesAreUsedOnce() {
    let names = ZooProgram.program.commands.map(\.name)
    #expect(Set(names).count == names.count)
    for command in ZooProgram.program.commands {
      let options = command.options.map(\.name)
      #expect(Set(options).count == options.count, "\(command.name)")
      #expect(!options.contains("help"))
      for conflict in command.conflicts {
        #expect(Set(conflict.options).isSubset(of: options), "\(command.name)")
      }
    }
  }
}
