import CommandLineKit
import Settings
import Text
import Training
import Zoo

/// A tokenizer that has not been trained yet: only its size is known. It turns every byte into a token.
private struct PlannedTokenizer: Tokenizer {
  let kind: String
  let vocabularySize: Int
  let isLossless = false
  let special = SpecialTokens.standard

  func encode(_ bytes: UnsafeBufferPointer<UInt8>) -> [Int32] {
    let first = special.tokens.count
    let ordinary = max(1, vocabularySize - first)
    return bytes.map { Int32(min(vocabularySize - 1, first + Int($0) % ordinary)) }
  }

  func bytes(of id: Int32) -> [UInt8] { special.contains(id) ? [] : [UInt8(truncatingIfNeeded: id)] }
}

extension TrainingData {
  /// Text of the right size and of no meaning: what a run costs depends on shapes alone, so a description
  /// needs neither the text nor a trained tokenizer.
  ///
  /// - Throws: never in practice.
  static func planned(for descriptor: ModelDescriptor, _ recipe: Recipe, vocabulary: Int) throws
    -> TrainingData
  {
    // One whole batch for training and one for evaluation, and a token to look ahead.
    let bytes = [UInt8](repeating: 97, count: (recipe.batch + 1) * (descriptor.context + 1))
    return try TrainingData(
      TextSource(name: "planned", train: bytes, heldOut: bytes, startsAtLines: false),
      tokenizer: PlannedTokenizer(kind: descriptor.tokenizer.type, vocabularySize: vocabulary))
  }
}

extension RunForecast {
  /// Tokens of a micro-batch up to which a forecast runs on the batch itself.
  static let maxPlannedTokens = 1 << 21

  /// What a run will need, on text of no meaning. A batch of very many tokens is never made: its forecast is
  /// scaled up from two smaller ones.
  ///
  /// - Throws: what training would throw.
  static func planned(
    _ descriptor: ModelDescriptor, _ recipe: Recipe, vocabulary: Int, registry: Registry, threads: Int,
    maxTokens: Int = RunForecast.maxPlannedTokens
  ) throws -> RunForecast {
    func forecast(_ recipe: Recipe) throws -> RunForecast {
      let data = try TrainingData.planned(for: descriptor, recipe, vocabulary: vocabulary)
      return try RunForecast(descriptor, recipe, data, registry: registry, threads: threads)
    }
    let large = max(2, maxTokens / descriptor.context)
    guard recipe.batch > large else { return try forecast(recipe) }
    let small = large / 2
    let forecasts = try [small, large].map { batch in
      try forecast(recipe.applying(["batch=\(batch)"], registry))
    }
    return forecasts[1].scaled(from: forecasts[0], of: (small, large), to: recipe.batch)
  }
}

extension ModelDescriptor {
  /// The number of tokens that a run will find, before its tokenizer is trained.
  ///
  /// - Returns: the number, and whether it is only the most that the tokenizer may learn.
  /// - Throws: `UsageError` when only the text can tell.
  func expectedVocabulary() throws -> (size: Int, isAssumed: Bool) {
    if let vocabulary { return (vocabulary, false) }
    if let learnt = tokenizer.value(of: TokenizerSettings.vocabulary) { return (learnt, true) }
    guard tokenizer.type == "bytes" else {
      throw UsageError(
        "\(name): the vocabulary size of the tokenizer \"\(tokenizer.type)\" depends on the text; "
          + "add --data FILE, or --set vocabulary=N")
    }
    return (TokenizerPipeline.bytes.vocabularySize, false)
  }
}
