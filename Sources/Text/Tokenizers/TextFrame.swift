/// The special tokens around every text that a model reads, by their ids.
public struct TextFrame: Codable, Sendable, Equatable {
  /// Before the text.
  public var before: [Int32]
  /// After the text.
  public var after: [Int32]

  /// The tokens before and after texts.
  public init(before: [Int32] = [], after: [Int32] = []) {
    self.before = before
    self.after = after
  }

  /// A start token before texts, where a model was trained with one.
  ///
  /// - Parameters:
  ///   - startsWithToken: whether it was.
  ///   - tokenizer: has the token.
  public init(startsWithToken: Bool, _ tokenizer: any Tokenizer) {
    self.init(before: startsWithToken ? tokenizer.special[.start].map { [$0] } ?? [] : [])
  }

  /// How many tokens they are.
  public var count: Int { before.count + after.count }

  /// A text with its frame.
  public func around(_ content: some Collection<Int32>) -> [Int32] { before + content + after }
}
