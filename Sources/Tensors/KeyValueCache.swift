import Kernels

/// The keys and values of tokens that a decoder has read, layer by layer, so that it reads each token
/// once.
///
/// Works because a decoder's position depends on what stands before it alone: what was computed for a
/// token stays right when others follow. `Pass.inference(_:continuing:of:)` reads further tokens.
public final class KeyValueCache {
  /// Most tokens of a sequence.
  public let capacity: Int
  /// Tokens of each sequence so far: the position of its next one.
  public private(set) var lengths: [Int]

  /// For each layer, by its path, `[sequences, capacity, keys and values side by side]`.
  private var layers: [String: Tensor] = [:]
  private let sequences: Int
  private let context: Context

  /// A cache in which every sequence is empty. A layer's memory is reserved when it is first used.
  public init(sequences: Int, capacity: Int, in context: Context) {
    self.sequences = sequences
    self.capacity = capacity
    self.context = context
    lengths = [Int](repeating: 0, count: sequences)
  }

  /// Notes that a pass has read `tokens` more tokens of each of these sequences.
  public func advance(_ rows: Range<Int>, by tokens: Int) {
    for row in rows { lengths[row] += tokens }
  }

  /// Empties one sequence.
  public func clear(_ row: Int) { lengths[row] = 0 }

  /// Moves one sequence into the place of another, which is lost; its own place is then empty.
  public func move(_ row: Int, to place: Int) {
    guard row != place else { return }
    for layer in layers.values {
      let size = capacity * layer.shape.width
      context.perform(
        CopyKernel(
          count: lengths[row] * layer.shape.width, x: layer.buffer, xOffset: row * size, yOffset: place * size
        ))
    }
    lengths[place] = lengths[row]
    lengths[row] = 0
  }

  /// The memory of the layer `name`.
  ///
  /// - Throws: `ShapeError` when the layer had another width before; `MemoryError`.
  func layer(_ name: String, width: Int) throws -> Tensor {
    let shape: Shape = ["sequences": sequences, "capacity": capacity, "width": width]
    if let known = layers[name] {
      try expectShape(known.shape, shape, "cached keys and values", in: name)
      return known
    }
    let fresh = Tensor(shape: shape, buffer: try context.allocate(shape), node: nil)
    layers[name] = fresh
    return fresh
  }
}

/// Where a pass goes on in a cache: its batch is `rows` of the cache's sequences.
public struct Continuation {
  /// What was read before.
  public let cache: KeyValueCache
  /// The sequences that are read further.
  public let rows: Range<Int>
  /// The position of each one's first token in the pass, `[sequences]`.
  public let starts: Indices

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

/// Copies floats from one place of a buffer to another that does not overlap it.
private struct CopyKernel: Kernel {
  let count: Int
  let x: Buffer
  let xOffset: Int
  let yOffset: Int
  var operands: [Buffer?] { [] }
  func run(on pool: ThreadPool) { (x.floats + yOffset).update(from: x.floats + xOffset, count: count) }
}

/// Puts the keys and values of new tokens where a layer's cache goes on.
struct StoreKeyValuesKernel: Kernel {
  let batch: Int
  let time: Int
  let width: Int
  let capacity: Int
  let starts: Buffer
  let packed: Buffer
  let packedStride: Int
  /// Where keys, and after them values, begin in a packed row.
  let keyOffset: Int
  let cache: Buffer
  let cacheOffset: Int
  var operands: [Buffer?] { [packed, packed] }
  func run(on pool: ThreadPool) {
    storeRows(
      pool, batch: batch, time: time, width: width, capacity: capacity, starts: starts.integers,
      x: packed.floats + keyOffset, xStride: packedStride, y: cache.floats + cacheOffset)
  }
}
