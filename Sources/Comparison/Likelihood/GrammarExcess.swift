import Foundation
import Text

/// What windows cost models beyond what they cost the grammar, token by token.
struct GrammarExcess {
  /// The tokens of the windows with what is known of each, `[windows][length]`.
  let tokens: [[TokenProperty.Token]]
  /// The grammar's own bits for each, `[windows][length]`.
  let truth: [[Double]]
  /// Content bytes of each window.
  let bytes: [Int]

  /// The excess of several models.
  ///
  /// - Parameters:
  ///   - nats: by model, what each token cost, `[windows][length]`.
  ///   - arms: by model, its index into the report's arms, and whether it was trained for this.
  func report(_ nats: [[[Double]]], arms: [(index: Int, isTrainedForIt: Bool)]) -> ReportData.Excess {
    let excess = nats.map { windows in
      zip(windows, truth).map { window, truth in zip(window, truth).map { $0 / log(2) - $1 } }
    }
    let measure = WindowMeasure(bytes: bytes)
    let sums = excess.map { $0.map { $0.reduce(0, +) } }
    let rows = arms.indices.map { index in
      ReportData.Excess.Row(
        arm: arms[index].index, perByte: measure.perByte(sums[index]),
        difference: index == 0 ? nil : measure.perByte(zip(sums[index], sums[0]).map { $0 - $1 }),
        isTrainedForIt: arms[index].isTrainedForIt)
    }
    return ReportData.Excess(
      windows: tokens.count, tokens: tokens.first?.count ?? 0,
      floor: measure.perByte(truth.map { $0.reduce(0, +) }).value, rows: rows,
      properties: TokenProperty.all.map { property in
        ReportData.Excess.Property(name: property.name, groups: groups(property, excess))
      })
  }

  /// The tokens by one property; values that no token has are left out.
  private func groups(_ property: TokenProperty, _ excess: [[[Double]]]) -> [ReportData.Excess.Group] {
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
      return ReportData.Excess.Group(
        label: property.labels[label], count: count, floor: measure.perToken(sums(truth)).value,
        excess: each.map(measure.perToken),
        difference: each.count == 2 ? measure.perToken(zip(each[1], each[0]).map { $0 - $1 }) : nil)
    }
  }
}

extension WindowMeasure {
  /// Fewer windows with such tokens give no interval: it would be far too short.
  static let leastWindows = 5

  /// The measure over windows of so many tokens of one kind; some may have none.
  init(tokens: [Int]) { self.init(bytes: tokens) }

  /// All bits over all tokens, with the interval that windows as units give.
  func perToken(_ bits: [Double]) -> ReportData.Measured {
    let measured = perByte(bits)
    return bytes.count { $0 > 0 } < Self.leastWindows ? ReportData.Measured(measured.value) : measured
  }
}
