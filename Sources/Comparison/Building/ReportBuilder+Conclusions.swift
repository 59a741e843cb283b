import Evaluation
import Experiments
import Foundation
import Inference
import Reporting
import Statistics
import Training
import Wording
import Zoo

/// A figure of an evaluation with what every arm has of it.
struct ComparedFigure {
  /// The evaluation and what the models answered.
  let asked: AskedModels
  /// The figure of the first arm that has it.
  let figure: EvaluationFigure
  /// Arm by arm; nil for one without it, and for one that may be compared with no other.
  let figures: [EvaluationFigure?]
  /// Its last evaluations during training, arm by arm.
  let settled: [ReportData.Glance.Settled?]
  /// At the targets that every arm has had; empty where all were trained on as many.
  let atEqualTargets: [ReportData.Glance.AtTargets?]

  /// How the first screen shows it.
  var screen: EvaluationFigure.FirstScreen? { figure.firstScreen }
  /// Whether lower is better.
  var isLess: Bool { figure.moreIsBetter == false }
  /// What the first screen asks; nil where that does not show it.
  var question: String? { screen.map { $0.question + (isLess ? " (lower is better)" : "") } }

  /// Whether it is a figure of an evaluation that a verdict is about.
  func isMeant(by verdict: Verdict, of evaluation: EvaluatedModels) -> Bool {
    verdict.figure == figure.name && evaluation.evaluated.evaluation == asked.asked.settings.type
      && evaluation.evaluated.settings == asked.asked.listing
  }
}

extension ReportBuilder {
  /// The figures of the first screen, the first of its rows first: those that two arms have, or of which something says
  /// how they would.
  func figuresOfFirstScreen(_ asked: [AskedModels]) -> [ComparedFigure] {
    var shown: [ComparedFigure] = []
    for asked in asked {
      for figure in asked.figures(of: arms) where figure.firstScreen != nil {
        let one = compared(figure, asked)
        let fair = one.figures.indices.filter { one.figures[$0] != nil }
        guard !fair.isEmpty, fair.count > 1 || remedy(one) != nil,
          !shown.contains(where: { $0.screen?.question == figure.firstScreen?.question })
        else { continue }
        shown.append(one)
      }
    }
    return shown.sorted { ($0.screen?.rank ?? 0) < ($1.screen?.rank ?? 0) }
  }

  private func compared(_ figure: EvaluationFigure, _ asked: AskedModels) -> ComparedFigure {
    let curves = arms.map { points(of: figure, $0) }
    return ComparedFigure(
      asked: asked, figure: figure, figures: arms.map { comparable(figure, asked, of: $0) },
      settled: curves.map { ReportData.Glance.Settled($0) },
      atEqualTargets: (figure.curve == nil ? nil : equalTargets).map { targets in
        curves.map { Self.point(at: targets, of: $0) }
      } ?? [])
  }

  /// A figure of a run; nil where that may be compared with no other.
  func comparable(_ figure: EvaluationFigure, _ asked: AskedModels, of run: ArmResult)
    -> EvaluationFigure?
  {
    guard isTrained(run, toSee: figure.context ?? .bothSides),
      let own = asked.figure(figure.name, of: run), own.notComparable == nil
    else { return nil }
    return own
  }

  /// What the first screen says, in the order of its rows.
  func conclusions(_ first: [ComparedFigure], _ evaluations: [EvaluatedModels]) -> [ReportData.Conclusion] {
    first.flatMap { one -> [ReportData.Conclusion] in
      let verdicts = evaluations.flatMap { evaluation in
        evaluation.verdicts.filter { one.isMeant(by: $0, of: evaluation) }
      }
      return conclusions(one, one.question, verdicts).map { found in
        var found = found
        found.isLeading = true
        return found
      }
    }
  }

  /// What evaluations say of what is not on the first screen. A verdict about a figure becomes who is better by it.
  func otherConclusions(_ first: [ComparedFigure], _ evaluations: [EvaluatedModels]) -> [ReportData
    .Conclusion]
  {
    evaluations.flatMap { evaluation -> [ReportData.Conclusion] in
      var said: Set<String> = []
      return evaluation.verdicts.flatMap { verdict -> [ReportData.Conclusion] in
        guard let name = verdict.figure,
          let figure = evaluation.asked.figures(of: arms).first(where: { $0.name == name })
        else { return [ReportData.Conclusion(verdict)] }
        guard !first.contains(where: { $0.isMeant(by: verdict, of: evaluation) }), said.insert(name).inserted
        else {
          return []
        }
        let question =
          verdict.statement.hasSuffix(".") ? String(verdict.statement.dropLast()) : verdict.statement
        let found = conclusions(
          compared(figure, evaluation.asked), question, evaluation.verdicts.filter { $0.figure == name })
        return found.isEmpty ? [ReportData.Conclusion(verdict)] : found
      }
    }
  }

  /// Who is better by a figure, who is no better than chance, and who may not be compared.
  ///
  /// - Parameter verdicts: what the evaluation says of the figure.
  private func conclusions(_ one: ComparedFigure, _ question: String?, _ verdicts: [Verdict])
    -> [ReportData.Conclusion]
  {
    let said = verdicts.first(where: \.comparable)
    let numbers = said?.numbers ?? numbers(of: arms.indices.filter { one.figures[$0] != nil }, one)
    let because = said?.because ?? reason(one)
    var found = pairs(one.figures).compactMap { first, other in conclusion(one, other, first) }
    if let sentence = atChance(one.figure, one.figures) { found.append(.init(statement: sentence)) }
    for index in found.indices { (found[index].numbers, found[index].because) = (numbers, because) }
    found += [notComparable(one, verdicts)].compactMap { $0 }
    for index in found.indices { found[index].question = question }
    return found
  }

