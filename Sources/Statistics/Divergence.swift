import Foundation

/// How far predictions are from distributions that are known exactly.
package enum Divergence {
  /// A distribution as the tokens that are possible.
  package typealias Truth = [(token: Int32, probability: Double)]

  /// The entropy in bits: the least cross-entropy that any prediction of it can have on average.
  package static func entropy(_ truth: Truth) -> Double {
    truth.reduce(0) { $1.probability > 0 ? $0 - $1.probability * log2($1.probability) : $0 }
  }

  /// KL(truth ‖ predicted) in bits: what the prediction costs on average beyond the entropy.
  ///
  /// - Parameter predicted: `[vocabulary]`; infinite where something possible is held impossible.
  /// - Source: Kullback and Leibler, "On information and sufficiency", 1951.
  package static func bits(_ truth: Truth, _ predicted: [Double]) -> Double {
    truth.reduce(0) { sum, entry in
      guard entry.probability > 0 else { return sum }
      return sum + entry.probability * log2(entry.probability / predicted[Int(entry.token)])
    }
  }
}

/// Whether predicted probabilities are what they say, against known ones: what a model holds to be 30 % probable
/// should be so in 30 % of the cases.
///
/// All tokens of the vocabulary count at every place, not only the most probable one, and the known probability
/// of each stands where otherwise its being right or wrong would: nothing is left to chance but the places.
///
/// - Source: Guo et al., "On calibration of modern neural networks", 2017; over all predictions: Nixon et al.,
///   "Measuring calibration in deep learning", 2019.
package struct Calibration: Sendable {
  /// Predictions whose probability lies in one tenth of 0...1.
  package struct Bin: Sendable, Equatable {
    /// How many.
    package var count = 0
    /// The sum of the predicted probabilities.
    package var predicted = 0.0
    /// The sum of the known ones.
    package var known = 0.0
  }

  /// The ten bins, from the improbable to the certain.
  package private(set) var bins = [Bin](repeating: Bin(), count: 10)
  /// How many places were added.
  package private(set) var places = 0

  /// The calibration of no predictions.
  package init() {}

  /// Adds a place.
  ///
  /// - Parameter predicted: `[vocabulary]`; adds up to 1, as the truth does.
  package mutating func add(_ truth: Divergence.Truth, _ predicted: [Double]) {
    places += 1
    for probability in predicted where probability > 0 {
      let bin = Self.bin(probability)
      bins[bin].count += 1
      bins[bin].predicted += probability
    }
    for entry in truth { bins[Self.bin(predicted[Int(entry.token)])].known += entry.probability }
  }

  private static func bin(_ probability: Double) -> Int { min(9, Int(probability * 10)) }

  /// The expected calibration error: the fraction of the probability that would have to move to another bin, from 0
  /// to 1. With two possible tokens it is |predicted − known| of the more probable one.
  package var error: Double {
    guard places > 0 else { return .nan }
    return bins.reduce(0) { $0 + abs($1.predicted - $1.known) } / Double(2 * places)
  }
}
