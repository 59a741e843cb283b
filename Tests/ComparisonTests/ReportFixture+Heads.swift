@testable import AttentionAnalysis
@testable import Comparison

extension ReportFixture {
  /// Two layers of three heads for every arm, in three states; the first two arms are matched.
  static func heads(arms: Int) -> HeadResults {
    let places = (0..<6).map { ModelAttention.Place(layer: $0 / 3, head: $0 % 3) }
    func state(_ arm: Int, _ step: Int) -> HeadResults.State {
      let heads = places.enumerated().map { index, place -> HeadResults.Head in
        var uniform = HeadMeasures()
        (uniform.entropy, uniform.distance, uniform.previous, uniform.first) = (1, 4.2, 0.12, 0.12)
        uniform.verb = .init(subject: 0.1, attractor: 0.1)
        var measures = uniform
        measures.entropy = step == 0 ? 0.98 : 0.4 + 0.05 * Double(index)
        measures.previous = step == 0 ? 0.13 : 0.1 * Double(index + arm)
        return HeadResults.Head(
          place: place, role: HeadRole.of(measures, uniform: uniform), measures: measures, uniform: uniform,
          importance: step < 2400
            ? nil
            : .init(0.02 * Double(index) - 0.01, interval: .init(low: 0.02 * Double(index) - 0.02, high: 0.2))
        )
      }
      return HeadResults.State(
        step: step, heads: heads,
        picture: picture(arm, step == 0 ? .untrained : .trained, layers: 2, heads: 3))
    }
    func pair(_ index: Int) -> HeadResults.Match.Pair {
      HeadResults.Match.Pair(
        encoder: places[index], decoder: places[5 - index], similarity: 0.9 - 0.1 * Double(index),
        shuffled: index == 0 ? nil : 0.5, quantile: index == 0 ? nil : 0.97, untrained: 0.6,
        encoderKept: 0.55,
        decoderKept: 0.4)
    }
    return HeadResults(
      sentences: 60, items: 60, windows: 128,
      models: (0..<arms).map { arm in
        HeadResults.Model(
          arm: arm, unit: "nats per token", states: [0, 1200, 2400].map { state(arm, $0) },
          rollout: picture(arm, .trained, layers: 2, heads: 1))
      },
      matches: arms < 2
        ? []
        : [
          .init(
            encoder: 0, decoder: 1, sentences: 60, similarity: 0.72, shuffled: [0.5, 0.51, 0.49],
            untrained: 0.6, pairs: (0..<6).map(pair))
        ])
  }
}
