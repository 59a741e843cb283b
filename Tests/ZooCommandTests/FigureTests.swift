import AttentionAnalysis
import CommandLineKit
import Foundation
import FoundationXML
import TestSupport
import Testing

@testable import ZooCommand

/// Figures for slides: from a run's folder to a file that other programs read.
@Suite struct FigureTests {
  private static let training = [
    "--steps", "4", "--batch", "2", "--set", "recipe.evaluationWindows=2", "--set", "recipe.evaluateEvery=2",
    "--set", "recipe.checkpointEvery=2", "--set", "recipe.keepLast=9",
  ]

  private static func text(_ name: String, in folder: URL) throws -> String {
    try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
  }

  @Test func everyKindIsDrawnWithTitleAxesAndScale() throws {
    try withTemporaryFolder { folder in
      func run(_ arguments: String...) throws -> ZooProcess.Outcome {
        try ZooProcess.run(arguments, in: folder)
      }
      let trained = try ZooProcess.run(
        ["compare", "tiny/bert", "tiny/gpt", "--out", "a run"] + Self.training, in: folder)
      #expect(trained.status == 0, "\(trained.errors)")
      let head = try run(
        "attention", "a run/gpt", "--text", "the <", "--layer", "2", "--head", "1", "--steps", "0,2,4",
        "--out", "head.svg")
      #expect(head.status == 0, "\(head.errors)")
      let drawn = try Self.text("head.svg", in: folder)
      for words in [
        "Attention of layer 2, head 1", "gpt, untrained", "after 2 steps", "after 4 steps",
        "“the &lt;”",
        ">query<", ">key<", "attention probability",
      ] { #expect(drawn.contains(words), "\(words)") }
      #expect(XMLParser(data: Data(drawn.utf8)).parse())
      for (kind, words) in [
        ("curves", ["Loss, causal-lm", "Loss, masked-lm", "content tokens read", "nats per masked token"]),
        ("verdicts", ["Conclusions", "Not comparable"]),
      ] {
        let outcome = try run("figure", kind, "a run", "--out", "\(kind).svg")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let drawn = try Self.text("\(kind).svg", in: folder)
        for words in words { #expect(drawn.contains(words), "\(kind): \(words)") }
        #expect(XMLParser(data: Data(drawn.utf8)).parse())
      }
      // Two runs of different units never share an axis.
      #expect(try run("figure", "curves", "a run/gpt", "a run/bert", "--out", "two.svg").status == 0)
      let two = try Self.text("two.svg", in: folder)
      #expect(two.contains("Loss, causal-lm") && two.contains("Loss, masked-lm"))
      if FigureFile.converter(ProcessInfo.processInfo.environment) != nil {
        #expect(try run("figure", "curves", "a run", "--out", "c.png").status == 0)
        #expect(try run("figure", "curves", "a run", "--out", "c.pdf").status == 0)
        let png = try Data(contentsOf: folder.appendingPathComponent("c.png"))
        #expect(png.prefix(4) == Data([0x89, 0x50, 0x4E, 0x47]))
        #expect(try Data(contentsOf: folder.appendingPathComponent("c.pdf")).prefix(4) == Data("%PDF".utf8))
      }
      // What is not there is named with the nearest that is.
      let step = try run("attention", "a run/gpt", "--text", "the", "--steps", "3")
      #expect(step.status == 2 && step.errors.contains("it has 0, 2, 4 (0: untrained)"))
      let page = try run("attention", "a run/gpt", "--text", "the", "--steps", "0,4", "--out", "steps.html")
      #expect(page.status == 2 && page.errors.contains("--steps") && page.errors.contains(".svg"))
      let layer = try run("attention", "a run/gpt", "--text", "the", "--layer", "9", "--head", "1")
      #expect(layer.status == 2 && layer.errors.contains("the nearest is --layer 2 --head 1"))
      // The report's command writes nothing over this comparison.
      let markdown = try Self.text("a run/report.md", in: folder)
      #expect(markdown.contains("`./zoo compare tiny/bert tiny/gpt --steps 4") && !markdown.contains("--out"))
      // A folder is not replaced, and a link stays one: what it leads to is written.
      #expect(try run("figure", "curves", "a run", "--out", "a run").status == 2)
      let link = folder.appendingPathComponent("link.svg").path
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "head.svg")
      #expect(try run("figure", "curves", "a run", "--out", "link.svg").status == 0)
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "head.svg")
      let nowhere = folder.appendingPathComponent("nowhere.svg").path
      try FileManager.default.createSymbolicLink(atPath: nowhere, withDestinationPath: "gone/x.svg")
      let refused = try run("figure", "curves", "a run", "--out", "nowhere.svg")
      #expect(refused.status == 1 && refused.errors.contains("a link whose target does not exist"))
    }
  }

  @Test func aMissingConverterIsNamedWithItsPackage() {
    let error = #expect(throws: UsageError.self) {
      try FigureFile("x.png", environment: ["PATH": "/nowhere"])
    }
    #expect("\(error.map { "\($0)" } ?? "")".contains("apt-get install librsvg2-bin"))
    #expect(throws: UsageError.self) { try FigureFile("x.bmp", environment: [:]) }
    #expect(throws: Never.self) { try FigureFile("x.svg", environment: [:]) }
  }

  /// A text without grammar: its first line is drawn, cut to what the models read.
  @Test func headsOfAnOwnTextAreDrawn() throws {
    try withTemporaryFolder { folder in
      let line = "line %d of a very long text that says many things and does not end before all is said\n"
      let book = (0..<400).map { line.replacingOccurrences(of: "%d", with: "\($0)") }.joined()
      try Data(book.utf8).write(to: folder.appendingPathComponent("book.txt"))
      let trained = try ZooProcess.run(
        ["train", "tiny/gpt", "--data", "book.txt", "--out", "g"] + Self.training, in: folder)
      #expect(trained.status == 0, "\(trained.errors)")
      let outcome = try ZooProcess.run(["heads", "g", "--pictures", "p"], in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent("p").path)
      #expect(names.contains("g-step-4.svg") && names.contains("g-rollout.png"), "\(names)")
      // No word of this text fits: nothing is drawn, and that is said.
      let none = try ZooProcess.run(
        ["heads", "g", "--pictures", "q", "--text", "a sentence that is too long for it"], in: folder)
      #expect(none.status == 1)
    }
  }
}
