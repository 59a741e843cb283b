import Foundation
import Statistics

extension LikelihoodEvaluation {
  /// What held-out windows cost one model: what several models came to is made of it (``LikelihoodResults``).
  package struct Result: Codable, Sendable, Equatable {
    /// Tokens of a window; where windows differ, of the longest.
    package var tokens: Int
    /// Bytes of each window.
    package var bytes: [Int]
    /// Tokens of each window where the models that were asked together cut text into other tokens; nil where all windows
    /// have the same number.
    package var tokenCounts: [Int]?
    /// The grammar's own bits for the bytes of each window; nil for other text.
    package var grammar: [Double]?
    /// The likelihood, order by order; from left to right first.
    package var scores: [Score] = []
    /// Pseudo-log-likelihoods; none of a model that predicts the next token.
    package var pseudo: [Pseudo] = []
    /// What tokens cost beyond the grammar, from left to right; nil for other text, and for a tokenizer whose tokens are
    /// not the bytes of the text.
    package var excess: ExcessSums?

    /// The likelihood in one order.
    package struct Score: Codable, Sendable, Equatable {
      /// The order of the chain rule.
      package var order: String
      /// Bits of each window.
      package var bits: [Double]
      /// FLOPs of matrix products that scoring took.
      package var flops: Double
      /// Whether the model was trained for what it is asked.
      package var isTrainedForIt: Bool
      /// Bits per token by how much of a window was hidden; nil where the order does not matter, and where windows differ
      /// in length.
      package var share: Share?
    }

    /// Five groups of places, from those predicted with little hidden to those with nearly all.
    package struct Share: Codable, Sendable, Equatable {
      /// The mean masking rate of each group.
      package var hidden: [Double]
      /// The mean bits per token of each group.
      package var bits: [Double]
    }

    /// A pseudo-log-likelihood.
    package struct Pseudo: Codable, Sendable, Equatable {
      /// What was masked.
      package var form: String
      /// Bits of each window.
      package var bits: [Double]
    }

    /// The likelihood from left to right.
    var leftToRight: Score? { scores.first { $0.order == "\(UnmaskingOrder.leftToRight)" } }
    /// What bits per byte are taken over.
    var measure: WindowMeasure { WindowMeasure(bytes: bytes) }

    /// Whether every list has an entry a window, as only a damaged file has not.
    var isWhole: Bool {
      let lists = scores.map(\.bits) + pseudo.map(\.bits) + [grammar].compactMap { $0 }
      return !bytes.isEmpty && lists.allSatisfy { $0.count == bytes.count }
        && (excess?.isWhole(windows: bytes.count) ?? true)
        && scores.allSatisfy { $0.share.map { $0.hidden.count == $0.bits.count } ?? true }
    }
  }
}

extension LikelihoodEvaluation.Result.Share {
  /// The groups of an order.
  ///
  /// - Parameter nats: `[windows][length]`.
  init(_ nats: [[Double]], _ order: UnmaskingOrder) {
    let length = nats.first?.count ?? 0
    let shares = WindowScoring.hiddenShare(length: length, order: order)
    let places = (0..<length).sorted { (shares[$0], $0) < (shares[$1], $1) }
    let groups = (0..<5).map { places[length * $0 / 5..<length * ($0 + 1) / 5] }.filter { !$0.isEmpty }
    func mean(_ places: ArraySlice<Int>, _ value: (Int) -> Double) -> Double {
      places.reduce(0) { $0 + value($1) } / Double(places.count)
    }
    self.init(
      hidden: groups.map { mean($0) { shares[$0] } },
      bits: groups.map { group in
        mean(group) { place in nats.reduce(0) { $0 + $1[place] } / Double(nats.count) / log(2) }
      })
  }
}
