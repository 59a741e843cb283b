import Foundation
import Installed
import Kernels
import Settings
import Tensors
import TestSupport
import Testing
import Text
import Training
import Zoo

@testable import Comparison
@testable import Evaluation
@testable import Statistics

@Suite struct FineTuningStatisticsTests {
  /// By hand: of class 0 two of three wanted are found and one is taken for it; class 1 is found half; class
  /// 2 is never wanted and once predicted; class 3 never is anything.
  @Test func macroF1ByHand() {
    var counts = ClassCounts(classes: 4)
    for (predicted, wanted) in [(0, 0), (0, 0), (1, 0), (1, 1), (0, 1), (2, 1)] as [(Int32, Int32)] {
      counts.add(predicted, for: wanted)
    }
    counts.add(nil, for: 1)
    #expect(counts.right == 3 && counts.total == 7)
    // F1 of 0: 2·2/(3 + 3), of 1: 2·1/(4 + 2), of 2: 0/(0 + 1).
    #expect(abs(counts.macroF1 - (2.0 / 3 + 1.0 / 3 + 0) / 3) < 1e-12)
    #expect(ClassCounts(classes: 2).macroF1 == 0)
  }

  @Test func mcNemarIsTheTwoSidedBinomial() {
    #expect(mcNemar(0, 0) == 1 && mcNemar(3, 3) == 1)
    #expect(abs(mcNemar(5, 1) - 2 * 7 / 64.0) < 1e-12)
    #expect(abs(mcNemar(0, 6) - 2 / 64.0) < 1e-12)
    // Every outcome at least as uneven, by enumeration.
    for (left, right) in [(2, 7), (9, 3), (4, 5), (12, 1)] {
      let count = left + right
      let reached = (0..<1 << count).count { abs(2 * $0.nonzeroBitCount - count) >= abs(left - right) }
      #expect(abs(mcNemar(left, right) - Double(reached) / Double(1 << count)) < 1e-9)
    }
    #expect(mcNemar(30_000, 29_000) > 0 && mcNemar(30_000, 29_000) < 1e-4)
  }

  private func examples(_ lengths: [Int]) -> [LabelledExample] {
    lengths.map { count in
      let words = (0..<count).map { $0 == 0 ? "a" : " a" }
      let encoder = LabelledEncoder(
        TokenizerPipeline.bytes, startsWithToken: false, context: 64, labels: ["x", "y"])
      let text = LabelledText(words, labels: words.map { _ in "x" })
      // Bytes have tokens for everything, and the class is known.
      return (try? encoder.encode(text, .tagging)) ?? { preconditionFailure("a text of words") }()
    }
  }

  /// All right is no certainty: as many texts, all right.
  @Test func whatIsAllRightHasAnInterval() {
    let texts = examples([2, 5, 1])
    func scores(_ predicted: [[Int32]]) -> FineTuningResults.Scores {
      FineTuningResults.Scores(predicted, of: texts, classes: 2)
    }
    let all = scores(texts.map(\.targets))
    #expect(all.right == 8 && all.count == 8 && all.accuracy.value == 1)
    #expect(all.accuracy.interval == .wilson(correct: 3, of: 3))
    let none = scores([[1, 1], [1, 1, 1, 1, 1], [1]])
    #expect(none.right == 0 && none.accuracy.interval == .wilson(correct: 0, of: 3))
    // Words without a prediction are wrong, and an interval stays within what a share can be.
    let some = scores([[0], [0, 0, 0, 0, 0], [0]])
    #expect(some.right == 7 && some.accuracy.value == 0.875)
    #expect(some.accuracy.interval.map { $0.low > 0.2 && $0.high > 0.9 && $0.high <= 1 } == true)
  }

  @Test func anIntervalEndsWhereSharesEnd() {
    let wide = Interval(low: -0.2, high: 1.3)
    #expect(wide.within(0...1) == Interval(low: 0, high: 1))
    #expect(wide.within(-1...1) == Interval(low: -0.2, high: 1))
  }

