import Foundation
import Tensors
import Text
import Transformer

/// What the head makes of each layer's vectors, as if the layers that follow were left out (the "logit lens" of
/// nostalgebraist, 2020).
package struct LogitLens: Sendable {
  /// A token to be predicted, with what the model reads for it.
  package struct Place: Sendable {
    /// What the model reads, in its frame.
    package let ids: [Int32]
    /// Where in `ids` it is predicted from.
    package let place: Int
    /// The token that is right.
    package let target: Int32

    package init(ids: [Int32], place: Int, target: Int32) {
      self.ids = ids
      self.place = place
      self.target = target
    }
  }

  /// What one layer predicts at a place.
  package struct Guess: Sendable, Equatable {
    /// The most probable token.
    package let token: Int32
    /// Its probability.
    package let probability: Double
    /// −log of the probability of the right token, in nats.
    package let loss: Double
  }

  /// A list a layer of a guess a place: first of the embedding, then after each block.
  package let layers: [[Guess]]
}

extension LoadedModel {
  /// The places of a text at which tokens are predicted: for a model that predicts the next token all but what has
  /// nothing before it; for one that predicts masked tokens each one, masked alone.
  ///
  /// - Throws: `InferenceError` for a tokenizer without a mask.
  package func lensPlaces(_ content: [Int32]) throws -> [LogitLens.Place] {
    guard predicts == .hidden else {
      let ids = input(content)
      return content.indices.filter { predictionPlace($0) >= 0 }.map {
        LogitLens.Place(ids: ids, place: predictionPlace($0), target: content[$0])
      }
    }
    let mask = try maskToken(for: "the logit lens")
    return content.indices.map { index in
      var hidden = content
      hidden[index] = mask
      return LogitLens.Place(ids: input(hidden), place: predictionPlace(index), target: content[index])
    }
  }

  /// What every layer predicts at some places.
  ///
  /// - Throws: `InferenceError` for a text that is longer than the context, and for a model without layers to show or
  ///   without a head that predicts tokens; `MemoryError`.
  package func logitLens(_ places: [LogitLens.Place]) throws -> LogitLens {
    try expectTokenHead()
    let vectors = try layerVectors(places.map(\.ids), at: places.map(\.place))  // [layers][places, C]
    let (pass, width) = (Pass.inference(context), model.dimensions.width)
    return LogitLens(
      layers: try vectors.enumerated().map { layer, values in
        let stream = try context.tensor(values, ["predictions": places.count, "width": width])
        guard let logits = try model.readout(stream, isClosed: layer + 1 == vectors.count, pass) else {
          throw InferenceError("\(descriptor.name) has no head that reads the vectors of its layers")
        }
        return zip(try pass.logSoftmax(logits).rows(), places).map {
          LogitLens.Guess($0, target: $1.target)
        }
      })
  }
}

extension LogitLens.Guess {
  /// What log-probabilities say, `[vocabulary]`.
  init(_ row: [Float], target: Int32) {
    let best = row.indices.max { row[$0] < row[$1] } ?? 0
    token = Int32(best)
    probability = exp(Double(row[best]))
    loss = -Double(row[Int(target)])
  }
}
