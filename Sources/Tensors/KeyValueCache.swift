import Kernels

/// The keys and values of tokens that a decoder has read, and other states of its layers, so that it reads each
/// token once.
///
/// Works because a decoder's position depends on what is before it alone: what was computed for a
/// token stays right when others follow. `Pass.inference(_:continuing:of:)` reads further tokens. A layer
/// with a window keeps what it may still see and forgets the rest.
public final class KeyValueCache {
  /// The most tokens of a sequence that a pass may read at once through a layer that forgets.
  package static let maxTokensAtOnce = 128

  /// Most tokens of a sequence.
  public let capacity: Int
  /// Tokens of each sequence so far: the position of its next one.
  package private(set) var lengths: [Int]

  /// The document that the last token of each sequence belongs to; nil for a sequence without documents.
  package private(set) var documents: [CachedDocument?]

  private var layers: [String: CachedLayer] = [:]
  private var states: [String: CachedState] = [:]
  private let sequences: Int
  private let context: Context

  /// A cache in which every sequence is empty. A layer's memory is reserved when it is first used.
  public init(sequences: Int, capacity: Int, in context: Context) {
    self.sequences = sequences
    self.capacity = capacity
    self.context = context
    lengths = [Int](repeating: 0, count: sequences)
    documents = [CachedDocument?](repeating: nil, count: sequences)
  }

  /// Bytes of all layers so far.
  package var byteCount: Int {
    layers.values.reduce(0) { $0 + $1.rows.buffer.byteCount }
      + states.values.reduce(0) { $0 + $1.values.buffer.byteCount }
  }

  /// Notes that a pass has read `tokens` more tokens of each of these sequences.
  ///
  /// - Parameters:
  ///   - rows: the sequences.
  ///   - tokens: the number of tokens that were read of each.
  ///   - numbers: of the documents that these tokens belong to, `[sequences, tokens]`, as the pass was told;
  ///     nil: a sequence continues in its document.
  public func advance(_ rows: Range<Int>, by tokens: Int, documents numbers: [Int32]? = nil) {
    for (index, row) in rows.enumerated() {
      if let numbers {
        for time in 0..<tokens {
          documents[row] = CachedDocument(
            number: numbers[index * tokens + time], at: lengths[row] + time, after: documents[row])
        }
      }
      lengths[row] += tokens
    }
  }

  /// Empties one sequence.
  public func clear(_ row: Int) {
    lengths[row] = 0
    documents[row] = nil
    for layer in layers.values { layer.firsts[row] = 0 }
    for state in states.values { state.clear(row, in: context) }
  }

  /// Moves one sequence into the place of another, which is lost; its own place is then empty.
  package func move(_ row: Int, to place: Int) {
    guard row != place else { return }
    for layer in layers.values {
      let first = layer.firsts[row]
      layer.copy(lengths[row] - first, from: (row, 0), to: (place, 0), in: context)
      layer.firsts[place] = first
    }
    for state in states.values { state.copy(from: row, to: place, in: context) }
    lengths[place] = lengths[row]
    documents[place] = documents[row]
    clear(row)
  }

  /// The state of the layer `name`, zeros at first.
  ///
  /// - Parameter shape: of one sequence's state.
  /// - Throws: `ShapeError` when the layer had another shape before; `MemoryError`.
  func state(_ name: String, shape: Shape) throws -> CachedState {
    let whole = Shape([Shape.Axis(name: "sequences", size: sequences)] + shape.axes)
    if let known = states[name] {
      try expectShape(known.values.shape, whole, "cached state", in: name)
      return known
    }
    let buffer = try context.allocate(whole)
    context.fill(buffer, with: 0)
    let fresh = CachedState(Tensor(shape: whole, buffer: buffer, node: nil))
    states[name] = fresh
    return fresh
  }

  /// The memory of the layer `name`.
  ///
  /// - Parameter window: how near a key must be to be seen; nil: any.
  /// - Throws: `ShapeError` when the layer had another width before; `MemoryError`.
  func layer(_ name: String, width: Int, window: Int?) throws -> CachedLayer {
    let needed = window.map { ($0 + 7) / 8 * 8 + 8 + Self.maxTokensAtOnce } ?? capacity
    let shape: Shape = ["sequences": sequences, "capacity": min(needed, capacity), "width": width]
    if let known = layers[name] {
      try expectShape(known.rows.shape, shape, "cached keys and values", in: name)
      return known
    }
    let rows = Tensor(shape: shape, buffer: try context.allocate(shape), node: nil)
    let fresh = CachedLayer(rows: rows, firsts: [Int](repeating: 0, count: sequences))
    layers[name] = fresh
    return fresh
  }
}

