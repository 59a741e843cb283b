import Inference
import Statistics

/// What windows cost one model beyond what they cost the grammar itself, summed over the tokens of each window.
package struct ExcessSums: Codable, Sendable, Equatable {
  /// The grammar's own bits of each window.
  package var floor: [Double]
  /// Bits of each window above them.
  package var excess: [Double]
  /// The same by what tokens are; values that no token has are left out.
  package var groups: [Group]

  /// The tokens with one value of a property.
  package struct Group: Codable, Sendable, Equatable {
    /// The property, for example `Clause`.
    package var property: String
    /// The value.
    package var label: String
    /// How many tokens of each window.
    package var counts: [Int]
    /// The grammar's own bits of them, window by window.
    package var floor: [Double]
    /// Bits above them.
    package var excess: [Double]
  }

  /// Whether every list has an entry a window, as only a damaged file has not.
  func isWhole(windows: Int) -> Bool {
    groups.allSatisfy { Set([$0.counts.count, $0.floor.count, $0.excess.count]) == [windows] }
      && floor.count == windows && excess.count == windows
  }
}

/// What windows cost the models beyond what they cost the grammar itself, token by token. Reports kept it under these
/// names before it was part of an evaluation.
package struct ExcessResults: Codable, Sendable {
  /// Windows that were scored.
  package var windows: Int
  /// Tokens of a window.
  package var tokens: Int
  /// The grammar's own −log2 probability of these tokens, in bits per byte.
  package var floor: Double
  /// One row a model.
  package var rows: [Row]
  /// The excess by what tokens are.
  package var properties: [Property]

  /// The excess of one model.
  package struct Row: Codable, Sendable {
    /// The model's index in the report.
    package var arm: Int
    /// Bits per byte above the grammar.
    package var perByte: Measured
    /// The same minus that of the first row, window by window; nil in the first row.
    package var difference: Measured?
    /// Whether the model was trained for what it is asked.
    package var isTrainedForIt: Bool
  }

  /// A property of tokens.
  package struct Property: Codable, Sendable {
    /// For example `clause`.
    package var name: String
    /// Its values, in order.
    package var groups: [Group]
  }

  /// The tokens with one value of a property.
  package struct Group: Codable, Sendable {
    /// The value.
    package var label: String
    /// How many tokens.
    package var count: Int
    /// The grammar's own bits per token.
    package var floor: Double
    /// Bits per token above it, in the order of ``ExcessResults/rows``.
    package var excess: [Measured]
    /// Those of the second row minus those of the first, window by window; nil unless there are two.
    package var difference: Measured?
  }
}

extension ExcessResults {
  /// The excess of several models on the same windows; nil where the grammar is not known.
  init?(_ models: [EvaluationResults<LikelihoodEvaluation.Result>.Model]) {
    let judged = models.compactMap { model in
      model.result.excess.map {
        (arm: model.index, isTrainedForIt: model.result.leftToRight?.isTrainedForIt ?? false, sums: $0)
      }
    }
    guard let first = models.first?.result, !judged.isEmpty else { return nil }
    self.init(tokens: first.tokens, bytes: first.bytes, judged)
  }

  /// The excess of several models.
  ///
  /// - Parameters:
  ///   - tokens: tokens of a window.
  ///   - bytes: bytes of each window.
  ///   - models: at least one; each with its index in the report, and whether it was trained for this.
  init(tokens: Int, bytes: [Int], _ models: [(arm: Int, isTrainedForIt: Bool, sums: ExcessSums)]) {
    let measure = WindowMeasure(bytes: bytes)
    let first = models[0].sums
    windows = bytes.count
    self.tokens = tokens
    floor = measure.perByte(first.floor).value
    rows = models.enumerated().map { index, model in
      Row(
        arm: model.arm, perByte: measure.perByte(model.sums.excess),
        difference: index == 0
          ? nil : measure.perByte(zip(model.sums.excess, first.excess).map { $0 - $1 }),
        isTrainedForIt: model.isTrainedForIt)
    }
    var names: [String] = []
    for group in first.groups where !names.contains(group.property) { names.append(group.property) }
    properties = names.map { name in
      Property(
        name: name,
        groups: first.groups.filter { $0.property == name }.map { group in
          Self.group(
            group,
            models.compactMap { $0.sums.groups.first { ($0.property, $0.label) == (name, group.label) } })
        })
    }
  }

  /// The tokens with one value of a property, of every model.
  private static func group(_ group: ExcessSums.Group, _ each: [ExcessSums.Group]) -> Group {
    let measure = WindowMeasure(tokens: group.counts)
    return Group(
      label: group.label, count: group.counts.reduce(0, +), floor: measure.perToken(group.floor).value,
      excess: each.map { measure.perToken($0.excess) },
      difference: each.count == 2
        ? measure.perToken(zip(each[1].excess, each[0].excess).map { $0 - $1 }) : nil)
  }
}
