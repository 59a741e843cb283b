import Evaluation
import Experiments
import Foundation
import Inference
import Reporting
import Statistics
import Training
import Wording
import Zoo

extension ReportBuilder {
  /// What all arms were asked alike, and what each is for.
  func glance(_ first: [ComparedFigure]) -> ReportData.Glance {
    ReportData.Glance(
      compared: compared, rows: first.compactMap { one in one.screen.map { row(one, $0) } }, uses: uses)
  }

  /// What guessing is worth in the unit of a figure that is no proportion.
  static func text(ofChance chance: Double) -> String {
    chance == chance.rounded() ? Number.fixed(chance, 0) : Number.short(chance)
  }

  /// A row of the table.
  private func row(_ one: ComparedFigure, _ screen: EvaluationFigure.FirstScreen) -> ReportData.Glance.Row {
    let figure = one.figure
    let count = Number.grouped(figure.count)
    let counted = Number.counted(figure.count, figure.countedIn ?? "item")
    let chance = figure.chance.map { chance in
      figure.isShare
        ? "chance \(Number.percent(chance, 0))"
        : "chance is \(Self.text(ofChance: chance))"
    }
    let notes = [counted, one.isLess ? "lower is better" : nil, chance]
    return ReportData.Glance.Row(
      question: one.question ?? screen.question,
      unit: figure.isShare
        ? "share of \(count)"
        : [figure.countedIn == nil ? "\(figure.unit), mean of \(count)" : figure.unitWithCount, chance]
          .compactMap { $0 }.joined(separator: "; "),
      isShare: figure.isShare, chance: figure.isShare ? figure.chance : nil,
      values: one.figures.map { $0?.measured }, settled: one.settled,
      atEqualTargets: one.atEqualTargets,
      seedValues: overSeeds { comparable(figure, one.asked, of: $0)?.value },
      card: .init(
        name: screen.short, unit: figure.isShare ? "" : figure.unit,
        note: notes.compactMap { $0 }.joined(separator: ", ")),
      conclusions: [])
  }

  /// The arms, the text and the training in a few sentences.
  private var compared: String {
    let trained = arms.filter(\.isTrainingKnown)
    let steps = Set(trained.map(\.record.state.step))
    func counted(_ steps: Int) -> String { Number.counted(steps, "step") }
    func described(_ arm: ArmResult) -> String {
      // Of models with several numbers of steps each has its own behind its name.
      let own = steps.count > 1 && arm.isTrainingKnown ? ", \(counted(arm.record.state.step))" : ""
      return "\(arm.plan.name) (\(arm.kind == .encoder ? "encoder" : "decoder"), "
        + "\(Number.compact(Double(arm.record.parameters))) parameters, \(arm.task)\(own))"
    }
    let unknown = untrained.map { origin, arms in
      "\(arms.map(described).inWords) \(arms.count == 1 ? "was" : "were") \(origin); training text, recipe and tokens "
        + "seen are not known."
    }.joined(separator: " ")
    guard !trained.isEmpty else { return unknown }
    let models = trained.map(described)
    let targets = arms.map(\.record.state.supervisedTokens)
    var sentence =
      "\(models.inWords) \(trained.count == 1 ? "was" : "were") trained on \(texts.inWords)"
      + (steps.count == 1 ? steps.map { " for \(counted($0))" }.joined() : "") + "."
    if let least = targets.min(), let most = targets.max(), least > 0, Double(most) > 1.05 * Double(least),
      let fewest = targets.firstIndex(of: least), let other = targets.firstIndex(of: most)
    {
      let fewer = Number.compact(Double(least))
      sentence +=
        " \(steps.count == 1 ? "In the same number of steps " : "")\(arms[other].plan.name) was trained on "
        + "\(Number.compact(Double(most))) targets, \(Number.fixed(Double(most) / Double(least), 1)) times as many as "
        + "\(arms[fewest].plan.name) (\(fewer)). The table also shows each model at its last evaluation with no more "
        + "than \(fewer) targets."
    }
    return unknown.isEmpty ? sentence : sentence + " " + unknown
  }

  /// The targets that every arm has had; nil where all had as many.
  var equalTargets: Int? {
    let targets = arms.map(\.record.state.supervisedTokens)
    guard let least = targets.min(), let most = targets.max(), Double(most) > 1.05 * Double(least) else {
      return nil
    }
    return least
  }

  /// A value of every run, by arm and seed; nil with one seed.
  private func overSeeds(_ value: (ArmResult) -> Double?) -> [[Double]]? {
    let runs = runsOfAllSeeds
    guard runs.contains(where: { $0.count > 1 }) else { return nil }
    return runs.map { $0.compactMap(value) }
  }

  /// The last evaluation with at most so many targets.
  static func point(at targets: Int, of points: [CurvePoint]) -> ReportData.Glance.AtTargets? {
    points.last { $0.supervisedTokens > 0 && $0.supervisedTokens <= Double(targets) * 1.001 }.map {
      ReportData.Glance.AtTargets(targets: Int(min($0.supervisedTokens, 9e18)), value: $0.value)
    }
  }

  /// What the kinds of models that were trained are for.
  private var uses: [ReportData.Glance.Conclusion] {
    var uses: [ReportData.Glance.Conclusion] = []
    func names(_ models: [ArmResult]) -> String { models.map(\.plan.name).inWords }
    func add(_ sentence: String, _ name: String, _ words: [String]) {
      uses.append(.init(sentence: sentence, isDecided: true, command: command(name, words)))
    }
    let encoders = arms.filter { $0.trained.predicts == .hidden }
    if let encoder = encoders.first {
      let count = Number.counted(encoder.trained.tokenizer.vocabularySize, "token")
      let isOne = encoders.count == 1
      add(
        "\(names(encoders)) \(isOne ? "reads" : "read") both sides of a gap and \(isOne ? "ranks all \(count)" : "rank all tokens") "
          + "for it in one pass; a decoder has to read the text once for each candidate.",
        "fill", [encoder.reference, textToFill(encoder)])
      add(
        "The vectors that \(names(encoders)) \(isOne ? "gives" : "give") whole texts are useful for search and, after "
          + "fine-tuning, for classification and labelling.", "embed", [encoder.reference, "a text"])
    }
    let decoders = arms.filter { $0.trained.predicts == .next }
    if let decoder = decoders.first {
      let isOne = decoders.count == 1
      add(
        "\(names(decoders)) \(isOne ? "generates" : "generate") text and \(isOne ? "gives" : "give") any text a probability.",
        "generate", [decoder.reference])
    }
    return uses
  }

  /// A text with a mask in words of the held-out text; where no sentence of that can be masked, the mask alone.
  private func textToFill(_ encoder: ArmResult) -> String {
    let sentences = (try? MaskedSentences(encoder.trained, experiment.source))?.all ?? []
    return sentences.map(\.text).first { !$0.hasPrefix("-") } ?? encoder.trained.maskText
  }
}
