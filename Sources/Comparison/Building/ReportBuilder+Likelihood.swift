import Evaluation
import Experiments
import Foundation
import Inference
import Reporting
import Statistics
import Text
import Training
import Zoo

extension ReportBuilder {
  /// How many windows are scored, where the held-out text has them.
  static let scoredWindows = 64

  /// What all runs are scored on, with what is known of them already; nil where the arms cut the text into
  /// other windows, none of them has a likelihood, or the windows hold text that the tokenizer does not know.
  ///
  /// The windows are the same for every budget, so that models of several budgets are scored on one text. Scoring an
  /// encoder reads a window once for each of its tokens: all of them cost as much as training on about 90,000 tokens
  /// for each order and pseudo-likelihood.
  func scoredRuns() throws -> ScoredRuns? {
    if scores.windows == nil {
      guard experiment.isOneText, isOneTokenizer else { return nil }
      let scorings = arms.map { try? WindowScoring($0.trained) }
      guard scorings.contains(where: { $0 != nil }) else { return nil }
      let length = min(64, arms.map(\.plan.descriptor.context).min() ?? 64)
      let windows = try heldOutWindows(arms[0], length: length, limit: Self.scoredWindows)
      // Text that the tokenizer does not know has no probability, which was said before training.
      let known = windows.allSatisfy { window in scorings.allSatisfy { $0?.refusal(of: window) == nil } }
      guard known else { return nil }
      scores.windows = windows
    }
    return scores
  }

  /// Whether an arm has a likelihood and its objective taught it that in an order: by the next token, or by hiding
  /// what that order has not come to.
  func isTrainedForLikelihood(_ arm: ArmResult, _ order: UnmaskingOrder = .leftToRight) -> Bool {
    guard (try? WindowScoring(arm.trained)) != nil else { return false }
    return arm.trained.predicts == .next || isTrained(arm, in: order)
  }

  /// Whether an arm's objective taught it to answer with no more than that in view: a model that was trained at
  /// a fixed masking rate has never seen all of the right side hidden, unless it cannot see that side.
  func isTrained(_ arm: ArmResult, toSee side: ChoiceContext) -> Bool {
    side == .bothSides || !arm.trained.model.mask.seesFuture || arm.objective.teachesFromLeft
  }

  /// Why answers from the left side alone are no ground for a verdict on these arms; nil where they are.
  func reasonAgainst(_ side: ChoiceContext, _ arms: [ArmResult]) -> String? {
    side.reasonAgainst(untrained: arms.filter { !isTrained($0, toSee: side) }.map(\.plan.name))
  }

  /// Whether an arm that predicts hidden tokens was trained with what an order has not come to hidden.
  private func isTrained(_ arm: ArmResult, in order: UnmaskingOrder) -> Bool {
    switch arm.objective.taughtOrder {
    case .random: return true
    case .leftToRight: return order == .leftToRight
    case .rightToLeft: return order == .rightToLeft
    case nil: return false
    }
  }

  /// The likelihood of some held-out windows under every arm; nil where it cannot be had.
  func likelihood() throws -> ReportData.Likelihood? {
    guard let scores = try scoredRuns(), let windows = scores.windows, let length = windows.first?.count
    else { return nil }
    let tokenizer = arms[0].trained.tokenizer
    let texts = windows.map { $0.flatMap { tokenizer.bytes(of: $0) } }
    let grammar = experiment.corpus.map { corpus in texts.map { corpus.automaton.bits($0) } }
    let measure = WindowMeasure(bytes: texts.map(\.count))

    var result = ReportData.Likelihood(
      windows: windows.count, tokens: length, bytes: texts.reduce(0) { $0 + $1.count },
      floor: grammar.map { measure.perByte($0).value }, scores: [], shares: [], pseudo: [])
    for (index, arm) in arms.enumerated() {
      guard let scoring = try? WindowScoring(arm.trained), let first = try scores.score(arm) else { continue }
      let orders: [UnmaskingOrder] = scoring.hasOrders ? [.leftToRight, .random(seed: 1)] : [.leftToRight]
      for order in orders {
        let before = arm.trained.context.device.matrixFlops
        let score =
          order == .leftToRight
          ? first
          : ScoredRuns.Score(
            nats: try scoring.nats(windows, order: order),
            flops: Double(arm.trained.context.device.matrixFlops - before))
        result.scores.append(
          ReportData.Likelihood.Score(
            arm: index, order: "\(order)", bitsPerByte: measure.perByte(score.bits).notNegative,
            excess: grammar.map { measure.perByte(zip(score.bits, $0).map { $0 - $1 }) },
            flops: score.flops, isTrainedForIt: isTrainedForLikelihood(arm, order)))
        guard scoring.hasOrders else { continue }
        result.shares.append(share(score.nats, order, arm: index))
      }
      guard scoring.hasOrders else { continue }
      let pseudo = try scoring.pseudoNats(windows)
      for form in WindowScoring.PseudoForm.allCases {
        let bits = (pseudo[form] ?? []).map { $0.reduce(0, +) / log(2) }
        result.pseudo.append(
          ReportData.Likelihood.Pseudo(
            arm: index, form: form == .original ? "one token masked" : "the rest of its word also masked",
            bitsPerByte: measure.perByte(bits).value))
      }
    }
    return result
  }

  /// The held-out row of exact likelihoods.
  func likelihoodRows(_ likelihood: ReportData.Likelihood?) -> [ReportData.HeldOutRow] {
    guard let likelihood else { return [] }
    let scores = arms.indices.map { arm in likelihood.scores.first { $0.arm == arm } }
    let isFair = scores.allSatisfy { $0?.isTrainedForIt ?? true }
    return [
      ReportData.HeldOutRow(
        measure: "likelihood by the chain rule, left to right",
        unit: "bits per byte, at most, of \(Number.counted(likelihood.windows, "window"))",
        values: scores.map { $0?.bitsPerByte },
        comparable: isFair,
        because: isFair
          ? "the same windows of known length; each model was trained for this task"
          : "the same windows, but an encoder that was trained with a fixed masking rate is evaluated with up to "
            + "all tokens masked; one trained with objective any-order would be comparable")
    ]
  }

  /// Five groups of places, from those predicted with little hidden to those with nearly all.
  private func share(_ nats: [[Double]], _ order: UnmaskingOrder, arm: Int) -> ReportData.Likelihood.Share {
    let length = nats.first?.count ?? 0
    let shares = WindowScoring.hiddenShare(length: length, order: order)
    let places = (0..<length).sorted { (shares[$0], $0) < (shares[$1], $1) }
    let groups = (0..<5).map { places[length * $0 / 5..<length * ($0 + 1) / 5] }.filter { !$0.isEmpty }
    func mean(_ places: ArraySlice<Int>, _ value: (Int) -> Double) -> Double {
      places.reduce(0) { $0 + value($1) } / Double(places.count)
    }
    return ReportData.Likelihood.Share(
      arm: arm, order: "\(order)", hidden: groups.map { mean($0) { shares[$0] } },
      bits: groups.map { group in
        mean(group) { place in nats.reduce(0) { $0 + $1[place] } / Double(nats.count) / log(2) }
      })
  }
}
