/// Caps the visible scores of one query and adds their bias, in place; nothing where there is neither.
///
/// - Parameters:
///   - visible: the visible columns, not empty.
///   - cap: 0: none.
///   - bias: of the strip's first column; nil: none.
///   - slopes: receives the derivative of the cap, for a backward.
@inline(__always)
func adjustScores(
  _ scores: UnsafeMutablePointer<Float>, visible: Range<Int>, cap: Float, bias: UnsafePointer<Float>?,
  slopes: UnsafeMutablePointer<Float>?
) {
  guard cap > 0 || bias != nil else { return }
  let first = visible.lowerBound & ~7
  for column in stride(from: first, to: visible.upperBound, by: 8) {
    let count = min(8, visible.upperBound - column)
    var score = load(scores + column, count: count)
    if cap > 0 {
      let bent = tanh(score * (1 / cap))
      score = bent * cap
      if let slopes { store(1 - bent * bent, slopes + column, count: count) }
    }
    if let bias { score += load(bias + column, count: count) }
    store(score, scores + column, count: count)
  }
}

extension AttentionExtras {
  /// The bias of one query, from column `key` on; nil: there is none.
  @inline(__always)
  func biasRow(_ block: AttentionTile, _ row: Int, queryTime: Int, from key: Int) -> UnsafePointer<Float>? {
    bias.map { $0 + biasPlace(block, row, queryTime: queryTime) + key }
  }

  /// Where the bias of one query begins.
  @inline(__always)
  func biasPlace(_ block: AttentionTile, _ row: Int, queryTime: Int) -> Int {
    let matrix = (biasBatch == 1 ? 0 : block.sequence * block.heads) + block.head
    return (matrix * queryTime + block.queries.lowerBound + row) * biasStride
  }
}

/// Makes the scores of one query ready for the softmax, in place, and returns the highest.
///
/// Works on whole groups of eight; a group's keys outside the visible range become −∞.
///
/// - Parameters:
///   - visible: the visible columns, not empty.
///   - slope: what a score loses for each step of distance.
///   - position: the column of the query itself; may be outside.
@inline(__always)
func finishScores(
  _ scores: UnsafeMutablePointer<Float>, visible: Range<Int>, slope: Float, position: Int
) -> Float {
  let groups = wholeGroups(visible)
  for column in groups.lowerBound..<visible.lowerBound { scores[column] = -.infinity }
  for column in visible.upperBound..<groups.upperBound { scores[column] = -.infinity }
  var highest = Lanes(repeating: -.infinity)
  if slope == 0 {
    for column in stride(from: groups.lowerBound, to: groups.upperBound, by: 8) {
      highest = larger(highest, load(scores + column))
    }
  } else {
    let steps = Lanes(0, 1, 2, 3, 4, 5, 6, 7)
    for column in stride(from: groups.lowerBound, to: groups.upperBound, by: 8) {
      let offset = steps + Float(column - position)
      let score = load(scores + column) - slope * magnitude(offset)
      store(score, scores + column)
      highest = larger(highest, score)
    }
  }
  var result = highest[0]
  for lane in 1..<8 { result = max(result, highest[lane]) }
  return result
}

/// Replaces the scores of one query by `exp(score − shift)`, zero where it does not see, and returns
/// their sum.
@inline(__always)
func exponentiate(
  _ scores: UnsafeMutablePointer<Float>, visible: Range<Int>, shift: Float, width: Int
) -> Float {
  let groups = wholeGroups(visible)
  var total = Lanes(repeating: 0)
  for column in stride(from: groups.lowerBound, to: groups.upperBound, by: 8) {
    let value = expOfNonpositive(load(scores + column) - shift)
    store(value, scores + column)
    total += value
  }
  clear(scores, groups.lowerBound)
  if groups.upperBound < width { clear(scores + groups.upperBound, width - groups.upperBound) }
  return sum(total)
}

/// `range` widened to whole groups of eight.
@inline(__always)
func wholeGroups(_ range: Range<Int>) -> Range<Int> { range.lowerBound & ~7..<(range.upperBound + 7) & ~7 }

/// The element of a dropout mask that belongs to the first key of a row of probabilities: rows begin
/// where groups of draws do.
@inline(__always)
func dropoutElement(row: Int, keyTime: Int) -> Int {
  row * ((keyTime + Dropout.group - 1) / Dropout.group * Dropout.group)
}

/// Sets `count` floats to zero.
@inline(__always)
func clear(_ x: UnsafeMutablePointer<Float>, _ count: Int) { x.update(repeating: 0, count: count) }

/// `x = factor·x`.
@inline(__always)
func scaleRow(_ x: UnsafeMutablePointer<Float>, _ count: Int, by factor: Float) {
  let whole = count & ~7
  for index in stride(from: 0, to: whole, by: 8) { store(load(x + index) * factor, x + index) }
  for index in whole..<count { x[index] *= factor }
}

/// `Σ a·b`.
@inline(__always)
func dotProduct(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int) -> Float {
  let whole = count & ~7
  var total = Lanes(repeating: 0)
  for index in stride(from: 0, to: whole, by: 8) { total.addProduct(load(a + index), load(b + index)) }
  if whole < count {
    total.addProduct(load(a + whole, count: count - whole), load(b + whole, count: count - whole))
  }
  return sum(total)
}
