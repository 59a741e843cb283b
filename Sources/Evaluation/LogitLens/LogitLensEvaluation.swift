import Foundation
import Inference
import Settings
import Text

/// What every layer of a model would predict, if the layers that follow were left out: how early a prediction is made.
package struct LogitLensEvaluation: TabulatedEvaluation {
  static let lines = Key.integer("lines", 1...8, default: 8, help: "held-out lines that are read")

  let lines: Int

  /// One model's layers.
  package struct Result: Codable, Sendable, Equatable {
    /// The embedding's output first, then each block's.
    package var layers: [Layer]
    /// What every layer predicts in one line.
    package var line: [Token]
  }

  /// What a layer predicts, over all places.
  package struct Layer: Codable, Sendable, Equatable {
    /// The mean cross-entropy of the right tokens, in nats.
    package var loss: Double
    /// Right first guesses.
    package var right: Int
    /// First guesses that are those of the last layer.
    package var asLast: Int
    /// Places.
    package var count: Int
  }

  /// A token of a line.
  package struct Token: Codable, Sendable, Equatable {
    /// The token.
    package var text: String
    /// The first guess of each layer.
    package var guesses: [String]
    /// The probability of each.
    package var probabilities: [Double]
  }

  package func measure(_ subject: EvaluationSubject) throws -> Result {
    let model = subject.model
    let texts = HeldOutLines.tokens(subject.text, model.tokenizer, context: model.contentRoom + 1).prefix(
      lines)
    let places = try texts.map(model.lensPlaces)
    guard let first = places.first(where: { !$0.isEmpty }) else {
      throw InferenceError(
        "\(subject.text.shownName) has no held-out line that \(model.descriptor.name) can read")
    }
    // Line by line: the vectors of all layers are held for one.
    var lenses: [LogitLens] = []
    for (index, places) in places.filter({ !$0.isEmpty }).enumerated() {
      lenses.append(try model.logitLens(places))
      subject.progress(index + 1, texts.count)
    }
    let count = lenses[0].layers.count
    let targets = places.flatMap { $0.map(\.target) }
    let guesses = (0..<count).map { layer in lenses.flatMap { $0.layers[layer] } }
    func text(_ token: Int32) -> String { FillsEvaluation.label(model.tokenizer.decode([token])) }
    return Result(
      layers: guesses.map { own in
        Layer(
          loss: own.reduce(0) { $0 + $1.loss } / Double(own.count),
          right: zip(own, targets).count { $0.token == $1 },
          asLast: zip(own, guesses[count - 1]).count { $0.token == $1.token }, count: own.count)
      },
      line: first.indices.map { index in
        let own = lenses[0].layers.map { $0[index] }
        return Token(
          text: text(first[index].target), guesses: own.map { text($0.token) },
          probabilities: own.map(\.probability))
      })
  }

  /// Every line once; by an encoder once for each of its tokens.
  package func cost(_ reader: EvaluationSubject.Reader) -> Double? {
    let length = min(HeldOutLines.longest, reader.context)
    return Double(lines * length * (reader.isEncoder ? length : 1))
  }

  /// The first layer from which on half of the first guesses are those of the last layer.
  package func figures(of result: Result) -> [EvaluationFigure] {
    guard let last = result.layers.last else { return [] }
    let settled = result.layers.lastIndex { 2 * $0.asLast < $0.count }.map { $0 + 1 } ?? 0
    var layer = EvaluationFigure(
      "layer that settles half of the predictions", Double(settled), unit: "layer", count: last.count)
    layer.moreIsBetter = nil
    return [layer]
  }

  /// - Throws: `SettingsError` when the name is taken.
  static func register(in registry: inout Registry) throws {
    try registry.add(
      "logit-lens", to: .evaluation, summary: "what every layer would predict, if it were the last",
      keys: [lines], source: "nostalgebraist 2020"
    ) { LogitLensEvaluation(lines: $0[lines]) }
  }
}
