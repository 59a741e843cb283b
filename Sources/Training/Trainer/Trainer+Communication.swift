import Tensors
import Transformer
import Zoo

/// What processes that train one model together exchange. One process exchanges nothing.
extension Trainer {
  /// Gives all processes the weights of the first.
  ///
  /// - Throws: what the communicator throws.
  static func shareWeights(of model: any LanguageModel, _ communicator: any Communicator) throws {
    guard communicator.size > 1 else { return }
    for parameter in model.parameters.all where parameter.tensor.buffer.holdsValues {
      var values = parameter.tensor.values()
      try communicator.broadcast(&values)
      try parameter.tensor.buffer.upload(values)
    }
  }

  /// What one process, or all of them, have added up in a step.
  struct Sums {
    /// The mean loss of the step's predictions: each process has its fraction of it.
    var loss = 0.0
    /// The same of auxiliary losses, by name; all processes have the same ones.
    var auxiliary: [String: Double] = [:]
    /// Predictions.
    var predictions = 0
    /// FLOPs of matrix products.
    var flops: UInt64 = 0

    /// Replaces the sums by those of all processes.
    mutating func share(_ communicator: any Communicator) throws {
      guard communicator.size > 1 else { return }
      let names = auxiliary.keys.sorted()
      var values = [loss, Double(predictions), Double(flops)] + names.map { auxiliary[$0] ?? 0 }
      try communicator.sum(&values)
      (loss, predictions, flops) = (values[0], Int(values[1]), UInt64(values[2]))
      for (name, value) in zip(names, values.dropFirst(3)) { auxiliary[name] = value }
    }
  }

  /// The hash of all text that was read so far, as 64 hexadecimal digits: the same in all processes.
  package var contentHashSoFar: String { contentHash.hex }

  /// Replaces the gradients by their sums over all processes. A parameter that no process gave one stays without.
  ///
  /// - Throws: what the communicator throws.
  func shareGradients() throws {
    guard communicator.size > 1 else { return }
    let nodes = model.parameters.all.compactMap { parameter in
      parameter.tensor.node.flatMap { node in
        node.persistent.map { (node: node, gradient: $0, shape: parameter.tensor.shape) }
      }
    }
    var writers = nodes.map { $0.node.isWritten ? 1.0 : 0.0 }
    try communicator.sum(&writers)
    for (one, writers) in zip(nodes, writers) where writers > 0 {
      var values =
        one.node.isWritten
        ? try one.gradient.download(Float.self, 0..<one.shape.count)
        : [Float](repeating: 0, count: one.shape.count)
      try communicator.sum(&values)
      try one.gradient.upload(values)
      one.node.isWritten = true
    }
  }
}
