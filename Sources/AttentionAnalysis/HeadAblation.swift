import Foundation
import Inference
import Statistics
import Tensors
import Training
import Transformer
import Zoo

/// How much worse a model becomes without one of its heads.
///
/// A head's output reaches the model through its own columns of the layer's output map, so that a head is
/// silenced by zeros in these columns; they are put back, bit for bit, before anything else happens.
///
/// - Source: Michel, Levy and Neubig, "Are sixteen heads really better than one?", 2019.
public struct HeadAblation {
  private let model: LoadedModel
  private let examples: [Example]
  /// Loss sums with all heads, one a window.
  private let whole: [Double]
  /// Predictions in all windows.
  private let predictions: Int

  /// Measures the whole model.
  ///
  /// - Parameter examples: what it is asked, with its answers; at least one prediction.
  /// - Throws: `ShapeError` without a prediction; `MemoryError`.
  public init(_ model: LoadedModel, _ examples: [Example]) throws {
    self.model = model
    self.examples = examples
    predictions = examples.reduce(0) { $0 + $1.targets.count }
    try expect(
      predictions > 0, "examples", in: "head ablation", expected: "at least one prediction", actual: "none")
    whole = try Self.losses(model, examples)
  }

  /// The mean loss with all heads, in the objective's unit.
  public var loss: Double { whole.reduce(0, +) / Double(predictions) }

  /// What the mean loss rises by without one head, with the interval that windows as units give.
  ///
  /// - Parameters:
  ///   - path: of the layer's attention, such as `blocks.3.attention`.
  ///   - heads: heads of the layer.
  /// - Returns: nil for a layer without an output map of its own (such as one that shares it with other layers), whose width its heads divide.
  /// - Throws: `ShapeError`, `MemoryError`; the weights are as before then, too.
  public func importance(path: String, head: Int, of heads: Int) throws -> Measured? {
    // Zeros in a map that all layers share would silence the head in each of them.
    guard !ModelSettings.sharesLayers(model.descriptor.settings),
      let weight = model.model.parameters[path + ".output.weight"]?.tensor, weight.shape.rank == 2,
      weight.buffer.holdsValues, heads > 0, weight.shape.width % heads == 0, (0..<heads).contains(head)
    else { return nil }
    let without = try withZeros(in: weight, columns: head, of: heads) { try Self.losses(model, examples) }
    // Windows differ in their number of predictions, so each one's part is over the mean number.
    let perWindow = Double(predictions) / Double(whole.count)
    let change = PairedComparison(
      differences: zip(without, whole).map { without, whole in (without - whole) / perWindow })
    return Measured(change.mean, interval: change.interval())
  }

  /// Runs `body` while a head's columns `[outputs, headWidth]` of an output map are zero.
  private func withZeros<Result>(
    in weight: Tensor, columns head: Int, of heads: Int, _ body: () throws -> Result
  ) throws -> Result {
    let (width, buffer) = (weight.shape.width, weight.buffer)
    let kept = try buffer.download(Float.self, 0..<weight.shape.count)
    let columns = head * (width / heads)..<(head + 1) * (width / heads)
    try buffer.upload(kept.enumerated().map { columns.contains($0.offset % width) ? 0 : $0.element })
    do {
      let value = try body()
      try buffer.upload(kept)
      return value
    } catch {
      try buffer.upload(kept)
      throw error
    }
  }

  /// Sums of losses, one a window.
  private static func losses(_ model: LoadedModel, _ examples: [Example]) throws -> [Double] {
    try examples.flatMap { example -> [Double] in
      let result = try model.model.loss(
        example.tokens, at: example.positions, targets: example.targets, lossWeight: 1,
        .inference(model.context))
      var sums = [Double](repeating: 0, count: example.tokens.batch)
      for (position, loss) in zip(example.positions, result.losses.values()) {
        sums[Int(position) / example.tokens.time] += Double(loss)
      }
      return sums
    }
  }
}
