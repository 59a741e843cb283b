import Inference
import Tensors
import Transformer
import Zoo

/// The attention of one head on one text, with what each place may see.
public struct HeadMap: Sendable, Equatable {
  /// Probabilities `[query, key]`, row by row; each row sums to 1 over what its query may see, or to less
  /// where a sink takes the rest.
  public let values: [Float]
  /// The keys that each query may see, `[time]`.
  public let visible: [Range<Int>]

  /// Tokens of the text.
  public var time: Int { visible.count }

  /// A map from its probabilities.
  ///
  /// - Throws: `ShapeError` when there are not time × time values, or a place sees what is not there.
  public init(values: [Float], visible: [Range<Int>]) throws {
    let time = visible.count
    try expect(
      values.count == time * time, "probabilities", in: "head map", expected: "[\(time), \(time)]",
      actual: "\(values.count) values")
    try expect(
      visible.allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= time }, "visible keys", in: "head map",
      expected: "ranges within 0..<\(time)", actual: "\(visible)")
    self.init(checked: values, visible)
  }

  private init(checked values: [Float], _ visible: [Range<Int>]) {
    self.values = values
    self.visible = visible
  }

  /// The map of a head that looks at everything alike: what measures are compared with.
  public static func uniform(_ visible: [Range<Int>]) -> HeadMap {
    let time = visible.count
    var values = [Float](repeating: 0, count: time * time)
    for (query, seen) in visible.enumerated() {
      for key in seen { values[query * time + key] = 1 / Float(seen.count) }
    }
    return HeadMap(checked: values, visible)
  }

  /// The probability with which `query` looks at `key`.
  public subscript(query: Int, key: Int) -> Double { Double(values[query * time + key]) }

  /// The probability with which `query` looks at any of `keys`.
  public func sum(_ query: Int, _ keys: Range<Int>) -> Double { keys.reduce(0) { $0 + self[query, $1] } }
}

/// The attention of every head of a model on several texts.
public struct ModelAttention {
  /// A head by its place, both counted from 0.
  public struct Place: Codable, Sendable, Hashable {
    /// The layer.
    public let layer: Int
    /// The head in it.
    public let head: Int
  }

  /// What is at each place of each text: a start token first where the model reads one.
  public let sequences: [[Int32]]
  /// The path of each layer's attention, such as `blocks.3.attention`.
  public let paths: [String]
  /// Every head, layer by layer.
  public let places: [Place]
  private let maps: [AttentionMaps]
  /// `[texts][layers][time]`
  private let visible: [[[Range<Int>]]]

  /// Lets a model read some texts.
  ///
  /// - Parameter sequences: tokens as the model reads them; at least one text.
  /// - Throws: `InferenceError` when a text is empty or longer than the context; `MemoryError`.
  public init(_ model: LoadedModel, _ sequences: [[Int32]]) throws {
    let maps = try model.attention(sequences)
    self.sequences = sequences
    self.maps = maps
    paths = maps.first?.paths ?? []
    places = (maps.first?.layers ?? []).enumerated().flatMap { layer, values -> [Place] in
      let area = sequences[0].count * sequences[0].count
      return (0..<values.count / area).map { Place(layer: layer, head: $0) }
    }
    let layers = maps.first?.layers.count ?? 0
    visible = sequences.map { ids in (0..<layers).map { model.visibleKeys(layer: $0, time: ids.count) } }
  }

  /// The maps of one head, one a text.
  ///
  /// - Throws: `ShapeError` when the model has no such head.
  public func maps(_ place: Place) throws -> [HeadMap] {
    try maps.indices.map { text in
      let area = sequences[text].count * sequences[text].count
      let layers = maps[text].layers
      try expect(
        layers.indices.contains(place.layer) && (place.head + 1) * area <= layers[place.layer].count, "place",
        in: "attention", expected: "a head of the model", actual: "\(place)")
      return try HeadMap(
        values: Array(layers[place.layer][place.head * area..<(place.head + 1) * area]),
        visible: visible[text][place.layer])
    }
  }

  /// What a uniform head of a layer would show, one map a text.
  public func uniform(layer: Int) -> [HeadMap] { visible.map { HeadMap.uniform($0[layer]) } }
}

extension LoadedModel {
  /// The keys that each place of a text sees in one layer: by the model's mask, cut to the layer's window.
  func visibleKeys(layer: Int, time: Int) -> [Range<Int>] {
    let window = model.windows.indices.contains(layer) ? model.windows[layer] : nil
    return (0..<time).map { query in
      let range = model.mask.visible(query: query, time: time)
      guard let window else { return range }
      return range.clamped(to: max(0, query - window + 1)..<query + window)
    }
  }
}
