/// One text or two in the special tokens that a model reads them in.
public struct FramedTexts: Sendable, Equatable {
  /// All tokens.
  public let ids: [Int32]
  /// The segment of each token: 1 for the second text and what is after it, else 0; nil for one text.
  public let segments: [Int32]?
  /// The places of each text's own tokens.
  public let places: [Range<Int>]

  /// Tokens that are framed already.
  package init(ids: [Int32], segments: [Int32]?, places: [Range<Int>]) {
    (self.ids, self.segments, self.places) = (ids, segments, places)
  }
}

extension Tokenizer {
  /// Texts with the special tokens that the template puts before, between and after them.
  ///
  /// - Parameters:
  ///   - texts: the tokens of one text or of two.
  ///   - startsWithToken: whether the model was trained with a start token before the text.
  ///   - user: what needs the special tokens, for the error.
  /// - Throws: `TextError` for a special token that the tokenizer lacks.
  public func framed(_ texts: [[Int32]], startsWithToken: Bool, for user: String) throws -> FramedTexts {
    let frame = template.frame(startsWithToken: startsWithToken)
    func tokens(_ roles: [SpecialRole]) throws -> [Int32] {
      try roles.map { try special.id($0, for: user) }
    }
    let after = try tokens(frame.after)
    let between = texts.count > 1 ? try tokens(frame.between) : []
    var ids = try tokens(frame.before)
    var places: [Range<Int>] = []
    for (index, text) in texts.enumerated() {
      if index > 0 { ids += between }
      places.append(ids.count..<ids.count + text.count)
      ids += text
    }
    ids += after
    let second = places.count > 1 ? places[1].lowerBound : ids.count
    return FramedTexts(
      ids: ids, segments: places.count > 1 ? ids.indices.map { $0 < second ? 0 : 1 } : nil, places: places)
  }
}
