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
  /// Only the k most probable tokens; nil: all.
  public var topK: Int?
  /// Only the most probable tokens that together reach this probability; nil: all.
  public var topP: Double?
  /// The random seed of the sampling.
  public var seed: UInt64 = 1
  /// Whether text number i of several has the seed `seed + i`: many texts from one prompt.
  public var hasSeedByText = false
  /// Generation stops before this text, compared byte for byte.
  public var stop: String?

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
  /// A tokenizer with a token that ends documents ends the text where the model chooses it.
  ///
  /// A model that predicts hidden tokens writes by `Unmasking` masks in a random order instead.
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
    let contents = try prompts.map(writable)
    var written = contents.map { WrittenText(tokenizer, stop: options.stop, followsText: !$0.isEmpty) }
    if predicts == .hidden {
      let all = try Unmasking(model: self, options: options).continuations(of: contents)
      for (index, tokens) in all.enumerated() {
        for token in tokens where !written[index].isStopped { onToken(index, written[index].append(token)) }
        onToken(index, written[index].finish())
      }
      return written.map(\.string)
    }
    let longest = contents.map(\.count).max() ?? 0
    var reader = TextReader(self, texts: prompts.count, longest: longest + options.tokens)
    let end = tokenizer.special[.endOfDocument]
    let choose = TokenSampler(options: options, vocabulary: tokenizer.vocabulary, end: end)
    let keys = prompts.indices.map(options.key)
    // The prompts that the reader is at, in its order; those that wait follow when one is finished.
    var active: [Int] = []
    var waiting = options.tokens > 0 ? Array(prompts.indices.reversed()) : []
    while true {
      while active.count < TextReader.maxTexts, let next = waiting.popLast() {
        reader.add(contents[next])
        active.append(next)
      }
      if active.isEmpty { return written.map(\.string) }
      let logits = try reader.logits()
      for row in active.indices.reversed() {
        let index = active[row]
        let draw = philox(
          SIMD4(UInt32(truncatingIfNeeded: written[index].tokens), 0, 0, 0),
          key: keys[index])
        try expectFinite(logits[row])
        let token = choose(logits[row], share: (Double(draw[0]) + 0.5) / 4_294_967_296)
        let isEnd = token == end
        if !isEnd { reader.append(token, to: row) }
        var piece = isEnd ? "" : written[index].append(token)
        let isFinished = isEnd || written[index].isStopped || written[index].tokens == options.tokens
        if isFinished { piece += written[index].finish() }
        onToken(index, piece)
        if isFinished {
          reader.remove(row)
          active.swapAt(row, active.count - 1)
          active.removeLast()
        }
      }
    }
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
