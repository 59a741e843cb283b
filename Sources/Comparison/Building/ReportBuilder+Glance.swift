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
  /// What all arms were asked alike, and what follows from it.
  func glance(_ asked: [AskedModels]) -> ReportData.Glance {
    var shown: [(rank: Int, row: ReportData.Glance.Row)] = []
    for asked in asked {
      for figure in asked.figures(of: arms) {
        guard let screen = figure.firstScreen, let row = row(asked, figure, screen),
          !shown.contains(where: { $0.row.question == row.question })
        else { continue }
        shown.append((screen.rank, row))
      }
    }
    shown.sort { $0.rank < $1.rank }
    return ReportData.Glance(compared: compared, rows: shown.map(\.row), uses: uses)
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
  private var equalTargets: Int? {
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

  /// A figure of a run; nil where that may be compared with no other.
  private func comparable(_ figure: EvaluationFigure, _ asked: AskedModels, of run: ArmResult)
    -> EvaluationFigure?
  {
    guard isTrained(run, toSee: figure.context ?? .bothSides),
      let own = asked.figure(figure.name, of: run), own.notComparable == nil
    else { return nil }
    return own
  }

  /// What to compare instead, where some arms have a figure that may be compared with no other; nil where none has.
  private func alternative(
    _ figure: EvaluationFigure, _ asked: AskedModels, to first: Int
  ) -> ReportData.Glance.Conclusion? {
    let without = arms.indices.filter { asked.figure(figure.name, of: arms[$0])?.notComparable != nil }
    guard let other = without.first, let reason = reasonAgainst(figure, asked),
      let remedy = asked.figure(figure.name, of: arms[other])?.notComparable?.remedy
    else { return nil }
    return ReportData.Glance.Conclusion(
      sentence: "\(reason), so the losses are not comparable. A comparison that is fair:", isDecided: false,
      command: comparison(of: arms[first], arms[other], with: remedy))
  }

  /// A figure of an evaluation; nil where no two arms have it, and nothing says how they would.
  private func row(
    _ asked: AskedModels, _ figure: EvaluationFigure, _ screen: EvaluationFigure.FirstScreen
  ) -> ReportData.Glance.Row? {
    let figures = arms.map { comparable(figure, asked, of: $0) }
    guard let fair = figures.firstIndex(where: { $0 != nil }) else { return nil }
    let alternative = alternative(figure, asked, to: fair)
    guard alternative != nil || figures.count(where: { $0 != nil }) > 1 else { return nil }
    let curves = arms.map { points(of: figure, $0) }
    let settled = curves.map { ReportData.Glance.Settled($0) }
    let atEqualTargets =
      (figure.curve == nil ? nil : equalTargets).map { targets in
        curves.map { Self.point(at: targets, of: $0) }
      } ?? []
    let isLess = figure.moreIsBetter == false
    let conclusions = pairs(figures).compactMap { first, other -> ReportData.Glance.Conclusion? in
      guard let own = figures[other], let base = figures[first] else { return nil }
      var found = conclusion(
        other, first, own.difference(from: base), unit: figure.isShare ? "points" : figure.unit,
        lowerIsBetter: isLess, jumps: overlap(settled[first], settled[other])
      ) { figure.isShare ? Number.fixed($0 * 100, 1) : Number.fixed($0, 3) }
      if found.isDecided, !atEqualTargets.isEmpty, let early = atEqualTargets[other],
        let base = atEqualTargets[first]
      {
        found.sentence += afterEqualTargets([(other, early), (first, base)], figure)
      }
      return found
    }
    let count = Number.grouped(figure.count)
    let counted = Number.counted(figure.count, figure.countedIn ?? "item")
    let chance = figure.chance.map { chance in
      figure.isShare
        ? "chance \(Number.percent(chance, 0))"
        : "chance is \(chance == chance.rounded() ? Number.fixed(chance, 0) : Number.short(chance))"
    }
    let notes = [counted, isLess ? "lower is better" : nil, chance]
    return ReportData.Glance.Row(
      question: screen.question + (isLess ? " (lower is better)" : ""),
      unit: figure.isShare
        ? "share of \(count)"
        : [figure.countedIn == nil ? "\(figure.unit), mean of \(count)" : figure.unitWithCount, chance]
          .compactMap { $0 }.joined(separator: "; "),
      isShare: figure.isShare, chance: figure.isShare ? figure.chance : nil,
      values: figures.map { $0?.measured }, settled: settled,
      atEqualTargets: atEqualTargets,
      seedValues: overSeeds { comparable(figure, asked, of: $0)?.value },
      card: .init(
        name: screen.short, unit: figure.isShare ? "" : figure.unit,
        note: notes.compactMap { $0 }.joined(separator: ", ")),
      conclusions: conclusions + [atChance(figure, figures), alternative].compactMap { $0 })
  }

  /// What two arms had reached when both had been trained on as many targets.
  private func afterEqualTargets(
    _ values: [(arm: Int, point: ReportData.Glance.AtTargets)], _ figure: EvaluationFigure
  ) -> String {
    let most = values.map(\.point.targets).max() ?? 0
    let words = values.map { arm, point in
      "\(arms[arm].plan.name) "
        + (figure.isShare ? Number.percent(point.value, 1) : Number.fixed(point.value, 3))
    }
    return " After \(Number.compact(Double(most))) targets each: \(words.inWords)."
  }

  /// Which arms are worse than chance, and which are no better as far as the items tell; nil where all are better or
  /// chance is not known.
  private func atChance(_ figure: EvaluationFigure, _ figures: [EvaluationFigure?])
    -> ReportData.Glance.Conclusion?
  {
    guard let chance = figure.chance else { return nil }
    let worth = figure.isShare ? Number.percent(chance, 0) : "\(Number.short(chance)) \(figure.unit)"
    return Self.besideChance(
      zip(arms, figures).map { ($0.plan.name, $1?.measured.interval) }, chance,
      lowerIsBetter: figure.moreIsBetter == false, worth: worth
    ).map { ReportData.Glance.Conclusion(sentence: $0, isDecided: false) }
  }

  /// Which models' intervals lie on the wrong side of chance, and which hold it; nil where none does.
  static func besideChance(
    _ models: [(name: String, interval: Interval?)], _ chance: Double, lowerIsBetter: Bool, worth: String
  ) -> String? {
    var (worse, undecided): ([String], [String]) = ([], [])
    for (name, interval) in models {
      guard let interval else { continue }
      let (good, bad) = lowerIsBetter ? (interval.low, interval.high) : (interval.high, interval.low)
      let isBeyond = { (value: Double) in lowerIsBetter ? value > chance : value < chance }
      if isBeyond(good) {
        worse.append(name)
      } else if isBeyond(bad) || bad == chance {
        undecided.append(name)
      }
    }
    let sentences = [(worse, "worse than"), (undecided, "not measurably better than")].compactMap {
      names, relation in
      names.isEmpty
        ? nil : "\(names.inWords) \(names.count == 1 ? "is" : "are") \(relation) chance (\(worth))."
    }
    return sentences.isEmpty ? nil : sentences.joined(separator: " ")
  }

  /// Each arm with a value and the one that it is compared with.
  private func pairs<Value>(_ values: [Value?]) -> [(first: Int, other: Int)] {
    Opponents.choose(namedOpponents) { values[$0] != nil }.enumerated().compactMap { other, first in
      first.map { ($0, other) }
    }
  }

  /// Which of two arms is better, by how much, and how certain that is.
  private func conclusion(
    _ other: Int, _ first: Int, _ difference: Measured, unit: String, lowerIsBetter: Bool = false,
    jumps: Bool = false, _ text: (Double) -> String
  ) -> ReportData.Glance.Conclusion {
    let (name, base) = (arms[other].plan.name, arms[first].plan.name)
    guard let interval = difference.interval, interval.low > 0 || interval.high < 0 else {
      let reason =
        difference.interval.map {
          "the difference (\(name) − \(base)) is between \(text($0.low)) and \(text($0.high)) \(unit)"
        }
        ?? (difference.value == 0
          ? "they do not differ on any item"
          : "there are too few items for an interval around \(text(difference.value)) \(unit)")
      return ReportData.Glance.Conclusion(
        sentence: "Not decided between \(name) and \(base); \(reason).", isDecided: false)
    }
    let isMore = difference.value > 0
    let better = isMore != lowerIsBetter ? name : base
    let worse = better == name ? base : name
    let sizes = [abs(interval.low), abs(interval.high)].sorted()
    let size = "\(text(abs(difference.value))) \(unit) (\(text(sizes[0])) to \(text(sizes[1])))"
    guard !jumps else {
      return ReportData.Glance.Conclusion(
        sentence: "\(better) ends \(size) ahead of \(worse), but their last "
          + "\(Number.counted(ReportData.Glance.Settled.evaluations, "evaluation")) overlap, so the order is not settled.",
        isDecided: false)
    }
    return ReportData.Glance.Conclusion(
      sentence: "\(better) is better than \(worse) by \(size).", isDecided: true)
  }

  /// Whether the last evaluations of two arms reach into each other's range.
  private func overlap(_ first: ReportData.Glance.Settled?, _ other: ReportData.Glance.Settled?) -> Bool {
    guard let first, let other else { return false }
    return first.low <= other.high && other.low <= first.high
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

extension EvaluationFigure {
  /// This figure minus another model's, with an interval over the items that both were asked; without one where the
  /// items are not known.
  func difference(from other: EvaluationFigure) -> Measured {
    guard let own = sample, let base = other.sample, own.items.count == base.items.count else {
      return Measured(value - other.value)
    }
    if let weights = own.weights {
      return WindowMeasure(bytes: weights.map { Int($0) }).perByte(zip(own.items, base.items).map { $0 - $1 })
    }
    if isShare { return PairedShares(own.items.map { $0 == 1 }, base.items.map { $0 == 1 }).difference }
    let comparison = PairedComparison(own.items, base.items)
    return Measured(comparison.mean, interval: comparison.interval())
  }
}
