/// A text that is being normalised, with the part of the original that each of its bytes comes from.
struct AlignedText {
  /// A range of bytes of the original text.
  struct Span: Equatable {
    var start: Int32
    var end: Int32
  }

  /// UTF-8.
  var bytes: [UInt8]
  /// One span a byte; nil where no offsets are wanted.
  var spans: [Span]?
  /// Whether the first byte comes from the start of the original text.
  var beginsAtStart: Bool

  /// A part of an original text.
  ///
  /// - Parameters:
  ///   - original: the whole text, valid UTF-8.
  ///   - part: the part.
  ///   - keepsSpans: whether offsets are wanted.
  init(_ original: UnsafeBufferPointer<UInt8>, _ part: Range<Int>, keepsSpans: Bool) {
    bytes = Array(original[part])
    beginsAtStart = part.lowerBound == 0
    guard keepsSpans else { return }
    var spans: [Span] = []
    spans.reserveCapacity(part.count)
    var place = part.lowerBound
    while place < part.upperBound {
      let length = scalar(in: original, at: place).length
      let span = Span(start: Int32(place), end: Int32(place + length))
      for _ in 0..<length { spans.append(span) }
      place += length
    }
    self.spans = spans
  }

  /// A part of it as a text of its own.
  func part(_ range: Range<Int>) -> AlignedText {
    if range == bytes.indices { return self }
    var part = self
    part.bytes = Array(bytes[range])
    part.spans = spans.map { Array($0[range]) }
    part.beginsAtStart = beginsAtStart && range.lowerBound == 0
    return part
  }

  /// An empty text to which parts of another are appended.
  init(like other: AlignedText) {
    bytes = []
    bytes.reserveCapacity(other.bytes.count + 16)
    spans = other.spans == nil ? nil : []
    beginsAtStart = other.beginsAtStart
  }

  /// Appends a part of another text.
  @inline(__always)
  mutating func append(_ other: AlignedText, _ part: Range<Int>) {
    bytes += other.bytes[part]
    if spans != nil, let others = other.spans { spans? += others[part] }
  }

  /// Appends bytes that all come from one span.
  @inline(__always)
  mutating func append(_ added: some Sequence<UInt8>, from span: Span?) {
    let count = bytes.count
    bytes += added
    guard spans != nil, let span else { return }
    for _ in count..<bytes.count { spans?.append(span) }
  }
}

/// Rewrites an aligned text from its scalars, one change after the other, and keeps track of where each comes from.
///
/// A change is 0 for a scalar that takes the place of the next old one, 1 for one that is inserted, and −n for one that
/// takes the place of the next 1 + n old ones. An inserted scalar comes from where the old one before it comes from.
struct TextRewriter {
  private let old: AlignedText
  private var new: AlignedText
  /// The next old byte that nothing has taken the place of.
  private var place = 0

  /// - Parameter skipped: as many old scalars at the start are dropped.
  init(_ text: AlignedText, skipped: Int = 0) {
    old = text
    new = AlignedText(like: text)
    advance(by: skipped)
    if skipped > 0 { new.beginsAtStart = false }
  }

  private mutating func advance(by count: Int) {
    guard count > 0 else { return }
    old.bytes.withUnsafeBufferPointer { bytes in
      for _ in 0..<count where place < bytes.count { place += scalar(in: bytes, at: place).length }
    }
  }

  mutating func append(_ value: UInt32, change: Int) {
    let count = new.bytes.count
    appendUTF8(value, to: &new.bytes)
    guard let spans = old.spans else { return }
    let source = change > 0 ? place - 1 : place
    let span: AlignedText.Span
    if spans.indices.contains(source) {
      span = spans[source]
    } else if source < 0 {
      let start = spans.first?.start ?? 0
      span = AlignedText.Span(start: start, end: start)
    } else {
      span = spans.last ?? AlignedText.Span(start: 0, end: 0)
    }
    for _ in count..<new.bytes.count { new.spans?.append(span) }
    if change <= 0 { advance(by: 1 - change) }
  }

  consuming func finish() -> AlignedText { new }
}

/// What the scalars of a text become, one after the other.
struct ReplacedScalars {
  fileprivate(set) var bytes: [UInt8]
  fileprivate(set) var spans: [AlignedText.Span]?
  /// Where the scalar comes from that is being replaced.
  fileprivate var span = AlignedText.Span(start: 0, end: 0)

  @inline(__always)
  mutating func append(_ value: UInt32) {
    appendUTF8(value, to: &bytes)
    if spans != nil { for _ in 0..<utf8Length(value) { spans?.append(span) } }
  }
}

extension AlignedText {
  /// Keeps some scalars.
  @inline(__always)
  mutating func filter(_ isKept: (UInt32) -> Bool) {
    rewriteScalars { value, new in if isKept(value) { new.append(value) } }
  }

  /// Replaces each scalar by some or none, which come from where it comes from.
  @inline(__always)
  mutating func rewriteScalars(_ replacement: (UInt32, inout ReplacedScalars) -> Void) {
    guard !bytes.isEmpty else { return }
    var new = ReplacedScalars(bytes: [], spans: spans == nil ? nil : [])
    new.bytes.reserveCapacity(bytes.count + bytes.count / 8)
    new.spans?.reserveCapacity(bytes.count + bytes.count / 8)
    var (place, begins) = (0, beginsAtStart)
    bytes.withUnsafeBufferPointer { old in
      while place < old.count {
        let (value, length) = scalar(in: old, at: place)
        if let spans { new.span = spans[place] }
        replacement(value, &new)
        if place == 0, new.bytes.isEmpty { begins = false }
        place += length
      }
    }
    (bytes, spans, beginsAtStart) = (new.bytes, new.spans, begins)
  }

  /// Puts a text before it, where it is not empty.
  mutating func prepend(_ text: [UInt8]) {
    guard !bytes.isEmpty else { return }
    bytes.insert(contentsOf: text, at: 0)
    if let first = spans?.first {
      spans?.insert(contentsOf: [Span](repeating: first, count: text.count), at: 0)
    }
  }

  /// Replaces parts by a text. Its bytes come from where the last byte of the part comes from.
  mutating func replace(_ parts: [Range<Int>], by content: [UInt8]) {
    guard !parts.isEmpty else { return }
    var new = AlignedText(like: self)
    var place = 0
    for part in parts {
      new.append(self, place..<part.lowerBound)
      let span: Span?
      if let spans {
        let source = part.upperBound - 1
        let start = spans.first?.start ?? 0
        span = source >= 0 ? spans[source] : Span(start: start, end: start)
      } else {
        span = nil
      }
      new.append(content, from: span)
      place = part.upperBound
    }
    new.append(self, place..<bytes.count)
    if let first = parts.first, first.lowerBound == 0, !first.isEmpty, content.isEmpty {
      new.beginsAtStart = false
    }
    self = new
  }

  /// Removes white space at its ends.
  mutating func strip(left: Bool, right: Bool) {
    let old = scalars(of: bytes)
    let leading = left ? old.prefix { isWhiteSpace($0) }.count : 0
    let trailing = right ? old.reversed().prefix { isWhiteSpace($0) }.count : 0
    guard leading > 0 || trailing > 0 else { return }
    guard leading < old.count else {
      var rewriter = TextRewriter(self, skipped: old.count).finish()
      rewriter.beginsAtStart = false
      self = rewriter
      return
    }
    var rewriter = TextRewriter(self, skipped: leading)
    for value in old[leading..<old.count - trailing] { rewriter.append(value, change: 0) }
    self = rewriter.finish()
  }
}
