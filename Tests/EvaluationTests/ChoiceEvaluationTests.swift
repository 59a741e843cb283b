import Foundation
import Inference
import Reporting
import Settings
import Statistics
import SyntheticCorpus
import TestSupport
import Testing
import Text

@testable import Evaluation

/// Verb forms, hidden words and cloze as evaluations: figures, sections, verdicts.
@Suite struct ChoiceEvaluationTests {
  private static let names = ["gpt", "bert", "other"]

  private static func results<Result>(_ name: String, _ models: [Result], trained: [Bool]? = nil)
    -> EvaluationResults<Result>
  {
    EvaluationResults(
      ComponentDeclaration(family: "evaluation", name: name, summary: "", keys: []),
      models.enumerated().map { index, result in
        .init(
          index: index, name: names[index], seesFuture: index == 1,
          isTrainedFromLeft: trained?[index] ?? true, result: result)
      })
  }

  private static func tables(_ section: Section) -> [Block.Table] {
    section.blocks.compactMap { block in
      if case .table(let table) = block { table } else { nil }
    }
  }

  private static let verbs = VerbFormsEvaluation.Result(
    right: [.leftOnly: [true, false, true, false], .bothSides: [true, true, true, false]],
    breakdowns: [
      .init(
        property: "words between",
        groups: [
          .init(label: "4", count: 3, right: [.bothSides: .share(correct: 3, of: 3)]),
          .init(label: "5", count: 1, right: [.bothSides: .share(correct: 0, of: 1)]),
        ])
    ], baselines: [.init(name: "5-gram", right: .share(correct: 2, of: 4))])

