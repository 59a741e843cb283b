/// Where the windows of an epoch begin.
///
/// The last token of a text is only ever looked ahead at, so that the cuts are the same with a look-ahead
/// of one token and without.
enum WindowCuts: Sendable {
  /// Windows next to each other in spans that no window leaves: the whole text, the texts of a mixture, or documents.
  case spans([Group], length: Int)
  /// Windows that begin at line starts, in stretches that each have their own random first line.
  case lines(stretches: [Stretch], length: Int, starts: [Int])

  /// A part of the text whose windows are moved as a whole by a random offset of up to `slack`.
  struct Span {
    let first: Int
    let windows: Int
    let slack: Int

    /// Nil where no window fits.
    init?(_ tokens: Range<Int>, length: Int) {
      let room = tokens.count - 1
      guard room >= length else { return nil }
      first = tokens.lowerBound
      // One window fewer than could fit leaves room for every offset below a window's length.
      windows = max(1, (room - length + 1) / length)
      slack = min(length - 1, room - windows * length)
    }
  }

  /// The spans of one text of a mixture.
  struct Group {
    let spans: [Span]
    /// Windows in an epoch: those of the spans, times the weight of the text.
    let windows: Int
  }

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
  /// - Parameter within: whether no window leaves its document.
  /// - Throws: `TextError` when not even one window fits.
  init(_ text: TokenizedText, length: Int, within: Bool = false, name: String) throws {
    precondition(length > 0, "a window needs at least one token")
    let room = text.ids.count - 1
    func tooShort(_ what: String, _ other: String) -> TextError {
      TextError(
        place: name, reason: "has \(what), too few for one window of \(length + 1)",
        suggestion: "use \(other) or a shorter context")
    }
    guard room >= length, text.starts?.isEmpty != true else {
      throw tooShort("\(text.ids.count) tokens", "a longer text")
    }
    guard let starts = text.starts, !within else {
      let groups = Self.spans(of: text, within: within).map { spans, weight in
        let spans = spans.compactMap { Span($0, length: length) }
        let windows = spans.reduce(0) { $0 + $1.windows }
        return Group(spans: spans, windows: Int((Double(windows) * weight).rounded()))
      }
      guard groups.contains(where: { $0.windows > 0 }) else {
        throw tooShort(
          within ? "no document with more than \(length) tokens" : "no part with more than \(length) tokens",
          within ? "recipe.windows=cross" : "longer texts")
      }
      self = .spans(groups, length: length)
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
    case .spans(let groups, _): groups.reduce(0) { $0 + $1.windows }
    case .lines(let stretches, _, _): stretches.reduce(0) { $0 + $1.windows }
    }
  }

  /// Tokens that one pass over the text reads, whatever the weights of its parts.
  var tokens: Int {
    switch self {
    case .spans(let groups, let length): groups.flatMap(\.spans).reduce(0) { $0 + $1.windows } * length
    case .lines(_, let length, _): count * length
    }
  }

  /// The first tokens of an epoch's windows, in the order of the text.
  func places(_ generator: inout KeyedGenerator) -> [Int] {
    switch self {
    case .spans(let groups, let length):
      var places: [Int] = []
      places.reserveCapacity(groups.reduce(0) { $0 + $1.windows })
      for group in groups { Self.append(group, length: length, to: &places, &generator) }
      return places
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

  /// Appends the windows of a text of a mixture, each time cut at other places; of the last time some, drawn at random.
  private static func append(
    _ group: Group, length: Int, to places: inout [Int], _ generator: inout KeyedGenerator
  ) {
    let end = places.count + group.windows
    while places.count < end {
      let begin = places.count
      for span in group.spans {
        let offset = span.first + generator.next(below: span.slack + 1)
        for window in 0..<span.windows { places.append(offset + window * length) }
      }
      guard places.count > end else { continue }
      var last = Array(places[begin...])
      generator.shuffle(&last)
      places.replaceSubrange(begin..., with: last.prefix(end - begin))
    }
  }

  /// What windows may not leave, by text of a mixture, with the weight of each text.
  private static func spans(of text: TokenizedText, within: Bool) -> [(spans: [Range<Int>], weight: Double)] {
    let ends = text.parts.dropFirst().map(\.start) + [text.ids.count]
    return zip(text.parts, ends).map { part, end in
      guard within else { return ([part.start..<end], part.weight) }
      let first = text.documents.partition(from: part.start + 1)
      let inside = text.documents[first..<max(first, text.documents.partition(from: end))]
      let starts = [part.start] + inside
      return (zip(starts, starts.dropFirst() + [end]).map { $0..<$1 }, part.weight)
    }
  }

  /// The places of as many windows as fit without overlapping, from the first token on.
  static func all(_ text: TokenizedText, length: Int, within: Bool = false) -> [Int] {
    let room = text.ids.count - 1
    guard let starts = text.starts, !within else {
      return spans(of: text, within: within).flatMap(\.spans).flatMap { span in
        stride(from: span.lowerBound, through: span.upperBound - 1 - length, by: length)
      }
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
