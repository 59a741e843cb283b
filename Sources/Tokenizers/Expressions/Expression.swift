/// A regular expression on scalars, compiled once. It goes back over its choices, as the expressions that it is
/// written for expect: the first alternative that leads to a match counts, not the longest.
final class Expression: Sendable {
  private enum Instruction: Sendable {
    /// A scalar of the set with a number.
    case set(Int)
    /// As many scalars of a set as there are; gone back over one by one, unless it is possessive.
    case run(set: Int, isPossessive: Bool)
    case choice(first: Int, second: Int)
    case jump(Int)
    case place(ExpressionPlace)
    /// The instructions up to `end` must match here, or must not, and take nothing.
    case look(end: Int, isNegative: Bool)
    /// The instructions up to `end` match as they first can, and are not gone back into.
    case atomic(end: Int)
    case done
  }

  private let program: [Instruction]
  private let sets: [ScalarSet]
  /// The members of all sets below `ScalarSet.lowCount`.
  private let lowBits: [UInt64]
  private static let maxInstructions = 20_000

  /// - Throws: `ExpressionFault` for what is not understood.
  init(_ text: String) throws {
    var (program, sets) = ([Instruction](), [ScalarSet]())
    try Self.compile(try ExpressionReader.read(text), into: &program, &sets)
    program.append(.done)
    self.program = program
    self.sets = sets
    lowBits = sets.flatMap(\.lowBits)
  }

  private static func compile(
    _ node: ExpressionNode, into program: inout [Instruction], _ sets: inout [ScalarSet]
  ) throws {
    guard program.count < maxInstructions else { throw ExpressionFault(reason: "is too long") }
    switch node {
    case .nothing: break
    case .set(let set):
      program.append(.set(sets.count))
      sets.append(set)
    case .place(let place): program.append(.place(place))
    case .sequence(let parts): for part in parts { try compile(part, into: &program, &sets) }
    case .alternatives(let parts):
      var ends: [Int] = []
      for part in parts.dropLast() {
        let choice = program.count
        program.append(.done)
        try compile(part, into: &program, &sets)
        ends.append(program.count)
        program.append(.done)
        program[choice] = .choice(first: choice + 1, second: program.count)
      }
      if let last = parts.last { try compile(last, into: &program, &sets) }
      for end in ends { program[end] = .jump(program.count) }
    case .lookAhead(let inner, let isNegative):
      let start = program.count
      program.append(.done)
      try compile(inner, into: &program, &sets)
      program.append(.done)
      program[start] = .look(end: program.count, isNegative: isNegative)
    case .atomic(let inner):
      let start = program.count
      program.append(.done)
      try compile(inner, into: &program, &sets)
      program.append(.done)
      program[start] = .atomic(end: program.count)
    case .repetition(.set(let set), let min, nil, let greed) where greed != .lazy:
      for _ in 0..<min { program.append(.set(sets.count)) }
      program.append(.run(set: sets.count, isPossessive: greed == .possessive))
      sets.append(set)
    case .repetition(let inner, let min, let max, .possessive):
      try compile(.atomic(.repetition(inner, min: min, max: max, .greedy)), into: &program, &sets)
    case .repetition(let inner, let min, let max, let greed):
      for _ in 0..<min { try compile(inner, into: &program, &sets) }
      func choice(inside: Int, after: Int) -> Instruction {
        greed == .lazy ? .choice(first: after, second: inside) : .choice(first: inside, second: after)
      }
      if let max {
        var choices: [Int] = []
        for _ in min..<max {
          choices.append(program.count)
          program.append(.done)
          try compile(inner, into: &program, &sets)
        }
        for start in choices { program[start] = choice(inside: start + 1, after: program.count) }
      } else {
        let start = program.count
        program.append(.done)
        try compile(inner, into: &program, &sets)
        program.append(.jump(start))
        program[start] = choice(inside: start + 1, after: program.count)
      }
    }
  }

