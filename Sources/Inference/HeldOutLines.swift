import Text

/// The first lines of a held-out text, for pictures and masks.
package enum HeldOutLines {
  /// Tokens of a line at most.
  package static let longest = 24

  /// Lines of more than 24 characters, cut to what a model reads.
  package static func tokens(_ text: TextSource, _ tokenizer: any Tokenizer, context: Int) -> [[Int32]] {
    text.withHeldOut { text in
      // A line of blanks has no tokens in some tokenizers, and a context of one token no room for a line.
      TextLines.filled(UnsafeBufferPointer(rebasing: text.prefix(4000))).filter { $0.count > 24 }.prefix(8)
        .map { Array(tokenizer.encode($0).prefix(min(longest, context - 1))) }
        .filter { !$0.isEmpty }
    }
  }
}
