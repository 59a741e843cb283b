/// A regular expression on scalars, compiled once. It goes back over its choices, as the expressions that it is
/// written for expect: the first alternative that leads to a match counts, not the longest.
final class Expression: Sendable {
  private enum Instruction: Sendable {
    case set(ScalarSet)
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
  private static let maxInstructions = 20_000

  /// - Throws: `ExpressionFault` for what is not understood.
  init(_ text: String) throws {
    var program: [Instruction] = []
    try Self.compile(try ExpressionReader.read(text), into: &program)
    program.append(.done)
    self.program = program
  }

  private static func compile(_ node: ExpressionNode, into program: inout [Instruction]) throws {
    guard program.count < maxInstructions else { throw ExpressionFault(reason: "is too long") }
    switch node {
    case .nothing: break
    case .set(let set): program.append(.set(set))
    case .place(let place): program.append(.place(place))
    case .sequence(let parts): for part in parts { try compile(part, into: &program) }
    case .alternatives(let parts):
      var ends: [Int] = []
      for part in parts.dropLast() {
        let choice = program.count
        program.append(.done)
        try compile(part, into: &program)
        ends.append(program.count)
        program.append(.done)
        program[choice] = .choice(first: choice + 1, second: program.count)
      }
      if let last = parts.last { try compile(last, into: &program) }
      for end in ends { program[end] = .jump(program.count) }
    case .lookAhead(let inner, let isNegative):
      let start = program.count
      program.append(.done)
      try compile(inner, into: &program)
      program.append(.done)
      program[start] = .look(end: program.count, isNegative: isNegative)
    case .atomic(let inner):
      let start = program.count
      program.append(.done)
      try compile(inner, into: &program)
      program.append(.done)
      program[start] = .atomic(end: program.count)
    case .repetition(let inner, let min, let max, .possessive):
      try compile(.atomic(.repetition(inner, min: min, max: max, .greedy)), into: &program)
    case .repetition(let inner, let min, let max, let greed):
      for _ in 0..<min { try compile(inner, into: &program) }
      func choice(inside: Int, after: Int) -> Instruction {
        greed == .lazy ? .choice(first: after, second: inside) : .choice(first: inside, second: after)
      }
      if let max {
        var choices: [Int] = []
        for _ in min..<max {
          choices.append(program.count)
          program.append(.done)
          try compile(inner, into: &program)
        }
        for start in choices { program[start] = choice(inside: start + 1, after: program.count) }
      } else {
        let start = program.count
        program.append(.done)
        try compile(inner, into: &program)
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
    var stack: [(Int, Int)] = []
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

  /// Where the match ends that begins at a place; nil: none does.
  private func run(
    from instruction: Int, at start: Int, _ text: UnsafeBufferPointer<UInt8>, _ stack: inout [(Int, Int)]
  ) -> Int? {
    let bottom = stack.count
    defer { stack.removeLast(stack.count - bottom) }
    var (next, place) = (instruction, start)
    return program.withUnsafeBufferPointer { program in
      while true {
        var fails = false
        switch program[next] {
        case .set(let set):
          if place < text.count {
            let (value, length) = scalar(in: text, at: place)
            if set.contains(value) {
              place += length
              next += 1
            } else {
              fails = true
            }
          } else {
            fails = true
          }
        case .choice(let first, let second):
          stack.append((second, place))
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
          guard stack.count > bottom, let (other, back) = stack.popLast() else { return nil }
          (next, place) = (other, back)
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
