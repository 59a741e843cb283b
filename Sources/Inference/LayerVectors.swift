import Tensors
import Text
import Transformer

extension LoadedModel {
  /// The hidden state of one position of each sequence after each layer.
  ///
  /// - Parameters:
  ///   - sequences: tokens as the model reads them, a start token included.
  ///   - places: one index into each sequence.
  /// - Returns: a list a layer, `[sequences, width]` row by row: first the embedding, then the residual stream
  ///   after each block. The last one is behind the norm that closes the stack: what the head reads.
  /// - Throws: `ShapeError` when there is not one place a sequence within it; `InferenceError` when a sequence
  ///   is longer than the context, or when the model shows no layers; `MemoryError`.
  public func layerVectors(_ sequences: [[Int32]], at places: [Int]) throws -> [[Float]] {
    try expect(
      places.count == sequences.count && zip(sequences, places).allSatisfy { $0.indices.contains($1) },
      "places", in: "layer vectors", expected: "a place within each of \(sequences.count) sequences",
      actual: "\(places.count) places")
    for ids in sequences { try expectFits(ids) }
    let width = model.dimensions.width
    var layers: [[Float]] = []
    for batch in lengthBatches(sequences.map(\.count)) {
      let time = sequences[batch[0]].count
      let pass = Pass.inference(
        context,
        layerSink: { layer, vectors in
          let values = vectors.values()  // [B, T, C]
          while layers.count <= layer {
            layers.append([Float](repeating: 0, count: sequences.count * width))
          }
          for (row, index) in batch.enumerated() {
            let start = (row * time + places[index]) * width
            layers[layer].replaceSubrange(
              index * width..<(index + 1) * width, with: values[start..<start + width])
          }
        })
      let ids = batch.flatMap { sequences[$0] }
      _ = try model.hidden(tokens(ids, batch: batch.count), pass)
    }
    guard sequences.isEmpty || !layers.isEmpty else {
      throw InferenceError(
        "\(descriptor.name) does not expose its layers: its architecture does not use a Stack")
    }
    return layers
  }
}
