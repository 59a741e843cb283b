import Settings
import Tensors

/// What a position component gives to the heads of one attention layer.
public struct HeadPosition {
  /// Angles for queries and keys, `[context, rotated width]`: cosines, then sines.
  public var rotaryTable: Tensor?
  /// One slope per head, `[heads]`: scores lose slope·distance.
  public var slopes: Tensor?

  /// Makes what is added to the scores in a pass, `[1 or batch, heads, query, key]`; keys count from the beginning of
  /// a sequence.
  public var bias: ((_ batch: Int, _ time: Int, _ pass: Pass) throws -> Tensor)?

  /// Nothing, a table, slopes or a bias.
  public init(
    rotaryTable: Tensor? = nil, slopes: Tensor? = nil,
    bias: ((_ batch: Int, _ time: Int, _ pass: Pass) throws -> Tensor)? = nil
  ) {
    self.rotaryTable = rotaryTable
    self.slopes = slopes
    self.bias = bias
  }
}

/// A component that tells positions apart: added to the embedding, turned into queries and keys, or
/// taken from the scores.
public protocol Position {
  /// A table `[context, width]` whose rows are added to the embedding; nil adds nothing.
  var table: Tensor? { get }
  /// What the heads of a layer need.
  ///
  /// - Throws: `ShapeError` when the head width does not fit; `MemoryError`.
  func headPosition(heads: Int, headWidth: Int, _ scope: Scope) throws -> HeadPosition
}

extension Position {
  public var table: Tensor? { nil }
  public func headPosition(heads: Int, headWidth: Int, _ scope: Scope) throws -> HeadPosition {
    HeadPosition()
  }
}

/// No positions: what stands where is lost on an encoder, and known to a decoder by its mask alone.
struct NoPosition: Position {}

/// A table that is added to the embedding: learned, or sines and cosines.
struct TablePosition: Position {
  let table: Tensor?
}

extension Registry {
  mutating func addPositions() throws {
    try add("none", to: .position, summary: "no positions", source: "Haviv et al. 2022") { _, _, _ in
      NoPosition()
    }
    try add(
      "learned", to: .position, summary: "one learned vector per position, added to the embedding",
      source: "Gehring et al. 2017"
    ) { _, scope, build in
      TablePosition(
        table: try scope.parameter(
          "weight", ["positions": build.dimensions.context, "width": build.dimensions.width],
          initial: build.initialisation.embedding))
    }
    let base = RotaryPosition.base
    try add(
      "sinusoidal", to: .position, summary: "fixed sines and cosines, added to the embedding", keys: [base],
      source: "Vaswani et al. 2017"
    ) { settings, scope, build in
      let (context, width) = (build.dimensions.context, build.dimensions.width)
      return TablePosition(
        table: try scope.constant(
          sinusoids(positions: context, width: width, base: settings[base]),
          ["positions": context, "width": width]))
    }
    try addRotary()
    try addALiBi()
  }
}

/// Sines on even channels, cosines on odd ones, `[positions, width]`, of unit amplitude.
func sinusoids(positions: Int, width: Int, base: Double) -> [Float] {
  var values: [Float] = []
  values.reserveCapacity(positions * width)
  for position in 0..<positions {
    for channel in 0..<width {
      let angle = Double(position) * angularFrequency(pair: channel / 2, width: width, base: base)
      values.append(Float(channel.isMultiple(of: 2) ? sine(angle) : cosine(angle)))
    }
  }
  return values
}
