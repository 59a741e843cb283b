import Evaluation
import Experiments
import Inference
import Statistics
import SyntheticCorpus
import Text
import Training

extension ReportBuilder {
  /// The places whose exact distributions all runs are compared with; nil for a text without a grammar, and where the
  /// arms cut it into other tokens.
  ///
  /// - Throws: `TextError`.
  func knownPlaces() throws -> KnownPlaces? {
    if let places = scores.places { return places }
    guard let corpus = experiment.corpus, let windows = try scoredRuns()?.windows,
      let automaton = TokenAutomaton(corpus.automaton, tokenizer: arms[0].trained.tokenizer)
    else { return nil }
    scores.places = KnownPlaces(windows, automaton)
    return scores.places
  }

  /// How far the arms' distributions at some places of held-out windows are from the exact ones.
  ///
  /// - Parameter isTrainedForIt: by arm, whether its objective is a likelihood from left to right.
  func truth(_ isTrainedForIt: [Int: Bool]) throws -> ReportData.Truth? {
    guard let known = try knownPlaces() else { return nil }
    var rows: [ReportData.Truth.Row] = []
    for side in ChoiceContext.allCases {
      let floor = known.measure.perToken(known.entropies(side)).value
      var first: [Double]?
      for arm in arms.indices {
        guard let score = try scores.distributions(arms[arm])[side] else { continue }
        rows.append(
          ReportData.Truth.Row(
            arm: arm, side: side, floor: floor,
            divergence: known.measure.perToken(score.divergences).notNegative,
            difference: first.map { first in
              known.measure.perToken(zip(score.divergences, first).map { $0 - $1 })
            },
            calibrationError: score.calibration.error, bins: score.calibration.bins.map(Self.shown),
            isTrainedForIt: side == .bothSides || isTrainedForIt[arm] ?? false))
        first = first ?? score.divergences
      }
    }
    guard !rows.isEmpty else { return nil }
    return ReportData.Truth(
      windows: known.windows.count, places: known.places.reduce(0) { $0 + $1.count }, rows: rows)
  }

  private static func shown(_ bin: Calibration.Bin) -> ReportData.Truth.Bin {
    let count = Double(max(1, bin.count))
    return ReportData.Truth.Bin(
      count: bin.count, predicted: bin.predicted / count, known: bin.known / count)
  }
}