  /// Why models may be compared by a figure.
  private func reason(_ one: ComparedFigure) -> String {
    let counted = Number.counted(one.figure.count, one.figure.countedIn ?? "item")
    return "the same \(counted)\(one.figure.context == nil ? "" : " with the same context"); "
      + results(one.asked).scope
  }

  /// The values of some arms with their intervals.
  private func numbers(of indices: [Int], _ one: ComparedFigure) -> String {
    indices.compactMap { index in
      one.asked.figure(one.figure.name, of: arms[index]).map { figure in
        let name = arms[index].plan.name
        guard figure.isShare else { return "\(name) \(Block.NumberStyle.fixed(3).text(figure.measured))" }
        // One sign for all three numbers.
        let range = Number.interval(figure.measured.interval) { Number.fixed($0 * 100, 1) }
        return "\(name) \(Number.percent(figure.value))" + (range.isEmpty ? "" : " (\(range))")
      }
    }.joined(separator: ", ") + (one.figure.isShare || one.figure.unit.isEmpty ? "" : " \(one.figure.unit)")
  }

  /// The first arm whose figure may be compared with no other, and the setting with which it might.
  private func remedy(_ one: ComparedFigure) -> (arm: Int, setting: String)? {
    for arm in arms.indices {
      if let against = one.asked.figure(one.figure.name, of: arms[arm])?.notComparable {
        return (arm, against.remedy)
      }
    }
    return nil
  }

  /// Which arms have a figure that may be compared with no other, and what to compare instead; nil where none has.
  private func notComparable(_ one: ComparedFigure, _ verdicts: [Verdict]) -> ReportData.Conclusion? {
    let asked = arms.indices.filter { one.asked.figure(one.figure.name, of: arms[$0]) != nil }
    let (fair, without) = (asked.filter { one.figures[$0] != nil }, asked.filter { one.figures[$0] == nil })
    guard asked.count > 1, !without.isEmpty else { return nil }
    func names(_ indices: [Int]) -> String { indices.map { arms[$0].plan.name }.inWords }
    let isOne = without.count == 1
    let others = fair.isEmpty ? "" : fair.count > 3 ? " with the others" : " with \(names(fair))"
    return ReportData.Conclusion(
      statement: "\(names(without)) \(isOne ? "is" : "are") not comparable\(others).",
      numbers: numbers(of: asked, one), isComparable: false,
      because: reasonAgainst(one.figure, one.asked) ?? results(one.asked).reasonAgainst(one.figure.context)
        ?? verdicts.first { !$0.comparable }?.because ?? "",
      command: fair.first.flatMap { first in
        remedy(one).map { comparison(of: arms[first], arms[$0.arm], with: $0.setting) }
      })
  }

  /// Which of two arms is better by a figure; nil where one has none.
  private func conclusion(_ one: ComparedFigure, _ other: Int, _ first: Int) -> ReportData.Conclusion? {
    guard let own = one.figures[other], let base = one.figures[first] else { return nil }
    let figure = one.figure
    var found = conclusion(
      other, first, own.difference(from: base), unit: figure.isShare ? "points" : figure.unit,
      lowerIsBetter: one.isLess, jumps: overlap(one.settled[first], one.settled[other])
    ) { figure.isShare ? Number.fixed($0 * 100, 1) : Number.fixed($0, 3) }
    if found.isDecided == true, !one.atEqualTargets.isEmpty, let early = one.atEqualTargets[other],
      let base = one.atEqualTargets[first]
    {
      found.statement += afterEqualTargets([(other, early), (first, base)], figure)
    }
    return found
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
  private func atChance(_ figure: EvaluationFigure, _ figures: [EvaluationFigure?]) -> String? {
    guard let chance = figure.chance else { return nil }
    let worth = figure.isShare ? Number.percent(chance, 0) : "\(Self.text(ofChance: chance)) \(figure.unit)"
    return Self.besideChance(
      zip(arms, figures).map { ($0.plan.name, $1?.measured.interval) }, chance,
      lowerIsBetter: figure.moreIsBetter == false, worth: worth)
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
  ) -> ReportData.Conclusion {
    let (name, base) = (arms[other].plan.name, arms[first].plan.name)
    guard let interval = difference.interval, interval.low > 0 || interval.high < 0 else {
      let reason =
        difference.interval.map {
          "the difference (\(name) − \(base)) is between \(text($0.low)) and \(text($0.high)) \(unit)"
        }
        ?? (difference.value == 0
          ? "they do not differ on any item"
          : "there are too few items for an interval around \(text(difference.value)) \(unit)")
      return ReportData.Conclusion(
        statement: "Not decided between \(name) and \(base); \(reason).", isDecided: false)
    }
    let isMore = difference.value > 0
    let better = isMore != lowerIsBetter ? name : base
    let worse = better == name ? base : name
    let sizes = [abs(interval.low), abs(interval.high)].sorted()
    let size = "\(text(abs(difference.value))) \(unit) (\(text(sizes[0])) to \(text(sizes[1])))"
    guard !jumps else {
      return ReportData.Conclusion(
        statement: "\(better) ends \(size) ahead of \(worse), but their last "
          + "\(Number.counted(ReportData.Glance.Settled.evaluations, "evaluation")) overlap, so the order is not settled.",
        isDecided: false)
    }
    return ReportData.Conclusion(
      statement: "\(better) is better than \(worse) by \(size).", isDecided: true)
  }

  /// Whether the last evaluations of two arms reach into each other's range.
  private func overlap(_ first: ReportData.Glance.Settled?, _ other: ReportData.Glance.Settled?) -> Bool {
    guard let first, let other else { return false }
    return first.low <= other.high && other.low <= first.high
  }
}
