import Foundation
import Kernels
import Tensors
import Text
import Transformer

/// How tokens are chosen from a decoder's predictions.
public struct GenerationOptions: Sendable, Equatable {
  /// Most tokens to write.
  public var tokens = 64
  /// Divides the logits: below 1 keeps to what is likely, 0 always takes the most probable token.
  public var temperature = 1.0
  /// Only the k most probable tokens; nil: all.
  public var topK: Int?
  /// Only the most probable tokens that together reach this probability; nil: all.
  public var topP: Double?
  /// The seed of the choices.
  public var seed: UInt64 = 1
  /// Writing ends before this text.
  public var stop: String?

  /// The defaults: 64 tokens at temperature 1.
  public init() {}
}

extension LoadedModel {
  /// Writes on from a prompt, token by token.
  ///
  /// When the text outgrows the context, the model reads the last part of it.
  ///
  /// - Returns: the continuation, without the prompt.
  /// - Throws: `InferenceError` for an encoder; `MemoryError`.
  /// - Source: top-k: Fan et al., 2018; top-p: Holtzman et al., 2020.
  public func generate(
    prompt: String, options: GenerationOptions = GenerationOptions(), onToken: (String) -> Void = { _ in }
  ) throws -> String {
    guard !model.mask.seesFuture else {
      throw InferenceError(
        "\(descriptor.name) reads from both sides and cannot write from left to right; use fill for it")
    }
    let random = RandomStream(seed: options.seed)
    var content = tokenizer.encodePrompt(prompt)
    guard startsWithToken || !content.isEmpty else {
      throw InferenceError("\(descriptor.name) was trained without a start token and needs a prompt")
    }
    let promptCount = content.count
    var written = ""
    for index in 0..<options.tokens {
      let room = descriptor.context - (startsWithToken ? 1 : 0)
      let ids = input(content.suffix(room))
      let row = try logProbabilities(ids, at: [ids.count - 1])[0]
      let draw = philox(SIMD4(UInt32(truncatingIfNeeded: index), 0, 0, 0), key: random.key("generation"))
      content.append(choose(row, options, share: (Double(draw[0]) + 0.5) / 4_294_967_296))
      let all = tokenizer.decode(Array(content[promptCount...]))
      if let stop = options.stop, let range = all.range(of: stop) { return String(all[..<range.lowerBound]) }
      onToken(String(all.dropFirst(written.count)))
      written = all
    }
    return written
  }

  /// The token at `share` of the cumulated probability, after temperature and truncation.
  private func choose(_ logProbabilities: [Float], _ options: GenerationOptions, share: Double) -> Int32 {
    // Special tokens are never content.
    let candidates = logProbabilities.indices.dropFirst(SpecialTokens.count)
      .filter { $0 < tokenizer.vocabularySize }
      .sorted { (logProbabilities[$0], $1) > (logProbabilities[$1], $0) }
    guard options.temperature > 0, let best = candidates.first else { return Int32(candidates.first ?? 0) }
    let top = Double(logProbabilities[best])
    var weights = candidates.prefix(options.topK ?? candidates.count).map {
      exp((Double(logProbabilities[$0]) - top) / options.temperature)
    }
    if let topP = options.topP {
      let total = weights.reduce(0, +)
      var sum = 0.0
      let kept = weights.firstIndex { weight in
        sum += weight
        return sum >= topP * total
      }
      if let kept { weights.removeSubrange((kept + 1)...) }
    }
    var rest = share * weights.reduce(0, +)
    for (index, weight) in weights.enumerated() {
      rest -= weight
      if rest < 0 { return Int32(candidates[index]) }
    }
    return Int32(candidates[weights.count - 1])
  }
}