  /// All matches in a text, from left to right, none inside another.
  ///
  /// - Parameter text: valid UTF-8.
  func forEachMatch(in text: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>) -> Void) {
    var start = 0
    var lastEnd: Int?
    var stack: [Choice] = []
    while start <= text.count {
      var found: Range<Int>?
      var place = start
      while true {
        if let end = run(from: 0, at: place, text, &stack) {
          found = place..<end
          break
        }
        if place >= text.count { break }
        place += scalar(in: text, at: place).length
      }
      guard let found else { return }
      if found.isEmpty, found.lowerBound == lastEnd {
        start += start < text.count ? scalar(in: text, at: start).length : 1
        continue
      }
      body(found)
      (start, lastEnd) = (found.upperBound, found.upperBound)
    }
  }

  /// Another way to continue where a match fails.
  private struct Choice {
    var instruction: Int
    var place: Int
    /// Of a run, the place before which no scalar is given back; otherwise `place`.
    var first: Int
  }

  @inline(__always)
  private func contains(_ set: Int, _ value: UInt32, _ lowBits: UnsafeBufferPointer<UInt64>) -> Bool {
    if value < ScalarSet.lowCount {
      return lowBits[set &<< 5 | Int(value &>> 6)] &>> UInt64(value & 63) & 1 == 1
    }
    return sets[set].contains(value)
  }

  /// Where the match ends that begins at a place; nil: none does.
  private func run(
    from instruction: Int, at start: Int, _ text: UnsafeBufferPointer<UInt8>, _ stack: inout [Choice]
  ) -> Int? {
    let bottom = stack.count
    defer { stack.removeLast(stack.count - bottom) }
    var (next, place) = (instruction, start)
    return program.withUnsafeBufferPointer { program in
      lowBits.withUnsafeBufferPointer { lowBits in
        while true {
          var fails = false
          switch program[next] {
          case .set(let set):
            fails = true
            if place < text.count {
              let (value, length) = scalar(in: text, at: place)
              if contains(set, value, lowBits) {
                place += length
                next += 1
                fails = false
              }
            }
          case .run(let set, let isPossessive):
            let first = place
            while place < text.count {
              let (value, length) = scalar(in: text, at: place)
              guard contains(set, value, lowBits) else { break }
              place += length
            }
            next += 1
            if place > first, !isPossessive {
              stack.append(Choice(instruction: next, place: place, first: first))
            }
          case .choice(let first, let second):
            stack.append(Choice(instruction: second, place: place, first: place))
            next = first
          case .jump(let target): next = target
          case .place(let condition):
            if Self.holds(condition, at: place, text) { next += 1 } else { fails = true }
          case .look(let end, let isNegative):
            if (run(from: next + 1, at: place, text, &stack) == nil) == isNegative {
              next = end
            } else {
              fails = true
            }
          case .atomic(let end):
            if let stop = run(from: next + 1, at: place, text, &stack) {
              (next, place) = (end, stop)
            } else {
              fails = true
            }
          case .done: return place
          }
          if fails {
            guard stack.count > bottom, var other = stack.popLast() else { return nil }
            if other.place > other.first {
              // A run gives back its last scalar.
              other.place -= scalar(in: text, before: other.place).length
              if other.place > other.first { stack.append(other) }
            }
            (next, place) = (other.instruction, other.place)
          }
        }
      }
    }
  }

  private static func holds(
    _ condition: ExpressionPlace, at place: Int, _ text: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    switch condition {
    case .textStart: return place == 0
    case .textEnd: return place == text.count
    case .lineStart: return place == 0 || text[place - 1] == 0x0A
    case .lineEnd: return place == text.count || text[place] == 0x0A
    case .wordEdge, .noWordEdge:
      let before = place > 0 && isExpressionWordPart(scalar(in: text, before: place).value)
      let after = place < text.count && isExpressionWordPart(scalar(in: text, at: place).value)
      return (before != after) == (condition == .wordEdge)
    }
  }
}
