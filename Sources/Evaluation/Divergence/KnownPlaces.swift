import Inference
import Statistics
import SyntheticCorpus
import Tensors
import Training

/// Places of windows at which the exact distribution of the token is known, drawn once with a fixed seed.
struct KnownPlaces {
  /// `[windows][length]`
  let windows: [[Int32]]
  /// The places of each window.
  let places: [[Int]]
  private let automaton: TokenAutomaton

  /// Some places of windows.
  ///
  /// - Parameter count: how many places of each window.
  init(_ windows: [[Int32]], count: Int, _ automaton: TokenAutomaton) {
    self.windows = windows
    self.automaton = automaton
    places = windows.indices.map { window in
      let key = RandomStream(seed: 1).key("places of known distributions", step: window)
      let length = windows[window].count
      return shuffledPlaces(count: min(count, length), of: length, key: key).sorted()
    }
  }

  /// The exact distributions given one side or both, `[windows][places]`.
  private func truth(_ side: ChoiceContext) -> [[Divergence.Truth]] {
    zip(windows, places).map { window, places in
      places.map {
        side == .leftOnly
          ? automaton.distribution(after: window[..<$0]) : automaton.distribution(at: $0, of: window)
      }
    }
  }

  /// What a model's distributions are worth.
  ///
  /// - Throws: `ShapeError` for windows that are longer than the context; `MemoryError`.
  func answer(_ scoring: PlaceScoring, _ side: ChoiceContext, isTrainedForIt: Bool) throws
    -> DivergenceEvaluation.Result.Answer
  {
    let known = truth(side)
    let predicted = try scoring.distributions(windows, at: places, side)
    var calibration = Calibration()
    for (known, predicted) in zip(known.joined(), predicted.joined()) { calibration.add(known, predicted) }
    return DivergenceEvaluation.Result.Answer(
      entropies: known.map { $0.map(Divergence.entropy).reduce(0, +) },
      divergences: zip(known, predicted).map { zip($0, $1).map(Divergence.bits).reduce(0, +) },
      calibrationError: calibration.error,
      bins: calibration.bins.map { bin in
        let count = Double(max(1, bin.count))
        return DivergenceResults.Bin(
          count: bin.count, predicted: bin.predicted / count, known: bin.known / count)
      }, isTrainedForIt: isTrainedForIt)
  }
}
