import Kernels

extension Reference {
  /// `y[b, h, i, j] = scale·(q[b, i, h]·key[m, h] + k[b, j, h]·query[m, h])` with `m = rows[i − j + time − 1]`.
  ///
  /// - Returns: `[batch, heads, time, time]`.
  @inlinable
  public static func distanceScores<T: ReferenceNumber>(
    batch: Int, time: Int, heads: Int, keyValueHeads: Int, headWidth: Int, scale: T, content: [T],
    positions: [T], rows: [Int32]
  ) -> [T] {
    let stride = (heads + 2 * keyValueHeads) * headWidth
    func product(_ row: Int, _ own: Int, _ vector: Int, _ other: Int) -> T {
      (0..<headWidth).reduce(T(0)) {
        $0 + content[row * stride + own * headWidth + $1]
          * positions[vector * stride + other * headWidth + $1]
      }
    }
    return (0..<batch * heads * time * time).map { index in
      let (sequence, head) = (index / (heads * time * time), index / (time * time) % heads)
      let (i, j) = (index / time % time, index % time)
      let vector = Int(rows[i - j + time - 1])
      let key = heads + head / (heads / keyValueHeads)
      return scale
        * (product(sequence * time + i, head, vector, key) + product(sequence * time + j, key, vector, head))
    }
  }
}
