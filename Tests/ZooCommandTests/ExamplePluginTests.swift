import Foundation
import TestSupport
import Testing

/// The plugins below `Examples/`, built by `zoo plugin build` and loaded by `--plugin`.
@Suite struct ExamplePluginTests {
  private static let examples = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Examples")

  private static let models = [
    "T5Bias": "{ architecture: 'gpt', layers: 1, width: 16, position: 't5' }",
    "GatedLinearAttention":
      "{ architecture: 'gpt', layers: 1, width: 16, position: 'none', block: { attention: 'gated-linear' } }",
    "SelectiveScan": "{ architecture: 'mamba', layers: 1, width: 16 }",
  ]

  /// A package that is a program and no plugin; its own tests run it.
  private static let programs = ["HubModels"]

  @Test func everyExampleHasAModelHere() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.examples.path)
    #expect(Set(names.filter { !$0.hasPrefix(".") }) == Set(Self.models.keys).union(Self.programs))
  }

  /// What docs/extending.md adds needs no `package` declaration, and the folder may be below one called Tests.
  @Test func theDocumentedPartsCompileOutsideThePackage() throws {
    try withTemporaryFolder { folder in
      let place = folder.appending(path: "Tests/Documented/Sources/Documented")
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      for name in ["ExtendingExamples.swift", "ExtendingReportExample.swift"] {
        let source = try String(contentsOf: here.appending(path: name), encoding: .utf8)
        try Data(source.replacing("import TestSupport", with: "import TestKit").utf8)
          .write(to: place.appending(path: name))
      }
      let outcome = try ZooProcess.run(["plugin", "build", "Tests/Documented"], in: folder)
      #expect(outcome.status == 0 && outcome.output.contains("Documented.so"), "\(outcome.errors)")
    }
  }

  @Test(arguments: models.keys.sorted()) func itIsBuiltLoadedAndTrained(_ name: String) throws {
    try withTemporaryFolder { folder in
      // A copy: the plugin's file is written beside its sources.
      let copy = folder.appending(path: name)
      try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        at: Self.examples.appending(path: "\(name)/Sources"), to: copy.appending(path: "Sources"))
      try Data((Self.models[name] ?? "").utf8).write(to: folder.appending(path: "mine.json5"))
      let plugin = ["--plugin", "\(name)/\(name).so"]
      let small = [
        "--steps", "2", "--batch", "2", "--set", "context=16", "--set", "recipe.evaluationWindows=2",
      ]
      for arguments in [
        ["plugin", "build", name], ["describe", "mine.json5"] + plugin,
        ["train", "mine.json5", "--out", "run"] + small + plugin,
        ["generate", "run", "--prompt", "the", "--length", "3"] + plugin,
      ] {
        let outcome = try ZooProcess.run(arguments, in: folder)
        #expect(outcome.status == 0 && !outcome.output.isEmpty, "\(arguments): \(outcome.errors)")
      }
    }
  }
}
