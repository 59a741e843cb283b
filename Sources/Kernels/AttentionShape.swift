/// The sizes of attention and the strides of its operands.
///
/// Legend: B batch, Tq query time, Tk key time, H heads, G key and value heads, D head width, Dv value width. The rows of
/// an operand may lie further apart than they are wide: queries, keys and values that are packed side by
/// side are three pointers into one matrix.
public struct AttentionShape: Sendable, Equatable {
  /// B: sequences.
  public var batch: Int
  /// Tq: queries of a sequence.
  public var queryTime: Int
  /// Tk: keys and values of a sequence.
  public var keyTime: Int
  /// H: query heads.
  public var heads: Int
  /// G: key and value heads; divides `heads`. Query head h reads key and value head h·G/H.
  public var keyValueHeads: Int
  /// D: width of one head's queries and keys.
  public var headWidth: Int
  /// Dv: width of one head's values and output.
  public var valueWidth: Int
  /// Floats from one query to the next.
  public var queryStride: Int
  /// Floats from one key to the next.
  public var keyStride: Int
  /// Floats from one value to the next.
  public var valueStride: Int
  /// Floats from one row of the output to the next.
  public var outputStride: Int
  /// Factor on the scores.
  public var scale: Float
  /// Bound of the scores, `cap·tanh(score/cap)`; 0: none.
  public var cap: Float
  /// The position of the first query among the keys; 0 when both are the same positions.
  public var queryOffset: Int

  /// All sizes, each by name.
  ///
  /// - Parameters:
  ///   - batch: the number of sequences.
  ///   - queryTime: queries per sequence.
  ///   - keyTime: keys per sequence.
  ///   - heads: query heads.
  ///   - keyValueHeads: key and value heads.
  ///   - headWidth: width of a query and a key.
  ///   - valueWidth: nil: as `headWidth`.
  ///   - queryStride: elements between queries.
  ///   - keyStride: elements between keys.
  ///   - valueStride: elements between values.
  ///   - outputStride: elements between outputs.
  ///   - scale: the factor on scores.
  ///   - cap: the limit of scores by tanh; 0: none.
  ///   - queryOffset: the position of the first query among the keys.
  public init(
    batch: Int, queryTime: Int, keyTime: Int, heads: Int, keyValueHeads: Int, headWidth: Int,
    valueWidth: Int? = nil, queryStride: Int, keyStride: Int, valueStride: Int, outputStride: Int,
    scale: Float,
    cap: Float = 0, queryOffset: Int
  ) {
    precondition(keyValueHeads > 0 && heads.isMultiple(of: keyValueHeads), "heads in equal groups")
    self.valueWidth = valueWidth ?? headWidth
    self.cap = cap
    self.batch = batch
    self.queryTime = queryTime
    self.keyTime = keyTime
    self.heads = heads
    self.keyValueHeads = keyValueHeads
    self.headWidth = headWidth
    self.queryStride = queryStride
    self.keyStride = keyStride
    self.valueStride = valueStride
    self.outputStride = outputStride
    self.scale = scale
    self.queryOffset = queryOffset
  }

  /// Query heads that share one key and value head.
  @inlinable public var group: Int { heads / keyValueHeads }
}

/// What attention needs besides its operands.
package struct AttentionExtras {
  /// The half-open range of keys that each query may see, `[rangeBatch, Tq, 2]`.
  package var ranges: UnsafePointer<Int32>
  /// 1 when all sequences share their ranges, else the batch.
  package var rangeBatch: Int
  /// One slope a head: a score loses slope·distance. Nil: no bias.
  package var slopes: UnsafePointer<Float>?
  /// Added to the scores, `[biasBatch, H, Tq, biasStride]`, where a query's row begins with key 0. Nil: none.
  package var bias: UnsafePointer<Float>?
  /// 1 when all sequences share the bias, else the batch.
  package var biasBatch: Int
  /// Floats from one row of the bias to the next; at least as many as there are visible keys.
  package var biasStride: Int
  /// One score a head that joins the softmax without a value. Nil: none.
  package var sinks: UnsafePointer<Float>?
  /// Dropout of the probabilities; its elements are those of `[B, H, Tq, Tk rounded up to 64]`.
  package var dropout: Dropout?
  /// The position of each sequence's first query among its keys, `[B]`, in place of the shape's
  /// `queryOffset`. Read by the forward pass alone: what has a backward pass starts at one place.
  package var queryOffsets: UnsafePointer<Int32>?

  /// All of them, each by name.
  package init(
    ranges: UnsafePointer<Int32>, rangeBatch: Int, slopes: UnsafePointer<Float>?, dropout: Dropout?,
    bias: UnsafePointer<Float>? = nil, biasBatch: Int = 1, biasStride: Int = 0,
    sinks: UnsafePointer<Float>? = nil, queryOffsets: UnsafePointer<Int32>? = nil
  ) {
    self.bias = bias
    self.biasBatch = biasBatch
    self.biasStride = biasStride
    self.sinks = sinks
    self.ranges = ranges
    self.rangeBatch = rangeBatch
    self.slopes = slopes
    self.dropout = dropout
    self.queryOffsets = queryOffsets
  }
}

