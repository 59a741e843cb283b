import Foundation
import Statistics
import Text

/// What windows cost models beyond what they cost the grammar, token by token.
package struct GrammarExcess {
  /// The tokens of the windows with what is known of each, `[windows][length]`.
  package let tokens: [[TokenProperty.Token]]
  /// The grammar's own bits for each, `[windows][length]`.
  package let truth: [[Double]]
  /// Content bytes of each window.
  package let bytes: [Int]

  /// The excess over tokens that are known.
  package init(tokens: [[TokenProperty.Token]], truth: [[Double]], bytes: [Int]) {
    self.tokens = tokens
    self.truth = truth
    self.bytes = bytes
  }

  /// The excess of several models.
  ///
  /// - Parameters:
  ///   - nats: by model, what each token cost, `[windows][length]`.
  ///   - arms: by model, its index into the report's arms, and whether it was trained for this.
  package func report(_ nats: [[[Double]]], arms: [(index: Int, isTrainedForIt: Bool)]) -> ExcessResults {
    let excess = nats.map { windows in
      zip(windows, truth).map { window, truth in zip(window, truth).map { $0 / log(2) - $1 } }
    }
    let measure = WindowMeasure(bytes: bytes)
    let sums = excess.map { $0.map { $0.reduce(0, +) } }
    let rows = arms.indices.map { index in
      ExcessResults.Row(
        arm: arms[index].index, perByte: measure.perByte(sums[index]),
        difference: index == 0 ? nil : measure.perByte(zip(sums[index], sums[0]).map { $0 - $1 }),
        isTrainedForIt: arms[index].isTrainedForIt)
    }
    return ExcessResults(
      windows: tokens.count, tokens: tokens.first?.count ?? 0,
      floor: measure.perByte(truth.map { $0.reduce(0, +) }).value, rows: rows,
      properties: TokenProperty.all.map { property in
        ExcessResults.Property(name: property.name, groups: groups(property, excess))
      })
  }

  /// The tokens by one property; values that no token has are left out.
  private func groups(_ property: TokenProperty, _ excess: [[[Double]]]) -> [ExcessResults.Group] {
    let values = tokens.map { $0.map(property.value) }
    return property.labels.indices.compactMap { label in
      let places = values.map { window in window.indices.filter { window[$0] == label } }
      let measure = WindowMeasure(tokens: places.map(\.count))
      let count = places.reduce(0) { $0 + $1.count }
      guard count > 0 else { return nil }
      func sums(_ bits: [[Double]]) -> [Double] {
        zip(bits, places).map { window, places in places.reduce(0) { $0 + window[$1] } }
      }
      let each = excess.map(sums)
      return ExcessResults.Group(
        label: property.labels[label], count: count, floor: measure.perToken(sums(truth)).value,
        excess: each.map(measure.perToken),
        difference: each.count == 2 ? measure.perToken(zip(each[1], each[0]).map { $0 - $1 }) : nil)
    }
  }
}
