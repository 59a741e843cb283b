/// Where files, documents and the texts of a mixture begin in a text.
struct TextDivision: Sendable {
  /// One of the texts of a mixture.
  struct Part: Sendable {
    /// Its first byte.
    let start: Int
    /// How often its windows occur in an epoch.
    let weight: Double
  }

  /// Where files begin, rising.
  var fileStarts: [Int] = [0]
  /// Where documents begin, rising; nil where the text has none of its own.
  var documentStarts: [Int]?
  /// The texts, the first of which begins at 0.
  var parts = [Part(start: 0, weight: 1)]

  /// The division of a range of the text, counted from its beginning.
  func within(_ range: Range<Int>) -> TextDivision {
    func moved(_ starts: [Int]) -> [Int] {
      let first = starts.partition(from: range.lowerBound)
      return starts[first..<max(first, starts.partition(from: range.upperBound))].map {
        $0 - range.lowerBound
      }
    }
    let last = max(0, parts.map(\.start).partition(from: range.lowerBound + 1) - 1)
    let inside = parts[last...].prefix { $0.start < range.upperBound }
    return TextDivision(
      fileStarts: moved(fileStarts), documentStarts: documentStarts.map(moved),
      parts: inside.map { Part(start: max(0, $0.start - range.lowerBound), weight: $0.weight) })
  }

  /// The ranges of the texts.
  func ranges(count: Int) -> [Range<Int>] {
    zip(parts, parts.dropFirst().map(\.start) + [count]).map { $0.start..<max($0.start, $1) }
  }
}

extension [Int] {
  /// Of rising numbers, the index of the first that is `bound` or more.
  func partition(from bound: Int) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < bound { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