/// How attention is cut, and where a worker keeps what: numbers that depend on shapes alone, so that
/// threads never change a bit.
struct AttentionBlocks {
  /// Queries of one tile.
  static let rows = 64
  /// Most keys of one strip of scores, a multiple of 16: what a strip needs stays in a core's cache.
  static let widestStrip = 256

  /// Floats between the rows of a strip: more than its keys, since rows that are a power of two apart
  /// would fall on the same few lines of the cache.
  let stripStride: Int
  /// Tiles along the queries.
  let count: Int
  private let headWidth: Int
  private let valueWidth: Int
  private let isCapped: Bool

  init(_ shape: AttentionShape) {
    stripStride = min(Self.widestStrip, (shape.keyTime + 15) / 16 * 16) + 16
    count = (shape.queryTime + Self.rows - 1) / Self.rows
    headWidth = shape.headWidth
    valueWidth = shape.valueWidth
    isCapped = shape.cap > 0
  }

  /// Floats of a strip.
  var strip: Int { Self.rows * stripStride }
  /// Floats of a strip's keys in panels, and of their transpose.
  var keyPanels: Int { PanelProduct.size(inner: stripStride, columns: headWidth) }
  var transposedKeyPanels: Int { PanelProduct.size(inner: headWidth, columns: stripStride) }
  /// Floats of a strip's values in panels, and of their transpose.
  var valuePanels: Int { PanelProduct.size(inner: stripStride, columns: valueWidth) }
  var transposedValuePanels: Int { PanelProduct.size(inner: valueWidth, columns: stripStride) }
  /// Floats of a tile's queries and of the gradient of its output in panels.
  var queryPanels: Int { PanelProduct.size(inner: Self.rows, columns: headWidth) }
  var outputPanels: Int { PanelProduct.size(inner: Self.rows, columns: valueWidth) }
  /// Scratch of one worker: forward one strip, the running maximum and sum, keys and values.
  var forwardScratch: Int { strip + 2 * Self.rows + transposedKeyPanels + valuePanels }
  /// Scratch of one worker: backward three strips (four where scores are capped), one number a row, keys both ways,
  /// values, queries and the gradient of the output.
  var backwardScratch: Int {
    (isCapped ? 4 : 3) * strip + Self.rows + transposedKeyPanels + transposedValuePanels + keyPanels
      + queryPanels
      + outputPanels
  }
}

/// The keys that at least one query of a block sees: keys outside are never touched. Begins at a
/// multiple of eight keys, so that the lanes of vectors fall on the same keys in every strip.
@inline(__always)
func visibleUnion(_ ranges: UnsafePointer<Int32>, _ queries: Range<Int>, keyTime: Int) -> Range<Int> {
  var (low, high) = (keyTime, 0)
  for query in queries {
    let (start, end) = (Int(ranges[2 * query]), Int(ranges[2 * query + 1]))
    guard start < end else { continue }
    low = min(low, start)
    high = max(high, end)
  }
  return low < high ? low & ~7..<high : 0..<0
}

/// Floats of scratch for `attentionForward` on a pool of `threads` threads.
package func attentionScratch(_ shape: AttentionShape, threads: Int) -> Int {
  threads * AttentionBlocks(shape).forwardScratch
}

/// Floats of scratch for `attentionBackward` on a pool of `threads` threads.
package func attentionBackwardScratch(_ shape: AttentionShape, threads: Int) -> Int {
  threads * AttentionBlocks(shape).backwardScratch + partialGradients(shape)
}

/// Floats for the gradients of keys and values by query head, which grouped heads add up afterwards.
func partialGradients(_ shape: AttentionShape) -> Int {
  shape.group == 1 ? 0 : shape.batch * shape.heads * shape.keyTime * (shape.headWidth + shape.valueWidth)
}

/// The FLOPs Σ 2·m·n·k of the products in `attentionForward` and `attentionBackward`, from the ranges
/// alone.
///
/// Forward multiplies every block of queries twice (scores, output), backward five times (scores again,
/// and the gradients of values, probabilities, queries and keys), each with the keys that some query of
/// the block sees.
package func attentionFlops(
  _ shape: AttentionShape, ranges: UnsafePointer<Int32>, rangeBatch: Int
) -> (forward: UInt64, backward: UInt64) {
  var pairs = 0
  for sequence in 0..<rangeBatch {
    let ranges = ranges + sequence * shape.queryTime * 2
    for start in stride(from: 0, to: shape.queryTime, by: AttentionBlocks.rows) {
      let queries = start..<min(start + AttentionBlocks.rows, shape.queryTime)
      pairs += queries.count * visibleUnion(ranges, queries, keyTime: shape.keyTime).count
    }
  }
  let repeats = rangeBatch == 1 ? shape.batch : 1
  let product = UInt64(2 * pairs * repeats * shape.heads)
  let (inKeys, inValues) = (product * UInt64(shape.headWidth), product * UInt64(shape.valueWidth))
  return (inKeys + inValues, 3 * inKeys + 2 * inValues)
}