  /// The interval covers the true share about as often as it says where the words of a text go together,
  /// which an interval over words does not.
  @Test func theIntervalOverTextsCoversWhatItSays() {
    var numbers = RepeatableRandom(seed: 5)
    let lengths = (0..<60).map { _ in numbers.integer(2...12) }
    let texts = examples(lengths)
    let all = lengths.reduce(0, +)
    var (covered, coveredOverWords) = (0, 0)
    for _ in 0..<300 {
      // All of a text or nothing of it: the true share is a half.
      let predicted = texts.map { text -> [Int32] in
        let isRight = numbers.flag()
        return text.wanted.map { isRight ? $0 : 1 - $0 }
      }
      let accuracy = FineTuningResults.Scores(predicted, of: texts, classes: 2).accuracy
      if let interval = accuracy.interval, interval.low <= 0.5, interval.high >= 0.5 { covered += 1 }
      let words = Interval.wilson(correct: Int((accuracy.value * Double(all)).rounded()), of: all)
      if words.low <= 0.5, words.high >= 0.5 { coveredOverWords += 1 }
    }
    #expect((270...297).contains(covered), "\(covered) of 300")
    #expect(coveredOverWords < 230, "\(coveredOverWords) of 300")
  }
}

@Suite struct FineTuningComparisonTests {
  private let registry: Registry
  init() throws { registry = try Registry.standard() }

  private func model(_ preset: String) throws -> FineTuningModel {
    let trained = try untrainedModel(preset, seed: 3)
    let initial = try untrainedModel(preset, seed: 9)
    return FineTuningModel(name: trained.descriptor.name, trained, initial: initial.model, steps: 7)
  }

  private func texts(_ form: LabelledTexts.Form) -> LabelledTexts {
    var numbers = RepeatableRandom(seed: 2)
    let texts = (0..<100).map { index -> LabelledText in
      let label = index.isMultiple(of: 2) ? "a" : "b"
      func letters() -> String {
        (0..<numbers.integer(2...6)).map { _ in numbers.choose(["k", "l"]) }.joined()
      }
      switch form {
      case .classification: return LabelledText([letters() + label + letters() + "\(index)"], labels: [label])
      case .pairs: return LabelledText([letters() + "\(index)", letters() + label], labels: [label])
      case .tagging:
        let words = [letters(), " " + label, " " + letters() + "\(index)"]
        return LabelledText(words, labels: ["k", label, "k"])
      }
    }
    return LabelledTexts(name: "letters", form: form, texts: texts)
  }

  private func run(
    _ form: LabelledTexts.Form, seeds: [UInt64], _ presets: [String] = ["tiny/bert", "tiny/gpt"]
  )
    throws -> (results: FineTuningResults, predictions: FineTuningPredictions, progress: [Int])
  {
    var options = FineTuningOptions()
    (options.epochs, options.batch) = (2, 16)
    let plan = FineTuningResults.Plan(
      learningRates: [3e-3, 1e-2], poolings: [.first, .mean], seeds: seeds, options: options)
    let texts = texts(form)
    let comparison = FineTuningComparison(
      try presets.map(model), on: try LabelledSplit(texts), form, name: texts.name, plan: plan,
      registry: registry)
    var done: [Int] = []
    let device = try CPUDevice(pool: ThreadPool(threads: 1))
    let (results, predictions) = try comparison.run(on: device) { done.append($0.done) }
    return (results, predictions, done)
  }

