import Settings

/// Makes a tokenizer of the core by its name in descriptors.
package enum TokenizerTrainer {
  /// The kinds that come with the core.
  package static let kinds = StandardTokenizer.allCases.map(\.rawValue)
  /// The most tokens when a descriptor does not say.
  package static let defaultVocabulary = 1024

  /// A tokenizer, trained on a text where its kind learns anything. The same text gives the same tokenizer.
  ///
  /// - Parameters:
  ///   - kind: one of `kinds`.
  ///   - vocabulary: the most tokens to learn, special tokens included; kinds that learn none ignore it.
  ///   - text: the training text.
  /// - Throws: `TextError` for an unknown kind, a vocabulary too small for it, or a text without anything to
  ///   learn from.
  package static func make(
    kind: String, vocabulary: Int? = nil, from text: UnsafeBufferPointer<UInt8>
  ) throws -> any Tokenizer {
    guard let known = StandardTokenizer(rawValue: kind) else {
      let nearest = nearestName(to: kind, among: kinds).map { "did you mean \"\($0)\"? " } ?? ""
      throw TextError(
        place: "tokenizer \(kind)", reason: "there is no such tokenizer",
        suggestion: "\(nearest)choose one of \(kinds.joined(separator: ", "))")
    }
    return try known.trained(on: text, vocabulary: vocabulary ?? defaultVocabulary)
  }
}