/// A document of a sequence.
package struct CachedDocument: Sendable, Equatable {
  /// Its number: another one begins another document.
  package let number: Int32
  /// The position of its first token.
  package let start: Int

  /// A document that begins at `start`.
  package init(number: Int32, start: Int) {
    self.number = number
    self.start = start
  }

  /// The document of a token at `position`: `last`, the one of the token before, where it has the same number; else one
  /// that begins there.
  package init(number: Int32, at position: Int, after last: CachedDocument?) {
    self.init(number: number, start: last?.number == number ? last?.start ?? position : position)
  }
}

/// The latest keys and values of one layer.
final class CachedLayer {
  /// `[sequences, capacity, keys and values side by side]`.
  let rows: Tensor
  /// The position of the first key of each sequence that is still there: a multiple of eight, so that the
  /// lanes of vectors fall on the same keys as without a cache.
  var firsts: [Int]

  init(rows: Tensor, firsts: [Int]) {
    self.rows = rows
    self.firsts = firsts
  }

  /// Rows of a sequence.
  var capacity: Int { rows.shape.sizes[1] }

  /// Makes room for `time` more rows of a sequence that is `length` long: forgets what is further than
  /// `window` from all of them.
  func makeRoom(_ sequence: Int, length: Int, time: Int, window: Int, in context: Context) {
    let first = firsts[sequence]
    guard length - first + time > capacity else { return }
    let kept = max(first, (length - window + 1) & ~7)
    copy(length - kept, from: (sequence, kept - first), to: (sequence, 0), in: context)
    firsts[sequence] = kept
  }

  /// Copies `count` rows from one sequence and row to another.
  func copy(
    _ count: Int, from: (sequence: Int, row: Int), to: (sequence: Int, row: Int), in context: Context
  ) {
    let width = rows.shape.width
    context.perform(
      CopyKernel(
        count: count * width, x: rows.buffer, xOffset: (from.sequence * capacity + from.row) * width,
        yOffset: (to.sequence * capacity + to.row) * width))
  }
}

/// Where a pass continues in a cache: its batch is `rows` of the cache's sequences.
public struct Continuation {
  /// What was read before.
  package let cache: KeyValueCache
  /// The sequences that are read further.
  package let rows: Range<Int>
  /// The position of each one's first token in the pass, `[sequences]`.
  package let starts: Indices

  /// - Throws: `ShapeError` that names `name` when the sequences do not fit; `MemoryError`.
  init(_ cache: KeyValueCache, rows: Range<Int>, context: Context) throws {
    try expect(
      !rows.isEmpty && rows.upperBound <= cache.lengths.count, "sequences", in: "key-value cache",
      expected: "some of 0..<\(cache.lengths.count)", actual: "\(rows)")
    self.cache = cache
    self.rows = rows
    starts = try context.indices(cache.lengths[rows].map(Int32.init), ["sequences": rows.count])
  }

  /// - Throws: `ShapeError` that names `name` when a batch is of other sequences or has no room.
  func expectRoom(batch: Int, time: Int, in name: String) throws {
    let longest = Int(starts.host.max() ?? 0) + time
    try expect(
      batch == rows.count && longest <= cache.capacity, "input", in: name,
      expected: "\(rows.count) sequences of at most \(cache.capacity) tokens (the cache's capacity)",
      actual: "\(batch) of up to \(longest)")
  }
}

/// Copies floats from one place of a buffer to another, which may overlap it.
package struct CopyKernel: KernelCall {
  package let count: Int
  package let x: Buffer
  package let xOffset: Int
  package let yOffset: Int
  package var operands: [Buffer?] { [] }
}

/// Puts the keys or values of new tokens where a layer's cache continues.
package struct StoreRowsKernel: KernelCall {
  package let batch: Int
  package let time: Int
  package let width: Int
  package let capacity: Int
  package let starts: Buffer
  package let rows: AttentionOperand
  package let cache: Buffer
  package let cacheOffset: Int
  package let cacheStride: Int
  package var operands: [Buffer?] { [rows.buffer, rows.buffer] }
}
