/// Token ids in a row that never change: in memory, or in a scratch file where they are many.
public struct TokenRow: RandomAccessCollection, Sendable {
  private let store: ByteStore

  /// Ids in memory.
  public init(_ ids: [Int32]) { self.init(joining: [ids]) }

  /// Runs of ids one after the other, in memory.
  fileprivate init(joining runs: [[Int32]]) {
    store = ByteStore(capacity: runs.reduce(0) { $0 + $1.count } * MemoryLayout<Int32>.size) { target in
      runs.reduce(0) { used, run in
        run.withUnsafeBytes { bytes in
          UnsafeMutableRawBufferPointer(rebasing: target[used...]).copyMemory(from: bytes)
          return used + bytes.count
        }
      }
    }
  }

  fileprivate init(_ store: ByteStore) { self.store = store }

  public var startIndex: Int { 0 }
  public var endIndex: Int { store.count / MemoryLayout<Int32>.size }

  public subscript(place: Int) -> Int32 {
    precondition(indices.contains(place), "token \(place) of \(count)")
    return UnsafeRawBufferPointer(store.bytes).load(
      fromByteOffset: place * MemoryLayout<Int32>.size, as: Int32.self)
  }
}

/// Collects the tokens of a text, portion by portion.
struct TokenWriter {
  /// How many tokens were appended.
  private(set) var count = 0

  /// What is not in the file, and how many tokens that is. The runs are joined once, at the end.
  private var runs: [[Int32]] = []
  private var kept = 0
  private var file: ScratchFile?
  private let worthwhile: Int

  /// - Parameter worthwhile: bytes of tokens from which on they go to a scratch file.
  init(worthwhile: Int = ScratchFile.worthwhile) { self.worthwhile = worthwhile }

  /// Appends tokens.
  ///
  /// - Throws: `TextError` when the disk is full.
  mutating func append(_ ids: [Int32]) throws {
    count += ids.count
    kept += ids.count
    runs.append(ids)
    if kept * MemoryLayout<Int32>.size >= worthwhile { try spill() }
  }

  /// All tokens.
  ///
  /// - Throws: `TextError` when the disk is full.
  mutating func finish() throws -> TokenRow {
    guard file != nil else { return TokenRow(joining: runs) }
    try spill()
    return TokenRow(try file?.mapped() ?? ByteStore(capacity: 0) { _ in 0 })
  }

  private mutating func spill() throws {
    let target = try file ?? ScratchFile()
    file = target
    for run in runs { try run.withUnsafeBytes { try target.append($0) } }
    (runs, kept) = ([], 0)
  }
}
