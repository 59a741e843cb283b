import Evaluation
import Inference
import Statistics
import SyntheticCorpus
import Tensors
import Training

/// Places of the scored windows at which the exact distribution of the token is known, drawn once with a fixed seed.
struct KnownPlaces {
  /// `[windows][length]`
  let windows: [[Int32]]
  /// The places of each window.
  let places: [[Int]]
  /// The exact distributions, `[windows][places]`, by what is given.
  let truth: [ChoiceContext: [[Divergence.Truth]]]

  /// How many places of each window are looked at.
  private static let placesOfWindow = 8

  /// Some places of windows.
  init(_ windows: [[Int32]], _ automaton: TokenAutomaton) {
    let places = windows.indices.map { window in
      let key = RandomStream(seed: 1).key("places of known distributions", step: window)
      let length = windows[window].count
      return shuffledPlaces(count: min(Self.placesOfWindow, length), of: length, key: key).sorted()
    }
    self.windows = windows
    self.places = places
    truth = Dictionary(
      uniqueKeysWithValues: ChoiceContext.allCases.map { side in
        let known = zip(windows, places).map { window, places in
          places.map {
            side == .leftOnly
              ? automaton.distribution(after: window[..<$0]) : automaton.distribution(at: $0, of: window)
          }
        }
        return (side, known)
      })
  }

  /// What a mean over places is taken over.
  var measure: WindowMeasure { WindowMeasure(tokens: places.map(\.count)) }

  /// The entropies of the exact distributions in bits, summed over each window's places: `[windows]`.
  func entropies(_ side: ChoiceContext) -> [Double] {
    (truth[side] ?? []).map { $0.map(Divergence.entropy).reduce(0, +) }
  }

  /// What a model's distributions are worth.
  struct Score {
    /// KL(truth ‖ model) in bits, summed over each window's places: `[windows]`.
    let divergences: [Double]
    /// How well its probabilities fit the exact ones.
    let calibration: Calibration
  }

  /// A model's score by what it is given; none for what it cannot be asked with.
  ///
  /// - Throws: `MemoryError`.
  func scores(_ model: LoadedModel) throws -> [ChoiceContext: Score] {
    guard let scoring = try? PlaceScoring(model) else { return [:] }
    return try Dictionary(
      uniqueKeysWithValues: scoring.sides.map { side in
        let known = truth[side] ?? []
        let predicted = try scoring.distributions(windows, at: places, side)
        var calibration = Calibration()
        for (known, predicted) in zip(known.joined(), predicted.joined()) {
          calibration.add(known, predicted)
        }
        let divergences = zip(known, predicted).map { zip($0, $1).map(Divergence.bits).reduce(0, +) }
        return (side, Score(divergences: divergences, calibration: calibration))
      })
  }
}
