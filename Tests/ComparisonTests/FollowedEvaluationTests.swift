import Foundation
import Inference
import Installed
import Settings
import TestSupport
import Testing
import Text
import Training
import Zoo

@testable import Comparison
@testable import Evaluation
@testable import Experiments

/// An evaluation from outside that is followed while models train: with nothing else edited it is logged, drawn, on the
/// first screen, tested over seeds, and stored with the run.
@Suite struct FollowedEvaluationTests {
  /// The bytes of some words that a model finds more probable than others.
  private struct Shares: FollowedEvaluation {
    func questions(_ text: TextSource, _ readers: [EvaluationSubject.Reader]) throws -> [String] {
      ["one", "two", "six", "ten"].filter { word in readers.allSatisfy { $0.fits(word) } }
    }

    func measure(
      _ model: LoadedModel, _ questions: [String], isFinal: Bool,
      progress: (_ done: Int, _ total: Int) -> Void
    ) throws -> [EvaluationFigure] {
      guard model.kind == .decoder || isFinal else { throw InferenceError("encoders are asked at the end") }
      // As many are right as the model was trained for, so that the values are known.
      var figure = EvaluationFigure("words", right: questions.indices.map { $0 < 3 })
      figure.chance = 0.5
      figure.defaultRank = 1
      figure.firstScreen = .init(rank: -1, question: "finding words", short: "found words")
      figure.curve = .init(metric: "outside.words", title: "Words that are found", dependsOnModels: false)
      return [figure]
    }
  }

  /// An evaluation that fails for a reason of its own.
  private struct Failing: Evaluation {
    func measure(_ subject: EvaluationSubject) throws -> [EvaluationFigure] {
      throw TextError(place: "failing", reason: "a part is lacking", suggestion: "none")
    }
  }

  private func registry() throws -> Registry {
    var registry = try Registry.standard()
    try registry.add("failing", to: .evaluation, summary: "an evaluation that fails") { _ in Failing() }
    try registry.add("outside", to: .evaluation, summary: "an evaluation from outside") { _ in Shares() }
    return registry
  }