  @Test(arguments: LabelledTexts.Form.allCases)
  func everyModelIsTunedAtEveryPointFromBothStarts(_ form: LabelledTexts.Form) throws {
    let (results, predictions, progress) = try run(form, seeds: [1])
    #expect(progress.first == 0 && progress.last == 15 && progress == progress.sorted())
    #expect(results.models.map(\.name) == ["bert", "gpt"])
    #expect(results.models.map(\.kind) == ["encoder", "decoder"])
    #expect(results.task.train == 60 && results.task.development == 20 && results.task.test == 20)
    #expect(results.task.testLabels == (form == .tagging ? 60 : 20))
    for start in results.models.flatMap(\.starts) {
      #expect(start.points.map(\.point) == results.plan.points && start.results.count == 1)
      // What was chosen was best on the texts to choose by.
      let best = start.points.map(\.development.right).max()
      #expect(start.results[0].development.right == best)
      #expect(start.accuracy.value == start.results[0].test.accuracy.value && start.accuracy.interval != nil)
    }
    #expect(
      results.models.map { $0.starts.map(\.name) } == [["trained", "untrained"], ["trained", "untrained"]])
    #expect(
      results.differences.map { [$0.left, $0.right] } == [
        ["gpt trained", "bert trained"], ["bert trained", "bert untrained"],
        ["gpt trained", "gpt untrained"],
      ])
    for difference in results.differences {
      #expect(difference.seeds == nil && (difference.probability == nil) == (form == .tagging))
    }
    let accuracies = results.models.map { $0.starts[0].accuracy.value }
    #expect(abs(results.differences[0].texts.value - (accuracies[1] - accuracies[0])) < 1e-12)
    #expect(
      results.notes.contains { $0.contains("first: in gpt") }
        && results.notes.contains { $0.contains("one seed") })

    // The tables say the same, line by line.
    let grid = results.gridCSV.split(separator: "\n")
    #expect(grid.count == 1 + 16 && grid.count { $0.contains(",yes,") } == 4)
    let lines = predictions.csv.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    #expect(lines.count == 1 + results.task.testLabels && lines.allSatisfy { $0.count == 8 })
    for (column, start) in results.models.flatMap(\.starts).enumerated() {
      #expect(lines.dropFirst().count { $0[3] == $0[4 + column] } == start.results[0].test.right)
    }
    let json = try JSONEncoder().encode(results)
    #expect(try JSONDecoder().decode(FineTuningResults.self, from: json).task.labels == results.task.labels)
    try expectShown(results)
  }

  /// What a report shows of results, and what others can take over.
  private func expectShown(_ results: FineTuningResults) throws {
    #expect(results.grid.rows.flatMap { $0 }.count { $0.hasPrefix("* ") } == 4)
    #expect(results.outcome.rows.map { $0[0] } == ["bert", "bert", "gpt", "gpt"])
    #expect(results.comparison.rows.count == 3)
    for table in [results.grid, results.outcome, results.comparison] {
      #expect(table.isNumber.count == table.columns.count)
      #expect(table.rows.allSatisfy { $0.count == table.columns.count })
    }
    var data = ReportFixture.full()
    #expect(!PageReader.read(ReportPage.html(data)).sections.contains("fine-tuning"))
    data.fineTuning = [results]
    let page = PageReader.read(ReportPage.html(data))
    #expect(page.problem == nil && page.sections.contains("fine-tuning"))
    let difference = results.comparison.rows[0]
    #expect(difference[..<2] == ["gpt trained", "bert trained"])
    for text in [difference[2], "4 points of one grid", "Every point of the grid"] {
      #expect(page.text.contains(text), "\(text)")
    }
    #expect(ExportedTables(data).markdown.contains("gpt trained | bert trained | \(difference[2])"))
  }

  @Test func severalSeedsAreComparedBySeed() throws {
    let (results, _, _) = try run(.classification, seeds: [1, 2, 3])
    for start in results.models.flatMap(\.starts) {
      #expect(start.points.count == 12 && start.results.map(\.point.seed) == [1, 2, 3])
      let mean = start.results.reduce(0) { $0 + $1.test.accuracy.value } / 3
      #expect(abs(start.accuracy.value - mean) < 1e-12)
    }
    for difference in results.differences {
      let seeds = try #require(difference.seeds)
      #expect(abs(seeds.value - difference.texts.value) < 1e-12)
      #expect(try #require(difference.probability) >= 0.25 && difference.corrected != nil)
    }
    #expect(results.notes.contains { $0.contains("3 comparisons need 6 seeds") })
  }

  @Test func theBestPointIsTheFirstOfTheBestAndNeverOneThatDiverged() {
    func point(_ right: Int, _ loss: Double? = 1) -> FineTuningResults.GridPoint {
      let scores = FineTuningResults.Scores(
        right: right, count: 10, accuracy: .share(correct: right, of: 10), macroF1: 0)
      return FineTuningResults.GridPoint(
        point: FineTuningPoint(learningRate: 1, pooling: .mean, seed: 1), loss: loss, development: scores,
        test: scores)
    }
    #expect(FineTuning.best([point(3), point(7), point(7), point(2)], seeds: 1) == 1)
    #expect(FineTuning.best([point(9), point(1), point(6), point(6)], seeds: 2) == 2)
    #expect(FineTuning.best([point(3), point(9, nil)], seeds: 1) == 0)
  }
}