  @Test func verbFormsSayWhereTheyAreShown() throws {
    let figures = VerbFormsEvaluation().figures(of: Self.verbs)
    #expect(figures.map(\.name) == ["verb forms, left side given", "verb forms, both sides given"])
    #expect(figures.map(\.value) == [0.5, 0.75] && figures.map(\.context) == [.leftOnly, .bothSides])
    #expect(figures.map(\.curve?.metric) == ["verbs.leftOnly", "verbs.bothSides"])
    #expect(figures.map(\.defaultRank) == [2, 1] && figures.allSatisfy { $0.learnedFrom == 0.9 })
    #expect(
      figures.map { $0.firstScreen != nil } == [false, true] && figures.allSatisfy { $0.chance == 0.5 })
    #expect(figures[1].sample?.items == [1, 1, 1, 0])
  }

  @Test func theSectionOfVerbFormsHasChartsAndNumbers() throws {
    let section = try #require(
      VerbFormsEvaluation().section(Self.results("verb-forms", [Self.verbs, Self.verbs])))
    let charts = section.blocks.compactMap { block in
      if case .dots(let dots) = block { dots } else { nil }
    }
    #expect(charts.map { $0.rows.map(\.label) } == [["all items"], ["4 (n = 3)", "5 (n = 1)"]])
    #expect(charts[0].rows[0].values.map(\.isHollow) == [true, false, true, false])
    #expect(charts[0].rows[0].values.map(\.measured.value) == [0.5, 0.75, 0.5, 0.75])
    #expect(charts[1].rows[1].values.map(\.measured.value) == [0, 0])
    let table = try #require(Self.tables(section).first)
    let percent = Block.NumberStyle.percent(decimals: 1)
    #expect(
      table.rows[0] == [
        .model(0), .measured(.share(correct: 2, of: 4), percent),
        .measured(.share(correct: 3, of: 4), percent),
      ])
    #expect(table.rows.map { $0[0] }.suffix(2) == [.text("5-gram"), .text("Chance")])
    #expect(section.conclusion == "Right verb forms, chance 50 %: gpt 75.0 % and bert 75.0 %.")
    #expect(VerbFormsEvaluation().section(Self.results("verb-forms", [])) == nil)
  }

  /// A model that was trained at a fixed masking rate is not compared from the left side alone.
  @Test func verdictsKnowWhatModelsWereTrainedFor() throws {
    let verdicts = VerbFormsEvaluation().verdicts(
      Self.results("verb-forms", [Self.verbs, Self.verbs], trained: [true, false]))
    #expect(verdicts.map(\.comparable) == [true, false])
    #expect(
      verdicts[0].numbers.hasPrefix("gpt 75.0 % (") && verdicts[0].because.contains("the same 4 choices"))
    #expect(verdicts[1].because.hasPrefix("bert was trained with a fixed masking rate"))
  }

  @Test func hiddenWordsAreAskedOfOneSideWhereAModelHasIt() throws {
    let evaluation = HiddenWordsEvaluation(count: 4, seed: 1)
    let results = Self.results(
      "hidden-words",
      [
        HiddenWordsEvaluation.Result(right: [.leftOnly: [true, false], .bothSides: [true, true]]),
        .init(right: [.bothSides: [false, false]]),
      ])
    let figures = evaluation.figures(of: results.models[0].result)
    #expect(figures.map(\.name) == ["hidden words, left side given", "hidden words, both sides given"])
    #expect(figures.map(\.curve?.metric) == ["words.leftOnly", "words.bothSides"])
    // From the left side alone it is logged, and not drawn.
    #expect(
      figures.map { $0.curve?.title == nil } == [true, false] && figures.allSatisfy { $0.chance == 0.25 })
    let table = try #require(evaluation.section(results).map(Self.tables)?.first)
    #expect(table.rows[1][1] == .empty && table.rows.count == 3)
  }

  private static func cloze(_ right: [Bool], left: [Bool]? = nil) -> ClozeEvaluation.Result {
    let sides = [ChoiceContext.bothSides: right].merging(left.map { [.leftOnly: $0] } ?? [:]) { $1 }
    func row(_ place: String, _ example: ClozeEvaluation.Result.Example?) -> ClozeEvaluation.Result.Row {
      let best = ClozeEvaluation.Result.Best(
        right: .share(correct: 3, of: 4), expected: 0.789, probability: 0.771)
      return .init(
        place: place, count: 4, chance: 0.5, example: example, best: [.leftOnly: best, .bothSides: best],
        answers: sides.mapValues { flags in
          .init(
            right: .share(correct: flags.count { $0 }, of: 4), probability: Measured(0.625),
            divergence: Measured(0.25))
        })
    }
    return .init(
      candidates: 2,
      rows: [
        row("right", .init(left: "the <dogs>", correct: "see", right: " it.\n", others: ["own"])),
        row("all", nil),
      ], right: sides, divergences: sides.mapValues { $0.map { $0 ? 0.125 : 1.125 } })
  }

  @Test func clozeHasAccuracyAndDivergence() {
    let figures = ClozeEvaluation().figures(
      of: Self.cloze([true, true, false, true], left: [true, false, false, false]))
    #expect(
      figures.map(\.name) == [
        "cloze, both sides given", "cloze divergence, both sides given", "cloze, left side given",
        "cloze divergence, left side given",
      ])
    #expect(figures.map(\.value) == [0.75, 0.375, 0.25, 0.875])
    #expect(figures.map(\.defaultRank) == [3, nil, 4, nil])
    #expect(
      figures.map(\.curve?.metric) == [nil, "divergence.bothSides", nil, "divergence.leftOnly"])
    #expect(figures.map { $0.firstScreen != nil } == [false, true, false, false])
    #expect(figures[1].moreIsBetter == false && (figures[1].low ?? -1) >= 0)
  }

  @Test func theSectionOfClozeComparesItemByItem() throws {
    let results = Self.results(
      "cloze",
      [
        Self.cloze([true, true, true, true], left: [true, true, false, false]),
        Self.cloze([true, true, true, false], left: [false, false, false, false]),
      ], trained: [true, false])
    let section = try #require(ClozeEvaluation().section(results))
    let tables = section.tables
    #expect(
      tables.map(\.caption) == [
        "Items by where the evidence is",
        "Probability given to the right one of two words; chance is 50 %", "Accuracy, given the left side",
        "Accuracy, given the whole sentence",
        "Divergence from the exact probabilities in bits, given the left side",
        "Divergence from the exact probabilities in bits, given the whole sentence",
      ])
    // Of the left side the first table has no column for the model that was not trained for it.
    #expect(
      tables[1].columns.suffix(3).map(\.heading) == [
        .model(0, note: "left side"), .model(0, note: "whole sentence"), .model(1, note: "whole sentence"),
      ])
    let difference = PairedShares([true, true, true, false], [true, true, true, true]).difference
    #expect(tables[3].rows.last?.last == .measured(difference, .points))
    #expect(tables[3].rows.last?.first == .text("minus gpt, points"))
    #expect(
      section.blocks.contains { block in
        if case .note(let text) = block {
          text.contains("bert was trained with a fixed masking rate")
        } else {
          false
        }
      })
    let verdicts = ClozeEvaluation().verdicts(results)
    #expect(verdicts.map(\.comparable) == [false, true])
    #expect(verdicts[1].numbers.hasPrefix("bert − gpt = \(Number.fixed(difference.value * 100, 1)) points"))
    #expect(ClozeEvaluation().verdicts(Self.results("cloze", [Self.cloze([true])])).isEmpty)
  }

  /// While an encoder trains, the left side alone is not asked: it costs a window an item.
  @Test func anEncoderIsAskedFromTheLeftAtTheEndOnly() throws {
    let model = try untrainedModel("tiny/bert", sets: ["tokenizer=bytes", "context=200"])
    let evaluation = ClozeEvaluation()
    let items = Array(EvidenceItem.frozen.prefix(4))
    let questions = ClozeEvaluation.Questions(
      items: items, report: ClozeReport(items, GeneratedCorpus.make().automaton))
    let during = try evaluation.measure(model, questions, isFinal: false, progress: { _, _ in })
    let end = try evaluation.measure(model, questions, isFinal: true, progress: { _, _ in })
    #expect(Array(during.right.keys) == [.bothSides] && Set(end.right.keys) == [.leftOnly, .bothSides])
    #expect(during.divergences[.bothSides] == end.divergences[.bothSides] && end.rows.last?.count == 4)
    #expect(end.divergences[.bothSides]?.count == 4)
    // What is stored is read again.
    let stored = try evaluation.encoded(end)
    #expect(evaluation.canRead(stored) && stored.figures == evaluation.figures(of: end))
  }

  /// Questions that no model can read are refused with the context, not asked of none.
  @Test func tooShortAContextIsRefused() throws {
    let source = TextSource(name: "x", train: [], heldOut: [], startsAtLines: true)
    let readers = [EvaluationSubject.Reader(tokenizer: TokenizerPipeline.bytes, context: 4)]
    #expect(throws: InferenceError.self) { try VerbFormsEvaluation().questions(source, readers) }
    #expect(throws: InferenceError.self) { try ClozeEvaluation().questions(source, readers) }
    #expect(throws: InferenceError.self) {
      try HiddenWordsEvaluation(count: 3, seed: 1).questions(source, readers)
    }
  }
}