  @Test func nothingElseHasToKnowIt() throws {
    try withTemporaryFolder { folder in
      let registry = try registry()
      let file = folder.appending(path: "text.txt")
      try Data((0..<300).map { "line \($0) of a text, with \($0 % 7) words\n" }.joined().utf8).write(to: file)
      let plans = try ["gpt", "gpt2", "bert"].map { name -> ArmPlan in
        let descriptor =
          "{ architecture: '\(name.filter { $0.isLetter })', tokenizer: 'bytes', context: 24, width: 16, layers: 1 }"
        let sets = [
          "evaluationWindows=2", "batch=2", "steps=4", "evaluateEvery=2",
          "data=\(Node(.text(file.path)).json())",
        ]
        return ArmPlan(
          name: name, descriptor: try registry.resolve(try Node.parse(descriptor, file: name), name: name),
          recipe: try Recipe.load(nil, sets: sets, registry: registry))
      }
      let experiment = try Experiment(
        plans, registry: registry, folder: folder.appending(path: "runs"), threads: 1, version: "test")
      let design = Design(evaluations: ["{\"type\": \"outside\"}"])
      let data = try experiment.data()
      try experiment.follow(design, data)
      #expect(experiment.followed.withLock { $0.all.map(\.asked.settings.type) }.last == "outside")
      // Decoders read a start token before the text, so a text of a whole context does not fit.
      let readers = experiment.followed.withLock { $0.readers }
      #expect(readers.map(\.startsWithToken) == [true, true, false])
      #expect(readers.map(\.isEncoder) == [false, false, true])
      let completed = try experiment.completed(data)
      let forecasts = try experiment.forecasts(completed, data)
      let results = try completed.indices.map { index in
        try #require(
          try experiment.train(
            completed[index], data[index], forecast: forecasts[index], events: Experiment.Events()))
      }
      let logged = try results.map { result in
        try MetricsLog.read(result.folder.metrics).filter { $0["kind"] == .text("evaluation") }.map {
          $0["outside.words"]?.number
        }
      }
      // The encoder can be asked at the end only, and its training does not end for that.
      #expect(logged[0].count >= 3 && logged[0].allSatisfy { $0 == 0.75 } && logged[1] == logged[0])
      #expect(logged[2].last == 0.75 && logged[2].dropLast().allSatisfy { $0 == nil })

      let objectives = try completed.map {
        try $0.recipe.objective(
          for: try registry.architecture($0.descriptor.architecture), registry: registry)
      }
      let certificate = Certificate(completed, data, forecasts, objectives: objectives, declared: [])
      let builder = ReportBuilder(
        experiment, results, certificate, command: "c", seconds: { 1 }, gemmPeak: 1e9, design: design)
      // The answers of the trained models were stored when they were measured, under the question of the report.
      for result in results {
        let kept = EvaluationStore(result.folder).all().filter { $0.question.evaluation == "outside" }
        #expect(kept.count == 1)
      }
      let asked = try builder.askedModels()
      for result in results {
        #expect(EvaluationStore(result.folder).all().count { $0.question.evaluation == "outside" } == 1)
      }
      let report = builder.build(title: "t", version: "test")
      #expect(report.problems == nil, "\(report.problems ?? [])")
      #expect(asked.last?.figures(of: results).map(\.value) == [0.75])
      #expect(report.glance?.rows.first?.question == "finding words")
      #expect(report.glance?.rows.first?.values.map { $0?.value } == [0.75, 0.75, 0.75])
      #expect(report.curveKinds?.contains { $0.title == "Words that are found" && $0.isShare } == true)
      #expect(report.curves.count { $0.metric.rawValue == "outside.words" } == 3)
      #expect(report.heldOut.contains { $0.measure == "words" && $0.comparable })
      #expect(report.evaluations?.last?.evaluation == "outside")
      let measures = builder.measures(try #require(asked.last), results.map { [$0] })
      #expect(measures.map(\.rank) == [1] && measures[0].measure.values == [[0.75], [0.75], [0.75]])
      #expect(measures[0].measure.items?[2][0] == [1, 1, 1, 0])
      // One that fails takes no other away.
      let failing = ReportBuilder(
        experiment, results, certificate, command: "c", seconds: { 1 }, gemmPeak: 1e9,
        design: Design(evaluations: ["{\"type\": \"failing\"}"] + design.evaluations)
      ).build(title: "t", version: "test")
      #expect(failing.problems?.count == 3)
      #expect(
        failing.problems?.allSatisfy { $0.hasPrefix("failing of ") && $0.contains("a part is lacking") }
          == true)
      let names = try #require(report.evaluations).map(\.evaluation)
      #expect(failing.evaluations?.map(\.evaluation).filter { $0 != "failing" } == names)
      // What decides whether seeds are added is what decides in the report, whoever asked for it.
      let path = ReportBuilder(
        experiment, results, certificate, command: "c", seconds: { 1 }, gemmPeak: 1e9,
        design: Design(isPath: true, evaluations: design.evaluations))
      #expect(try path.seeds()?.measures.first?.name == "words")
      #expect(try path.seeds(path.askedModels())?.measures.first?.name == "words")
    }
  }

  /// A difference has the interval of what the figure is a mean of.
  @Test func differencesAreOverItems() {
    func figure(_ right: [Bool]) -> EvaluationFigure { EvaluationFigure("x", right: right) }
    let (many, few) = (figure([true, true, true, false]), figure([true, false, false, false]))
    #expect(many.difference(from: few).interval != nil)
    let bits = EvaluationFigure("b", meanOf: [1, 2, 3], unit: "bits", moreIsBetter: false)
    let other = EvaluationFigure("b", meanOf: [0, 2, 1], unit: "bits", moreIsBetter: false)
    #expect(bits.difference(from: other).value == 1)
    // Of other items only the difference of the values is known.
    let shorter = EvaluationFigure("b", meanOf: [1, 1], unit: "bits", moreIsBetter: false)
    #expect(bits.difference(from: shorter) == .init(1))
    var weighted = bits
    weighted.sample?.weights = [1, 1, 2]
    var base = other
    base.sample?.weights = [1, 1, 2]
    #expect(weighted.difference(from: base).value == 3.0 / 4)
  }
}
