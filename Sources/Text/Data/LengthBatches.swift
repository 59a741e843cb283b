/// Puts sequences of one length into one batch, so that a batch needs no padding and no token is computed
/// for nothing.
///
/// - Parameters:
///   - lengths: the length of each sequence, in tokens.
///   - maxTokens: how large a batch may be; a longer sequence is a batch of its own.
/// - Returns: the numbers of the sequences, batch by batch: shorter sequences first, each length in order.
package func lengthBatches(_ lengths: [Int], maxTokens: Int = 4096) -> [[Int]] {
  Dictionary(grouping: lengths.indices) { lengths[$0] }.sorted { $0.key < $1.key }.flatMap { length, all in
    let size = max(1, maxTokens / max(1, length))
    return stride(from: 0, to: all.count, by: size).map { Array(all[$0..<min($0 + size, all.count)]) }
  }
}
