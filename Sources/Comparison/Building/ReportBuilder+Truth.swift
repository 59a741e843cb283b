import Evaluation
import Statistics
import SyntheticCorpus
import Tensors
import Text
import Training
import Zoo

extension ReportBuilder {
  /// How many places of each window are looked at.
  private static let truthPlaces = 8

  /// How far the arms' distributions at some places of held-out windows are from the exact ones.
  ///
  /// - Parameter isTrainedForIt: by arm, whether its objective is a likelihood from left to right.
  func truth(
    _ data: TrainingData, length: Int, _ automaton: TokenAutomaton, _ isTrainedForIt: [Int: Bool]
  ) throws -> ReportData.Truth? {
    // The same for every budget. An encoder reads a window twice for each of its places.
    let windows = try WindowSampler.frozen(data.heldOut, length: length, limit: Self.scoredWindows)
    let places = windows.indices.map { window in
      let key = RandomStream(seed: 1).key("places of known distributions", step: window)
      let length = windows[window].count
      return shuffledPlaces(count: min(Self.truthPlaces, length), of: length, key: key).sorted()
    }
    var rows: [ReportData.Truth.Row] = []
    for side in ChoiceContext.allCases {
      let known = zip(windows, places).map { window, places in
        places.map {
          side == .leftOnly
            ? automaton.distribution(after: window[..<$0]) : automaton.distribution(at: $0, of: window)
        }
      }
      var first: [Double]?
      for arm in arms.indices {
        guard let scoring = try? PlaceScoring(arms[arm].trained), scoring.sides.contains(side) else {
          continue
        }
        let predicted = try scoring.distributions(windows, at: places, side)
        let divergences = zip(known, predicted).map { zip($0, $1).map(Divergence.bits).reduce(0, +) }
        let entropies = known.map { $0.map(Divergence.entropy).reduce(0, +) }
        let measure = WindowMeasure(tokens: places.map(\.count))
        var calibration = Calibration()
        for (known, predicted) in zip(known.joined(), predicted.joined()) {
          calibration.add(known, predicted)
        }
        rows.append(
          ReportData.Truth.Row(
            arm: arm, side: side, floor: measure.perToken(entropies).value,
            divergence: measure.perToken(divergences).notNegative,
            difference: first.map { first in
              measure.perToken(zip(divergences, first).map { $0 - $1 })
            },
            calibrationError: calibration.error, bins: calibration.bins.map(Self.shown),
            isTrainedForIt: side == .bothSides || isTrainedForIt[arm] ?? false))
        first = first ?? divergences
      }
    }
    guard !rows.isEmpty else { return nil }
    return ReportData.Truth(
      windows: windows.count, places: places.reduce(0) { $0 + $1.count }, rows: rows)
  }

  private static func shown(_ bin: Calibration.Bin) -> ReportData.Truth.Bin {
    let count = Double(max(1, bin.count))
    return ReportData.Truth.Bin(
      count: bin.count, predicted: bin.predicted / count, known: bin.known / count)
  }
}

extension ReportBuilder {
  /// Tokens that the arm with the shortest training has read.
  var leastTokens: Int { arms.map(\.record.state.tokens).min() ?? 0 }
}
