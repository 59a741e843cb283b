import Text

/// The end at which an item is truncated that is longer than a model reads.
///
/// Of an item with a context only the context is truncated, by as many tokens before every alternative, so that all have
/// the same context, of one token or more; an answer never is. Of sentences without a context each keeps as many tokens as
/// the model reads.
///
/// - Source: the end of the context: Gao et al., "A framework for few-shot language model evaluation" (lm-eval), which
///   truncates left.
public enum Truncation: String, CaseIterable, Sendable {
  /// The first tokens are removed.
  case left
  /// The last tokens are removed: of a context those next to the answer.
  case right

  /// The alternatives of an item, truncated if need be; those of an item whose context is too short for that are as they
  /// were.
  ///
  /// - Parameters:
  ///   - texts: the alternatives.
  ///   - hasContext: whether a context is before them.
  ///   - room: the number of tokens that the model reads.
  func callAsFunction(_ texts: [SentenceTokens], hasContext: Bool, room: Int) -> [SentenceTokens] {
    let excess = (texts.map(\.ids.count).max() ?? 0) - room
    guard excess > 0 else { return texts }
    guard hasContext else {
      return texts.map { text in
        let kept = min(text.ids.count, room)
        return text.part(self == .left ? text.ids.count - kept..<text.ids.count : 0..<kept)
      }
    }
    guard texts.allSatisfy({ $0.scored.lowerBound > excess }) else { return texts }
    return texts.map { text in
      let end = self == .left ? excess : text.scored.lowerBound
      return text.removingContext(end - excess..<end)
    }
  }
}
