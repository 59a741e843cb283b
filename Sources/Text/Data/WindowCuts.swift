/// Where the windows of an epoch begin.
///
/// The last token of a text is only ever looked ahead at, so that the cuts are the same with a look-ahead
/// of one token and without.
enum WindowCuts: Sendable {
  /// Windows next to each other, moved as a whole by a random offset of up to `slack`.
  case contiguous(windows: Int, length: Int, slack: Int)
  /// Windows that begin at line starts, in stretches that each have their own random first line.
  case lines(stretches: [Stretch], length: Int, starts: [Int])

  /// A part of the text with room for `windows` windows from any of its first lines.
  struct Stretch: Sendable {
    let firstLines: Range<Int>
    let windows: Int
  }

  /// Windows from one random line to the next: chains of windows from neighbouring lines soon fall into
  /// step, so that without new first lines every epoch would have nearly the same cuts. One window in this
  /// many is given up for that.
  private static let stretchWindows = 32

  /// The cuts for a text.
  ///
  /// - Throws: `TextError` when not even one window fits.
  init(_ text: TokenizedText, length: Int, name: String) throws {
    precondition(length > 0, "a window needs at least one token")
    let room = text.ids.count - 1
    guard room >= length, text.starts?.isEmpty != true else {
      throw TextError(
        place: name,
        reason: "has \(text.ids.count) tokens, too few for one window of \(length + 1)",
        suggestion: "use a longer text or a shorter context")
    }
    guard let starts = text.starts else {
      // One window fewer than could fit leaves room for every offset below a window's length.
      let windows = max(1, (room - length + 1) / length)
      self = .contiguous(windows: windows, length: length, slack: min(length - 1, room - windows * length))
      return
    }
    let chain = Self.chain(from: 0, starts: starts, length: length, room: room)
    let stretches = stride(from: 0, to: chain.count, by: Self.stretchWindows).compactMap {
      first -> Stretch? in
      let windows = min(Self.stretchWindows, chain.count - first)
      // From any line before the second window, all but one of the windows find room before the stretch's
      // end, because a chain never overtakes one that started later.
      if windows > 1 { return Stretch(firstLines: chain[first]..<chain[first + 1], windows: windows - 1) }
      return first == 0 ? Stretch(firstLines: chain[0]..<chain[0] + 1, windows: 1) : nil
    }
    self = .lines(stretches: stretches, length: length, starts: starts)
  }

  /// Windows in every epoch.
  var count: Int {
    switch self {
    case .contiguous(let windows, _, _): windows
    case .lines(let stretches, _, _): stretches.reduce(0) { $0 + $1.windows }
    }
  }

  /// The first tokens of an epoch's windows, in the order of the text.
  func places(_ generator: inout KeyedGenerator) -> [Int] {
    switch self {
    case .contiguous(let windows, let length, let slack):
      let offset = generator.next(below: slack + 1)
      return (0..<windows).map { offset + $0 * length }
    case .lines(let stretches, let length, let starts):
      var places: [Int] = []
      places.reserveCapacity(count)
      for stretch in stretches {
        var line = stretch.firstLines.lowerBound + generator.next(below: stretch.firstLines.count)
        for window in 0..<stretch.windows {
          places.append(starts[line])
          if window + 1 < stretch.windows {
            line = Self.line(after: starts[line] + length, from: line, in: starts)
          }
        }
      }
      return places
    }
  }

  /// The places of as many windows as fit without overlapping, from the first token on.
  static func all(_ text: TokenizedText, length: Int) -> [Int] {
    let room = text.ids.count - 1
    guard let starts = text.starts else {
      return Array(stride(from: 0, through: room - length, by: length))
    }
    return chain(from: 0, starts: starts, length: length, room: room).map { starts[$0] }
  }

  /// The lines at which windows begin when each begins at the first line start after the one before.
  private static func chain(from line: Int, starts: [Int], length: Int, room: Int) -> [Int] {
    var chain: [Int] = []
    var line = line
    while line < starts.count, starts[line] + length <= room {
      chain.append(line)
      line = Self.line(after: starts[line] + length, from: line, in: starts)
    }
    return chain
  }

  /// The first line that starts at `place` or later; the number of lines when there is none.
  private static func line(after place: Int, from line: Int, in starts: [Int]) -> Int {
    var line = line
    while line < starts.count, starts[line] < place { line += 1 }
    return line
  }
}
