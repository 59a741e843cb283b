import Inference
import Tensors
import Text
import Transformer
import Zoo

/// How probable a model finds windows of text, token by token.
///
/// **Likelihood.** Both kinds have one, by the chain rule. A model that predicts the next token reads from left
/// to right. One that predicts hidden tokens unmasks a window in an order that was declared in advance: each token is
/// predicted with all those masked that come later in the order. Either way the window's length is given, and the
/// softmax is renormalised over the tokens that stand for text, so the probabilities of all windows of one length
/// add up to 1. Of the ways to tokenise a text only the tokenizer's own is counted: bits per byte are an
/// upper bound.
///
/// **Pseudo-log-likelihood.** The sum over tokens, each predicted with all others in view. It is no
/// likelihood: it adds up to nothing, and must not share an axis of nats with one.
///
/// - Source: any order: Uria et al., 2014; pseudo-log-likelihood: Salazar et al., 2020; within words from
///   left to right: Kauf and Ivanova, 2023.
public struct WindowScoring {
  private let model: LoadedModel
  private let options: ScoringOptions
  /// What is read before a text whose next tokens are predicted.
  private let prefix: [Int32]
  private let progress: (_ done: Int, _ total: Int) -> Void
  /// Most tokens of one pass.
  private static let maxTokens = 4096
  /// Most logits of one pass, where there are as many rows of them as tokens.
  private static let maxLogits = 1 << 24

