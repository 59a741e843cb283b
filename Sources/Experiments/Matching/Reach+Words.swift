import Transformer

extension Reach {
  /// An extent in words: `129 tokens (64 before, 64 after)`. Where the context is shorter than both sides together, no
  /// position has the whole of both: `64 tokens (at most 63 before, 63 after)`.
  package var words: String {
    let most = before > 0 && after > 0 && before + after + 1 > tokens ? "at most " : ""
    func side(_ count: Int) -> String { count == 0 ? "none" : "\(count)" }
    return
      "\(tokens) \(tokens == 1 ? "token" : "tokens") (\(most)\(side(before)) before, \(side(after)) after)"
  }
}

extension [Reach] {
  /// The extents of all layers; layers that are alike are named once.
  package var words: String {
    var groups: [(reach: Reach, layers: [Int])] = []
    for (layer, reach) in enumerated() {
      if let known = groups.firstIndex(where: { $0.reach == reach }) {
        groups[known].layers.append(layer)
      } else {
        groups.append((reach, [layer]))
      }
    }
    // The most frequent extent is that of "the others", whose numbers then need not be listed.
    guard let others = groups.max(by: { $0.layers.count < $1.layers.count }) else { return "no layers" }
    guard groups.count > 1 else { return others.reach.words }
    let named = groups.filter { $0.reach != others.reach }.map { group in
      let numbers = group.layers.map { "\($0)" }.joined(separator: ", ")
      return "layer\(group.layers.count == 1 ? "" : "s") \(numbers): \(group.reach.words)"
    }
    return (named + ["the other \(others.layers.count): \(others.reach.words)"]).joined(separator: "; ")
  }
}
