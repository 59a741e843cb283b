import Foundation
import Inference
import Reporting
import Settings
import TestSupport
import Testing
import Training

@testable import Evaluation

/// Results are in the folder of their run, and are found again by exactly what was asked.
@Suite struct StoredEvaluationTests {
  private static func question(step: Int = 3, count: Int = 3) -> StoredEvaluation.Question {
    // As `AskedEvaluation.json` writes them.
    let settings = Node(
      .object([
        Node.Member("type", Node(.text("hidden-words"))), Node.Member("count", Node(.integer(count))),
      ])
    ).json()
    return
      StoredEvaluation.Question(
        evaluation: "hidden-words", settings: settings, step: step, seen: "abc", text: "def",
        readers: ["tokenizer 1, context 16"])
  }

  private static let result = StoredResult(
    json: #"[{"count":3,"name":"right","unit":"share","value":0.5}]"#,
    figures: [
      EvaluationFigure("right", 0.5, unit: "share", low: 0.1, high: 0.9, count: 3, moreIsBetter: true)
    ])

  @Test func resultsAreFoundByWhatWasAsked() throws {
    try withTemporaryFolder { folder in
      let store = EvaluationStore(RunFolder(folder))
      #expect(store.all().isEmpty && store.result(of: Self.question()) == nil)
      try store.write(Self.result, of: Self.question(), version: "1")
      try store.write(Self.result, of: Self.question(step: 2), version: "1")
      let found = try #require(store.result(of: Self.question()))
      #expect(found.figures == Self.result.figures)
      #expect(store.result(of: Self.question(step: 4)) == nil)
      #expect(store.result(of: Self.question(count: 4)) == nil)
      #expect(store.all().map(\.question.step) == [2, 3])
      // The same question again is one file.
      try store.write(Self.result, of: Self.question(), version: "2")
      #expect(store.all().map(\.version) == ["1", "2"])
    }
  }

  /// In the file, settings and result are JSON, not texts that hold it.
  @Test func filesHoldRealJSON() throws {
    try withTemporaryFolder { folder in
      let store = EvaluationStore(RunFolder(folder))
      try store.write(Self.result, of: Self.question(), version: "1")
      let name = try #require(
        try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "evaluations").path).first)
      let data = try Data(contentsOf: folder.appending(path: "evaluations/\(name)"))
      let file = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
      #expect((file["result"] as? [[String: Any]])?.first?["name"] as? String == "right")
      #expect((file["question"] as? [String: Any])?["settings"] is [String: Any])
      #expect(file["format"] as? Int == FormatVersion.current)
    }
  }

  /// A damaged file is named and left out; the others stand.
  @Test func damagedFilesAreNamed() throws {
    try withTemporaryFolder { folder in
      let store = EvaluationStore(RunFolder(folder))
      try store.write(Self.result, of: Self.question(), version: "1")
      try Data("{".utf8).write(to: folder.appending(path: "evaluations/x.json"))
      var skipped: [String] = []
      #expect(store.all { skipped.append($0) }.count == 1)
      #expect(skipped.count == 1 && skipped[0].contains("x.json"))
    }
  }

  /// Without a section of its own, an evaluation is shown as a table of its figures.
  @Test func figuresAreATable() throws {
    struct Plain: Evaluation {
      func measure(_ subject: EvaluationSubject) throws -> [EvaluationFigure] { [] }
    }
    let declaration = ComponentDeclaration(
      family: "evaluation", name: "hidden-words", summary: "which word is hidden", keys: [])
    func model(_ index: Int, _ figures: [EvaluationFigure]) -> EvaluationResults<[EvaluationFigure]>.Model {
      .init(index: index, name: ["a", "b"][index], seesFuture: false, result: figures)
    }
    let left = EvaluationFigure("left", 0.25, unit: "share", count: 8)
    let both = EvaluationFigure("both", 0.75, unit: "share", low: 0.5, high: 0.875, count: 8)
    let section = try #require(
      Plain().section(EvaluationResults(declaration, [model(0, [left, both]), model(1, [both])])))
    // The first figure that all models have is the conclusion.
    #expect(section.conclusion == "Both: a 75.0 %, b 75.0 %." && section.id == "evaluation-hidden-words")
    #expect(section.explanation == "Which word is hidden.")
    guard case .table(let table)? = section.blocks.first else {
      Issue.record("no table")
      return
    }
    #expect(table.rows.count == 2 && table.rows[0].last == .empty && table.columns.count == 5)
    #expect(Plain().section(EvaluationResults(declaration, [])) == nil)
  }
}