  /// Scoring with a model.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - options: what is accepted and counted; by default what likelihoods of all text need.
  ///   - progress: told how many windows of how many have been read.
  /// - Throws: `InferenceError` for a decoder that was trained without a start token, unless the options say what is
  ///   before a text: the first token of a window then has no probability; for a tokenizer that loses text, unless the
  ///   options accept that; for a model without a head, and a start that it does not know.
  public init(
    _ model: LoadedModel, _ options: ScoringOptions = ScoringOptions(),
    progress: @escaping (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws {
    try model.expectTokenHead()
    guard options.acceptsLoss || model.tokenizer.isLossless else {
      throw InferenceError(
        "\(model.descriptor.name)'s tokenizer (\(model.tokenizer.kind)) loses text, which then has no cost; "
          + "train it with --set tokenizer=byte-bpe")
    }
    guard options.start != .own || model.predicts == .hidden || model.startsWithToken else {
      throw InferenceError(
        "\(model.descriptor.name) was trained without a start token, so the first token of a window has no "
          + "probability; train it with --set recipe.objective=causal-lm")
    }
    self.model = model
    self.options = options
    prefix = try options.prefix(model)
    self.progress = progress
  }

  /// Whether the order of unmasking matters: for a model that predicts hidden tokens.
  public var hasOrders: Bool { model.predicts == .hidden }

  /// Whether the first token of a window has no likelihood, as nothing is before it: it is NaN in results.
  public var lacksFirst: Bool { !hasOrders && prefix.isEmpty }

  /// The negative log likelihood of each token of each window, in nats and in the order of the text.
  ///
  /// - Shapes: `windows` `[windows][length]`, as the result; lengths may differ.
  /// - Throws: `InferenceError` when a window is longer than the context; `MemoryError`.
  public func nats(_ windows: [[Int32]], order: UnmaskingOrder = .leftToRight) throws -> [[Double]] {
    for window in windows { if let reason = refusal(of: window) { throw InferenceError(reason) } }
    guard hasOrders else { return try causal(windows) }
    return try windows.enumerated().map { number, window in
      progress(number, windows.count)
      let groups = order.groups(length: window.count)
      return try nats(window, questions: groups.count) { index in
        Question(hidden: Array(groups[index...].joined()), asked: groups[index])
      }
    }
  }

  /// The number of tokens that a window may have.
  var room: Int { hasOrders ? model.hiddenRoom : model.descriptor.context + 1 - prefix.count }

  /// Why a window cannot be scored; nil where it can.
  public func refusal(of window: [Int32]) -> String? {
    guard window.count <= room else {
      return "a window has \(window.count) tokens, \(model.descriptor.name) reads at most \(room)"
    }
    return window.lazy.compactMap(model.tokenizer.special.text).first.map {
      "a window holds \($0), which represents no text and has no probability"
    }
  }

  /// The fraction of a window that is hidden when each of its places is predicted, `[length]`.
  public static func hiddenShare(length: Int, order: UnmaskingOrder) -> [Double] {
    var shares = [Double](repeating: 1, count: length)
    var left = length
    for group in order.groups(length: length) {
      for place in group { shares[place] = Double(left) / Double(length) }
      left -= group.count
    }
    return shares
  }

  /// The forms of pseudo-log-likelihood.
  public enum PseudoForm: String, Sendable, CaseIterable {
    /// One token at a time is masked.
    case original
    /// What follows in the same word is masked, too: a word's later parts give its earlier ones away.
    case withinWord
  }

  /// The terms of the pseudo-log-likelihood, negated, in nats; only for models that see both sides.
  ///
  /// - Shapes: as for `nats`.
  /// - Throws: as `nats`.
  public func pseudoNats(_ windows: [[Int32]], _ form: PseudoForm) throws -> [[Double]] {
    precondition(hasOrders, "a model that sees one side has a likelihood and needs no substitute")
    for window in windows { if let reason = refusal(of: window) { throw InferenceError(reason) } }
    return try windows.enumerated().map { number, window in
      progress(number, windows.count)
      let ends = form == .original ? window.indices.map { $0 + 1 } : wordEnds(window)
      return try nats(window, questions: window.count) { Question(hidden: Array($0..<ends[$0]), asked: [$0]) }
    }
  }

  /// Both forms, for less than two: the last token of a word has the same term in each.
  ///
  /// - Throws: as `nats`.
  public func pseudoNats(_ windows: [[Int32]]) throws -> [PseudoForm: [[Double]]] {
    let original = try pseudoNats(windows, .original)
    let withinWord = try zip(windows, original).map { window, original in
      let ends = wordEnds(window)
      let others = window.indices.filter { ends[$0] > $0 + 1 }
      let nats = try nats(window, questions: others.count) {
        Question(hidden: Array(others[$0]..<ends[others[$0]]), asked: [others[$0]])
      }
      return zip(nats, original).map { $0.isNaN ? $1 : $0 }
    }
    return [.original: original, .withinWord: withinWord]
  }

  /// What is masked in one copy of a window, and which of it is predicted.
  private struct Question {
    let hidden: [Int]
    let asked: [Int]
  }

  /// The answers to questions of which no two ask for one place; NaN where none asks.
  ///
  /// Questions are made when their turn comes: all of a long window's at once would grow with its square.
  private func nats(_ window: [Int32], questions: Int, _ question: (Int) -> Question) throws -> [Double] {
    let time = model.hiddenInput(window).count
    var nats = [Double](repeating: .nan, count: window.count)
    let mask = try model.maskToken(for: "scoring of windows")
    let size = max(1, Self.maxTokens / max(1, time))
    for start in stride(from: 0, to: questions, by: size) {
      let batch = (start..<min(start + size, questions)).map(question)
      var ids: [Int32] = []
      var positions: [Int32] = []
      for (row, question) in batch.enumerated() {
        var copy = window
        for place in question.hidden { copy[place] = mask }
        ids += model.hiddenInput(copy)
        positions += question.asked.map { Int32(row * time + model.predictionPlace($0)) }
      }
      let rows = try logits(model.tokens(ids, batch: batch.count), positions)
      for (place, row) in zip(batch.flatMap(\.asked), rows) {
        nats[place] = surprisal(row, window[place])
      }
    }
    return nats
  }

  /// A decoder's predictions of the next token; windows of one length are read together.
  private func causal(_ windows: [[Int32]]) throws -> [[Double]] {
    var nats = windows.map { _ in [Double]() }
    let maxTokens = min(Self.maxTokens, Self.maxLogits / model.model.dimensions.vocabulary)
    var done = 0
    for batch in lengthBatches(windows.map(\.count), maxTokens: maxTokens) {
      progress(done, windows.count)
      done += batch.count
      let time = windows[batch[0]].count
      guard time > 0 else { continue }
      // With nothing before it the first token is read and not predicted.
      let first = lacksFirst ? 1 : 0
      let count = time - first
      let ids = batch.flatMap { prefix + windows[$0].dropLast() }
      let read = ids.count / batch.count
      let rows =
        count > 0
        ? try logits(
          model.tokens(ids, batch: batch.count),
          batch.indices.flatMap { row in (0..<count).map { Int32((row + 1) * read - count + $0) } }) : []
      for (place, index) in batch.enumerated() {
        nats[index] =
          [Double](repeating: .nan, count: first)
          + (0..<count).map {
            surprisal(rows[place * count + $0], windows[index][first + $0])
          }
      }
    }
    return nats
  }

  private func logits(_ tokens: TokenBatch, _ positions: [Int32]) throws -> [[Float]] {
    try model.tokenLogits(tokens, at: positions, .inference(model.context)).rows()
  }

  private func surprisal(_ logits: [Float], _ token: Int32) -> Double {
    model.negativeLogProbability(of: token, logits, amongAll: options.countsAllTokens)
  }

  /// For each token the end of its word: words begin at tokens that begin with white space.
  private func wordEnds(_ window: [Int32]) -> [Int] {
    var ends = [Int](repeating: window.count, count: window.count)
    for place in window.indices.dropFirst().reversed() {
      let begins = model.tokenizer.bytes(of: window[place]).first.map(isWhite) ?? false
      ends[place - 1] = begins ? place : ends[place]
    }
    return ends
  }
}
