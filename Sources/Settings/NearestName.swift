/// The known name nearest to `name`; nil when none is near.
///
/// Near is an edit distance (insertions, deletions, replacements, neighbours swapped; letter case is free)
/// of at most a third of the name and never above 3, or a name that begins with what was written.
///
/// - Source: optimal string alignment, Damerau 1964.
/// - Complexity: O(length²) for each candidate.
package func nearestName(to name: String, among candidates: [String]) -> String? {
  let wanted = Array(name.lowercased())
  // What is longer or shorter by more than the greatest distance is not compared, however long it is.
  let scored = candidates.filter { abs($0.count - wanted.count) <= 3 }.map {
    (name: $0, distance: editDistance(wanted, Array($0.lowercased())))
  }
  let best = scored.min { ($0.distance, $0.name) < ($1.distance, $1.name) }
  if let best, best.distance <= max(1, min(3, wanted.count / 3)) { return best.name }
  guard wanted.count >= 2 else { return nil }
  return candidates.filter { $0.lowercased().hasPrefix(name.lowercased()) }.min {
    ($0.count, $0) < ($1.count, $1)
  }
}

private func editDistance(_ left: [Character], _ right: [Character]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...right.count)
  for i in 0..<left.count {
    var row = [i + 1]
    for j in 0..<right.count {
      var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (left[i] == right[j] ? 0 : 1))
      if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
        cost = min(cost, beforeLast[j - 1] + 1)
      }
      row.append(cost)
    }
    beforeLast = last
    last = row
  }
  return last[right.count]
}
