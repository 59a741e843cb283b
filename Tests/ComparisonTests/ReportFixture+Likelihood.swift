@testable import Comparison
@testable import Evaluation

extension ReportFixture {
  /// An encoder that was trained for it, a decoder, and others that were not.
  static func likelihood(arms: Int) -> LikelihoodResults {
    func score(_ arm: Int, _ order: String) -> LikelihoodResults.Score {
      LikelihoodResults.Score(
        arm: arm, order: order,
        bitsPerByte: .init(0.9 + 0.1 * Double(arm), interval: .init(low: 0.85, high: 1.9)),
        excess: .init(0.1), flops: 3.2e11, isTrainedForIt: arm != 1)
    }
    return LikelihoodResults(
      windows: 32, tokens: 64, bytes: 5120, floor: 0.8,
      scores: (0..<arms).flatMap { [score($0, "left to right"), score($0, "random order, seed 1")] },
      shares: [
        .init(arm: 0, order: "left to right", hidden: [0.1, 0.3, 0.5, 0.7, 0.9], bits: [1, 2, 2.5, 3, 4])
      ], pseudo: [.init(arm: 0, form: "one token masked", bitsPerByte: 0.4)])
  }

  /// Six seeds of every arm.
  static func seeds(arms: Int) -> ReportData.Seeds {
    let values = (0..<arms).map { arm -> [Double] in
      (0..<6).map { seed -> Double in 1 + Double(10 * arm + seed) / 100 }
    }
    return SeedComparison.make(
      [
        .init(name: "likelihood", unit: "bits per byte", moreIsBetter: false, values: values),
        .init(name: "right verb form", unit: "share", moreIsBetter: true, values: values),
      ], seeds: 6)
  }
}
