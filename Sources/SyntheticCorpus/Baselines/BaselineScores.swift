import Text

/// What models without a network make of a source's held-out text, in bits for each of its bytes.
package struct BaselineScores: Sendable, Codable, Equatable {
  /// Each word by its frequency alone.
  package let unigram: Double
  /// The Kneser–Ney 5-gram over words.
  package let kneserNey: Double
  /// zlib, level 9, behind the end of the training text.
  package let compressor: Double
  /// The fraction of verb items that the 5-gram gets right; nil without items.
  package let kneserNeyAccuracy: Double?

  /// Scores of the baselines trained on the source's training text.
  ///
  /// - Complexity: about a second for 4 MB.
  package static func measure(_ source: TextSource, items: [VerbItem] = []) -> BaselineScores {
    source.withTrain { train in
      source.withHeldOut { heldOut in
        let fiveGram = KneserNeyModel(train)
        let bytes = Double(max(heldOut.count, 1))
        return BaselineScores(
          unigram: UnigramModel(train).bits(heldOut) / bytes,
          kneserNey: fiveGram.bits(heldOut) / bytes,
          compressor: GeneralCompressor.bits(heldOut, after: train) / bytes,
          kneserNeyAccuracy: items.isEmpty ? nil : fiveGram.accuracy(on: items))
      }
    }
  }
}
