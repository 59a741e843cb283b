import Foundation
import Kernels
import Tensors
import Text
import Transformer

/// Options of text generation.
public struct GenerationOptions: Sendable, Equatable {
  /// The maximum number of new tokens.
  public var tokens = 64
  /// Divides the logits: below 1 is sharper; 0 always takes the most probable token, and so does
  /// one so small that a number of single precision cannot be divided by it.
  public var temperature = 1.0
  /// Only the k most probable tokens; nil or 0: all.
  public var topK: Int?
  /// Only the most probable tokens that together reach this probability; nil: all.
  public var topP: Double?
  /// The random seed of the sampling.
  public var seed: UInt64 = 1
  /// Whether text number i of several has the seed `seed + i`: many texts from one prompt.
  public var hasSeedByText = false
  /// Generation stops before the first of these texts, compared byte for byte.
  public var stops: [String] = []
  /// The first of ``stops``; setting it leaves no other.
  public var stop: String? {
    get { stops.first }
    set { stops = newValue.map { [$0] } ?? [] }
  }
  /// Whether generation continues after a token that ends a text.
  public var ignoresEnd = false

  /// The defaults: 64 tokens at temperature 1.
  public init() {}

  /// The key of the choices in a text, by its number.
  func key(text: Int) -> PhiloxKey {
    RandomStream(seed: seed &+ (hasSeedByText ? UInt64(text) : 0)).key("generation")
  }
}

extension LoadedModel {
  /// Continues a prompt, token by token.
  ///
  /// The model reads each token once and keeps its keys and values (`KeyValueCache`). When the text
  /// outgrows the context, the model reads the last half of it again and continues from there: what it sees of
  /// a long text is between half of the context and all of it. Of a prompt that is too long it reads the
  /// last `context` tokens.
  ///
  /// The text ends where the model chooses one of its ``endTokens``.
  ///
  /// A model that predicts masked tokens writes by `Unmasking` masks in a random order instead.
  ///
  /// Of the prompt that part is read which `promptToContinue` gives; it and the result read like all tokens
  /// decoded at once.
  ///
  /// - Parameters:
  ///   - prompt: the text to continue.
  ///   - options: length, sampling and seed.
  ///   - onToken: called for every token with the text that it adds, maybe none: half a character and what
  ///     may be the beginning of `stop` wait for what follows. The pieces add up to the result.
  /// - Returns: the continuation, without the prompt.
  /// - Throws: `InferenceError` for an empty prompt of a decoder that has no start token, and when the model's
  ///   predictions are not finite; `MemoryError`.
  public func generate(
    prompt: String, options: GenerationOptions = GenerationOptions(), onToken: (String) -> Void = { _ in }
  ) throws -> String {
    try write(from: [prompt], options) { _, piece in onToken(piece) }[0]
  }

  /// Continues several prompts, with the same results as one by one, in less time: the weights are read from
  /// memory once for all texts.
  ///
  /// - Parameters:
  ///   - prompts: the texts to continue.
  ///   - options: length, sampling and seed.
  ///   - onToken: as above, with the number of the prompt first.
  /// - Returns: the continuations, in the order of the prompts.
  /// - Throws: as above, if any prompt is at fault.
  public func generate(
    prompts: [String], options: GenerationOptions = GenerationOptions(),
    onToken: (Int, String) -> Void = { _, _ in }
  ) throws -> [String] {
    try write(from: prompts, options, onToken)
  }

  private func write(
    from prompts: [String], _ options: GenerationOptions, _ onToken: (Int, String) -> Void
  ) throws -> [String] {
    try expectTokenHead()
    let contents = try prompts.map(writable)
    var written = contents.map { WrittenText(tokenizer, stops: options.stops, followsText: !$0.isEmpty) }
    if predicts == .hidden {
      let all = try Unmasking(model: self, options: options).continuations(of: contents)
      for (index, tokens) in all.enumerated() {
        for token in tokens where !written[index].isStopped { onToken(index, written[index].append(token)) }
        onToken(index, written[index].finish())
      }
      return written.map(\.string)
    }
    let choose = TokenSampler(options: options, vocabulary: tokenizer.vocabulary, ends: endTokens)
    try extend(contents, options, choose) { next in
      var piece = next.isEnd ? "" : written[next.index].append(next.token)
      if next.isLast || written[next.index].isStopped { piece += written[next.index].finish() }
      onToken(next.index, piece)
      return written[next.index].isStopped
    }
    return written.map(\.string)
  }

