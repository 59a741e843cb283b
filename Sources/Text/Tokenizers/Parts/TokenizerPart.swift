import Settings

/// A part of a `TokenizerPipeline`, which a tokenizer's file names and which a plugin may register.
public protocol TokenizerPart: Sendable {
  /// The name that it is registered under.
  var type: String { get }
  /// What a file keeps of it, as the members of an object, with its type.
  var content: [Node.Member] { get }
}

extension TokenizerPart {
  public var content: [Node.Member] { [] }
}

/// Normalises a text before it is split. The original text cannot be recovered.
public protocol Normaliser: TokenizerPart {
  /// The text as the other parts see it.
  func normalised(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]
}

/// What becomes of the white space between words.
public enum WordSpacing: Sendable {
  /// It is text like any other.
  case kept
  /// A word carries the space before it.
  case carried
  /// It only separates words, and is lost.
  case dropped
}

/// Splits a text into words, each of which a model turns into tokens independently.
public protocol PreTokenizer: TokenizerPart {
  /// What becomes of the white space between words.
  var spacing: WordSpacing { get }
  /// Finds the words of a part of a text, in order. Many at once, so that a call costs little.
  ///
  /// - Parameters:
  ///   - text: the whole text.
  ///   - part: what is left of the part; nothing outside it may be read.
  ///   - words: room for some words, which are put there from its beginning.
  /// - Returns: how many words were found, and where the next call continues: `part.upperBound` at the end.
  func cut(
    _ text: UnsafeBufferPointer<UInt8>, _ part: Range<Int>, into words: UnsafeMutableBufferPointer<Range<Int>>
  ) -> (count: Int, next: Int)
}

/// The mapping of a model's ordinary tokens to ids.
public struct TokenNumbering: Sendable {
  /// The id of the model's token number 0; the others follow.
  public let first: Int32
  /// Stands for what the model has no token for.
  public let unknown: Int32

  /// Numbers from `first` on.
  public init(first: Int32, unknown: Int32) {
    self.first = first
    self.unknown = unknown
  }
}

/// Turns a word, or a whole text where nothing cuts it, into tokens.
///
/// A model numbers its own tokens from 0; special tokens are not its own, and take ids of their own between or beside
/// those of the model.
public protocol TokenModel: TokenizerPart {
  /// How many tokens it has.
  var count: Int { get }
  /// Whether there is text that it has no token for.
  var hasUnknowns: Bool { get }
  /// Whether its tokens, words aside, give back the very bytes.
  var isLossless: Bool { get }
  /// Appends the tokens of a word, each as `ids.first` plus its number, or `ids.unknown`.
  func spell(_ word: UnsafeBufferPointer<UInt8>, _ ids: TokenNumbering, into tokens: inout [Int32])
  /// The bytes of the token with this number; where white space is dropped, one that begins a word counts a space.
  func bytes(of number: Int) -> [UInt8]
  /// A short visible form of its own; nil: its bytes made visible.
  func label(of number: Int) -> String?
}

extension TokenModel {
  public func label(of number: Int) -> String? { nil }
}

/// The special tokens around texts, by their roles.
public struct TemplateFrame: Sendable, Equatable {
  /// Before the first text.
  public var before: [SpecialRole]
  /// Between two texts.
  public var between: [SpecialRole]
  /// After the last text.
  public var after: [SpecialRole]

  /// Roles of the tokens before, between and after texts.
  public init(before: [SpecialRole], between: [SpecialRole], after: [SpecialRole]) {
    self.before = before
    self.between = between
    self.after = after
  }
}

/// Says which special tokens are put around one text or two for a task.
public protocol Template: TokenizerPart {
  /// The frame.
  ///
  /// - Parameter startsWithToken: whether the model was trained with a start token before the text.
  func frame(startsWithToken: Bool) -> TemplateFrame
}

/// A token that is being decoded.
public struct DecodedToken: Sendable {
  /// Its bytes, or the written form of a special token.
  public let bytes: [UInt8]
  /// Whether it is a special token.
  public let isSpecial: Bool
}

/// Puts tokens together again.
public protocol TokenDecoder: TokenizerPart {
  /// The text of tokens in a row.
  func joined(_ tokens: [DecodedToken]) -> [UInt8]
}
