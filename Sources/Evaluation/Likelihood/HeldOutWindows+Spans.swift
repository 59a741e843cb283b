import Inference
import Text
import Training

/// The same bytes for models that cut text into other tokens: each reads them in tokens of its own.
extension HeldOutWindows {
  /// Bytes at the start of the held-out text by which the tokenizers are compared.
  private static let sampleBytes = 1 << 16

  /// A tokenizer, and how many of its tokens all models that use it are scored on at a time.
  private struct Cut {
    let tokenizer: any Tokenizer
    let room: Int

    /// The tokens of some bytes; nil where there are too many.
    func ids(_ bytes: [UInt8]) -> [Int32]? {
      let ids = bytes.withUnsafeBufferPointer { tokenizer.encode($0) }
      return ids.count <= room ? ids : nil
    }
  }

  /// Chooses spans of text that every model can read: the windows of the tokenizer that needs most tokens, up to the end
  /// of a word, and shorter where another one needs more. Models whose tokenizer loses text are left out: they have no
  /// likelihood.
  ///
  /// - Parameters:
  ///   - length: max tokens of a span, in every model's.
  ///   - limit: max number of spans.
  /// - Throws: `InferenceError` where no span has a word that all can read; as ``init(_:length:limit:)``.
  static func spans(_ subject: EvaluationSubject, length: Int, limit: Int) throws -> HeldOutWindows {
    let own = try expectAllText(subject, subject.model.tokenizer)
    let cuts = cuts(of: subject.readers, length: length)
    let sample = subject.text.withHeldOut { Array($0.prefix(sampleBytes)) }
    func windows(_ cut: Cut) -> Int {
      sample.withUnsafeBufferPointer { cut.tokenizer.encode($0).count } / max(1, cut.room)
    }
    guard let base = cuts.max(by: { windows($0) < windows($1) }) else {
      throw InferenceError("no model has a tokenizer that keeps all of a text")
    }
    let isOwn = [base.tokenizer, subject.model.tokenizer].areOne
    let heldOut = isOwn ? own : try expectAllText(subject, base.tokenizer)
    let spans = try WindowSampler.frozen(heldOut, length: base.room, limit: limit).compactMap { window in
      fitting(window.prefix(base.room).flatMap { base.tokenizer.bytes(of: $0) }, cuts)
    }
    guard !spans.isEmpty else {
      throw InferenceError("no part of \(subject.text.name) fits every model's context to the end of a word")
    }
    return HeldOutWindows(
      ids: spans.map { span in span.withUnsafeBufferPointer { subject.model.tokenizer.encode($0) } },
      bytes: spans)
  }

  /// The tokenizers that keep all of a text, each once.
  private static func cuts(of readers: [EvaluationSubject.Reader], length: Int) -> [Cut] {
    Dictionary(grouping: readers.filter(\.tokenizer.isLossless), by: \.tokenizer.fingerprint)
      .sorted { $0.key < $1.key }
      .map { Cut(tokenizer: $0.value[0].tokenizer, room: min(length, $0.value.map(\.windowRoom).min() ?? 0)) }
  }

  /// The longest part of some bytes that ends with a word and that every model can read; nil where there is none.
  private static func fitting(_ bytes: [UInt8], _ cuts: [Cut]) -> [UInt8]? {
    var span = bytes[...]
    while let space = span.lastIndex(where: isWhite), space > 0 {
      span = span[..<space]
      if cuts.allSatisfy({ $0.ids(Array(span)) != nil }) { return Array(span) }
    }
    return nil
  }
}
