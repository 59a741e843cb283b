/// What becomes of delimiters between words.
enum SplitBehaviour: String, CaseIterable, Sendable {
  case removed = "Removed"
  case isolated = "Isolated"
  case mergedWithPrevious = "MergedWithPrevious"
  case mergedWithNext = "MergedWithNext"
  case contiguous = "Contiguous"

  /// Appends the words between and of delimiters.
  ///
  /// - Parameter parts: all of a word in order, and which parts of it are delimiters.
  func append(_ parts: [(range: Range<Int>, isDelimiter: Bool)], to words: inout [Range<Int>]) {
    func add(_ range: Range<Int>) { if !range.isEmpty { words.append(range) } }
    switch self {
    case .isolated: for part in parts { add(part.range) }
    case .removed: for part in parts where !part.isDelimiter { add(part.range) }
    case .contiguous, .mergedWithPrevious:
      var (joined, wasDelimiter) = (Range<Int>?.none, false)
      for part in parts {
        let joins =
          self == .contiguous ? part.isDelimiter == wasDelimiter : part.isDelimiter && !wasDelimiter
        if joins, let last = joined {
          joined = last.lowerBound..<part.range.upperBound
        } else {
          if let joined { add(joined) }
          joined = part.range
        }
        wasDelimiter = part.isDelimiter
      }
      if let joined { add(joined) }
    case .mergedWithNext:
      var reversed: [Range<Int>] = []
      var wasDelimiter = false
      for part in parts.reversed() {
        if part.isDelimiter, !wasDelimiter, let last = reversed.popLast() {
          reversed.append(part.range.lowerBound..<last.upperBound)
        } else {
          reversed.append(part.range)
        }
        wasDelimiter = part.isDelimiter
      }
      for range in reversed.reversed() { add(range) }
    }
  }
}

/// Cuts at scalars of a kind.
struct ScalarSplit: PreTokenizerPart {
  let behaviour: SplitBehaviour
  let isDelimiter: @Sendable (UInt32) -> Bool

  init(behaviour: SplitBehaviour, isDelimiter: @escaping @Sendable (UInt32) -> Bool) {
    self.behaviour = behaviour
    self.isDelimiter = isDelimiter
  }

  func cut(_ words: inout Words) {
    var found: [Range<Int>] = []
    var parts: [(range: Range<Int>, isDelimiter: Bool)] = []
    words.text.bytes.withUnsafeBufferPointer { bytes in
      for word in words.ranges {
        parts.removeAll(keepingCapacity: true)
        var (start, place) = (word.lowerBound, word.lowerBound)
        while place < word.upperBound {
          let (value, length) = scalar(in: bytes, at: place)
          if isDelimiter(value) {
            if start < place { parts.append((start..<place, false)) }
            parts.append((place..<place + length, true))
            start = place + length
          }
          place += length
        }
        if start < word.upperBound { parts.append((start..<word.upperBound, false)) }
        behaviour.append(parts, to: &found)
      }
    }
    words.ranges = found
  }
}

/// Cuts at what a pattern finds, or at what is between where it is inverted.
struct Split: PreTokenizerPart {
  let pattern: TextPattern
  let behaviour: SplitBehaviour
  let isInverted: Bool

  func cut(_ words: inout Words) {
    var found: [Range<Int>] = []
    var parts: [(range: Range<Int>, isDelimiter: Bool)] = []
    words.text.bytes.withUnsafeBufferPointer { bytes in
      for word in words.ranges {
        parts.removeAll(keepingCapacity: true)
        var place = word.lowerBound
        pattern.forEachMatch(in: UnsafeBufferPointer(rebasing: bytes[word])) { match in
          let range = word.lowerBound + match.lowerBound..<word.lowerBound + match.upperBound
          if place < range.lowerBound { parts.append((place..<range.lowerBound, isInverted)) }
          parts.append((range, !isInverted))
          place = range.upperBound
        }
        if place < word.upperBound { parts.append((place..<word.upperBound, isInverted)) }
        behaviour.append(parts, to: &found)
      }
    }
    words.ranges = found
  }
}