  /// Continues token ids as they are, with nothing put before them. Every id may be chosen, as `generate` of
  /// `transformers` does it.
  ///
  /// - Parameters:
  ///   - prompt: the ids to continue from.
  ///   - options: as for a text. Of a stop, the tokens that write it are part of the result.
  /// - Returns: the new ids, with the one that ends the text where the model chose it.
  /// - Throws: `InferenceError` for a model that predicts masked tokens, no ids, and an id outside the vocabulary;
  ///   `MemoryError`.
  public func generate(ids prompt: [Int32], options: GenerationOptions = GenerationOptions()) throws
    -> [Int32]
  {
    try expectTokenHead()
    guard predicts == .next else {
      throw InferenceError(
        "\(descriptor.name) predicts masked tokens, and does not continue ids; give it a text with --prompt")
    }
    guard !prompt.isEmpty else { throw InferenceError("no ids to continue from; name at least one") }
    let rows = model.dimensions.vocabulary
    if let id = prompt.first(where: { $0 < 0 || $0 >= rows }) {
      throw InferenceError("id \(id) is not one of 0 to \(rows - 1), which \(descriptor.name) knows")
    }
    var choose = TokenSampler(options: options, vocabulary: tokenizer.vocabulary)
    choose.takesAll = true
    var text = WrittenText(tokenizer, stops: options.stops, followsText: true)
    var ids: [Int32] = []
    try extend([prompt], options, choose, frame: TextFrame()) { next in
      ids.append(next.token)
      if !next.isEnd { _ = text.append(next.token) }
      return text.isStopped
    }
    return ids
  }

  /// A token that was chosen.
  private struct NextToken {
    /// The number of the content that it continues.
    let index: Int
    /// The token.
    let token: Int32
    /// Whether it ends the text, and is no part of it.
    let isEnd: Bool
    /// Whether no other follows it, as it ends the text or the number of tokens is reached.
    let isLast: Bool
  }

  /// Continues several contents, token by token.
  ///
  /// - Parameters:
  ///   - frame: what is put around each; nil: what the model reads texts in.
  ///   - take: told each token; returns whether its content ends with it.
  private func extend(
    _ contents: [[Int32]], _ options: GenerationOptions, _ choose: TokenSampler, frame: TextFrame? = nil,
    take: (NextToken) -> Bool
  ) throws {
    let longest = contents.map(\.count).max() ?? 0
    var reader = TextReader(self, texts: contents.count, longest: longest + options.tokens, frame: frame)
    let keys = contents.indices.map(options.key)
    var counts = [Int](repeating: 0, count: contents.count)
    // The contents that the reader is at, in its order; those that wait follow when one is finished.
    var active: [Int] = []
    var waiting = options.tokens > 0 ? Array(contents.indices.reversed()) : []
    while true {
      while active.count < TextReader.maxTexts, let next = waiting.popLast() {
        reader.add(contents[next])
        active.append(next)
      }
      if active.isEmpty { return }
      let logits = try reader.logits()
      for row in active.indices.reversed() {
        let index = active[row]
        let draw = philox(SIMD4(UInt32(truncatingIfNeeded: counts[index]), 0, 0, 0), key: keys[index])
        try expectFinite(logits[row])
        let token = choose(logits[row], share: (Double(draw[0]) + 0.5) / 4_294_967_296)
        let isEnd = !options.ignoresEnd && endTokens.contains(token)
        if !isEnd { reader.append(token, to: row) }
        counts[index] += 1
        let isLast = isEnd || counts[index] == options.tokens
        if take(NextToken(index: index, token: token, isEnd: isEnd, isLast: isLast)) || isLast {
          reader.remove(row)
          active.swapAt(row, active.count - 1)
          active.removeLast()
        }
      }
    }
  }

  /// Whether the model chose the last token of a text without seeing all before it, as the text had outgrown the context.
  ///
  /// - Parameters:
  ///   - prompt: the tokens of the prompt.
  ///   - chosen: the tokens that followed, one that ended the text included.
  ///   - isFramed: whether the special tokens of a text were put around them.
  package func outgrowsContext(prompt: Int, chosen: Int, isFramed: Bool = true) -> Bool {
    if predicts == .hidden { return prompt + chosen > hiddenRoom }
    return prompt + chosen - 1 > (isFramed ? contentRoom : descriptor.context)
  }

  /// A prompt as the model continues from it: see `Tokenizer.promptToContinue`.
  package func promptToContinue(_ prompt: String) -> String { tokenizer.promptToContinue(prompt) }

  /// Refuses predictions that no token can be chosen by.
  ///
  /// - Throws: `InferenceError`.
  func expectFinite(_ logits: [Float]) throws {
    guard let bad = logits.first(where: { !$0.isFinite }) else { return }
    throw InferenceError(
      "\(descriptor.name) predicts \(bad): the model is damaged or diverged in training; "
        + "use an earlier checkpoint of its run")
  }

  /// The tokens of a prompt that this model can continue from.
  private func writable(_ prompt: String) throws -> [Int32] {
    let content = tokenizer.encodePrompt(promptToContinue(prompt))
    guard predicts == .hidden || startsWithToken || !content.isEmpty else {
      throw InferenceError("\(descriptor.name) was trained without a start token and needs a prompt")
    }
    return content
  }
}
