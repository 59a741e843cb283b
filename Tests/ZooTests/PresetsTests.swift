import Foundation
import Installed
import Settings
import TestSupport
import Testing
import Zoo

@Suite struct PresetsTests {
  @Test func anUnknownNameGetsTheNearest() {
    let error = #expect(throws: SettingsError.self) { try ModelFixture.presets.load("gpt-4x182") }
    #expect(
      error?.description == """
        gpt-4x182: 1 problem
          no such model; found "gpt-4x182"; allowed: bert, bert-4x128, bert-6x384, bert-8x512, bert-base, gpt, \
        gpt-4x128, gpt-6x384, gpt-8x512, gpt2, or a path to a .json5 file; did you mean gpt-4x128?
        """)
  }

  @Test func aFileElsewhereIsReadByItsPath() throws {
    try withTemporaryFolder { folder in
      func write(_ name: String, _ text: String) throws -> String {
        let url = folder.appendingPathComponent(name)
        try Data(text.utf8).write(to: url)
        return url.path
      }
      _ = try write("base.json5", "{ extends: 'tiny/gpt', layers: 3 }")
      let path = try write("mine.json5", "{ extends: 'base.json5', width: 32 }")
      let (name, node) = try ModelFixture.presets.load(path)
      #expect(name == "mine")
      #expect(
        node["layers"]?.integer == 3 && node["width"]?.integer == 32 && node["context"]?.integer == 12)
      let round = try write("round.json5", "{ extends: 'round.json5' }")
      #expect(throws: SettingsError.self) { try ModelFixture.presets.load(round) }
      let lost = try write("lost.json5", "{\n extends: 'gpt3' }")
      let error = #expect(throws: SettingsError.self) { try ModelFixture.presets.load(lost) }
      #expect(error?.problems.first?.place?.description == "\(lost):2:11")
      #expect(error?.problems.first?.nearest == "gpt" || error?.problems.first?.nearest == "gpt2")
      let broken = try write("broken.json5", "{ a: , b }")
      let syntax = #expect(throws: SettingsError.self) { try ModelFixture.presets.load(broken) }
      #expect(syntax?.problems.count == 2)
      let binary = folder.appendingPathComponent("binary.json5")
      try Data([0x7B, 0xFF, 0x7D]).write(to: binary)
      let bytes = #expect(throws: SettingsError.self) { try ModelFixture.presets.load(binary.path) }
      #expect(bytes?.problems.first?.reason.hasPrefix("is not UTF-8 text (byte ") == true)
    }
  }

  @Test func theFolderIsFoundFromTheEnvironment() throws {
    try withTemporaryFolder { folder in
      #expect(throws: SettingsError.self) { try Presets.standard(environment: ["ZOO_HOME": folder.path]) }
      let models = folder.appendingPathComponent("models")
      try FileManager.default.createDirectory(at: models, withIntermediateDirectories: true)
      try Data("{ summary: 'one' }".utf8).write(to: models.appendingPathComponent("a.json5"))
      try Data("{ width: 3 }".utf8).write(to: models.appendingPathComponent("base.json5"))
      let presets = try Presets.standard(environment: ["ZOO_HOME": folder.path])
      #expect(try presets.list().map { "\($0.name): \($0.summary)" } == ["a: one"])
    }
  }
}
