import Settings
import Text
import Wording
import Zoo

/// The text of a run, split and tokenised.
public struct TrainingData: Sendable {
  /// The text.
  public let source: TextSource
  /// The tokenizer, trained on the training part alone.
  public let tokenizer: any Tokenizer
  /// The training part.
  public let train: TokenizedText
  /// The held-out part.
  public let heldOut: TokenizedText

  /// Tokenises a text with the tokenizer that `settings` name, trained on the training part. For a text with documents
  /// of its own it gets a token that ends a document, which is not counted in its vocabulary setting.
  ///
  /// - Throws: `TextError` when the tokenizer cannot be trained, or a large text finds no room.
  public init(_ source: TextSource, settings: Resolved, registry: Registry) throws {
    let make = try registry.member(settings.type, of: .tokenizer)
    let tokenizer = try source.withTrain { try make(settings, $0) }
    let ending = source.documents == .tokens ? try (tokenizer as? TokenizerPipeline)?.endingDocuments() : nil
    try self.init(source, tokenizer: ending ?? tokenizer)
  }

  /// Tokenises a text.
  ///
  /// - Throws: `TextError` when a large text finds no room.
  public init(_ source: TextSource, tokenizer: any Tokenizer) throws {
    self.source = source
    self.tokenizer = tokenizer
    train = try source.tokenizedTrain(tokenizer)
    heldOut = try source.tokenizedHeldOut(tokenizer)
  }

  /// The text that a recipe names: a registered one, or files and folders; of that the training part alone where
  /// the recipe is one of choosing settings.
  ///
  /// - Parameters:
  ///   - recipe: the recipe.
  ///   - registry: the registry of components.
  ///   - embedded: the embedded corpus, by one who has made it already.
  ///   - input: where standard input is read from, for a recipe that names it.
  /// - Throws: `TextError` that names the file and the place in it.
  public static func source(
    for recipe: Recipe, _ registry: Registry, embedded: TextSource? = nil, input: TextInput = .refused
  ) throws -> TextSource {
    let paths = recipe.data ?? [Recipe.embeddedText]
    let source: TextSource
    if recipe.data == nil, let embedded {
      source = embedded
    } else if let name = paths.first, paths.count == 1, registry.names(of: .text).contains(name) {
      source = try registry.member(name, of: .text)(recipe.heldOutShare)
    } else {
      var reading = recipe.reading
      if recipe.readsStandardInput { reading.standardInput = try input.path() }
      source = try TextSource.files(
        paths, weights: recipe.weights, reading: reading, heldOutShare: recipe.heldOutShare)
    }
    return try recipe.tuningShare.map { try source.forTuning(share: $0) } ?? source
  }

  /// Finds the text of a recipe that was read from a record.
  ///
  /// - Parameters:
  ///   - registry: the registry of components.
  ///   - embedded: the embedded corpus, by one who has made it already.
  ///   - input: where standard input is read from, for a recipe that names it.
  /// - Returns: what ``source(for:_:embedded:input:)`` returns for a recipe.
  public static func source(
    in registry: Registry, embedded: TextSource? = nil, input: TextInput = .refused
  ) -> (Recipe) throws -> TextSource {
    { try source(for: $0, registry, embedded: embedded, input: input) }
  }

  /// Content bytes of some tokens.
  public func bytes(of ids: some Sequence<Int32>) -> Int {
    ids.reduce(0) { $0 + Int(train.byteLengths[Int($1)]) }
  }

  /// Whether all held-out text is in its tokens: only then are bits per byte those of the text. What a tokenizer
  /// loses costs nothing, and what it calls unknown is guessed as one token.
  package var keepsHeldOutText: Bool { tokenizer.isLossless && heldOut.unknowns == 0 }

  /// What should be known of the text before anything is trained on it: how much of it the tokenizer does not
  /// know.
  package var remarks: [String] {
    leftOut
      + [("training", train), ("held-out", heldOut)].compactMap { name, text in
        guard text.unknowns > 0 else { return nil }
        let what = tokenizer.kind == "characters" ? "characters" : "words"
        let effect = name == "held-out" ? "; there are no bits per byte and no likelihoods of it" : ""
        return
          "\(source.shownName): \(Format.count(text.unknowns)) of the \(Format.count(text.ids.count)) tokens of the \(name) text are \(what) that "
          + "the tokenizer (\(tokenizer.kind)) does not know\(effect)"
      }
  }

  /// What was left out of the text, where anything was.
  private var leftOut: [String] {
    let skipped = source.skipped
    guard skipped.count > 0 else { return [] }
    let more = skipped.count - skipped.first.count
    return [
      (["\(source.name): \(Format.counted(skipped.count, "line")) left out"] + skipped.first
        + (more > 0 ? ["and \(Format.count(more)) more"] : [])).joined(separator: "\n  ")
    ]
  }

  /// Bytes of the training text for each of its tokens, on average.
  public var bytesPerToken: Double { Double(source.trainBytes) / Double(max(1, train.ids.count)) }

  /// Bytes that a run holds of its text: the text, its tokens, where documents start, and the order of the
  /// windows of an epoch.
  public func bytes(windowsOf context: Int) -> Int {
    let parts = [train, heldOut]
    let tokens = parts.reduce(0) { $0 + $1.ids.count * MemoryLayout<Int32>.size }
    let starts = parts.reduce(0) { $0 + $1.documents.count * MemoryLayout<Int>.size }
    let order = train.ids.count / context * MemoryLayout<Int>.size
    return source.trainBytes + source.heldOutBytes + tokens + starts + order
  }
}
