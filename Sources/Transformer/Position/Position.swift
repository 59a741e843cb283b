import Settings
import Tensors

/// What a position component gives to the heads of one attention layer.
public struct HeadPosition {
  /// Angles for queries and keys, `[context, rotated width]`: cosines, then sines.
  public var rotaryTable: Tensor?
  /// One slope a head, `[heads]`: scores lose slope·distance.
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

extension Components {
  mutating func addPositions() throws {
    try position.add("none", summary: "no positions", settings: [], source: "Haviv et al. 2022") { _, _, _ in
      NoPosition()
    }
    try position.add(
      "learned", summary: "a learned vector a position, added to the embedding", settings: [],
      source: "Gehring et al. 2017"
    ) { _, scope, build in
      TablePosition(
        table: try scope.parameter(
          "weight", ["positions": build.dimensions.context, "width": build.dimensions.width],
          initial: build.initialisation.embedding))
    }
    try position.add(
      "sinusoidal", summary: "fixed sines and cosines, added to the embedding",
      settings: [
        Setting("base", .number(1...1e9), default: .number(10_000), help: "longest wavelength over 2π")
      ],
      source: "Vaswani et al. 2017"
    ) { settings, scope, build in
      let (context, width) = (build.dimensions.context, build.dimensions.width)
      return TablePosition(
        table: try scope.constant(
          sinusoids(positions: context, width: width, base: settings.number("base")),
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
