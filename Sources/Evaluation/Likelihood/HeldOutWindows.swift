import Foundation
import Inference
import Text
import Training

/// Windows of held-out tokens, frozen and spread evenly over the text: the same for all models that are asked together.
struct HeldOutWindows {
  /// `[windows][length]`
  let ids: [[Int32]]
  /// The bytes of each window.
  let bytes: [[UInt8]]

  /// Chooses windows that all models are scored on which are asked together.
  ///
  /// - Parameters:
  ///   - length: max tokens of a window; no more than the shortest context of the models.
  ///   - limit: max number of windows.
  /// - Throws: `InferenceError` where the models cut the text into other tokens; as ``init(_:length:limit:)``.
  static func shared(_ subject: EvaluationSubject, length: Int, limit: Int) throws -> HeldOutWindows {
    guard Set(subject.readers.map(\.tokenizer.fingerprint)).count == 1 else {
      throw InferenceError(
        "the models have different tokenizers, so they cannot be scored on the same windows; compare models of one "
          + "tokenizer")
    }
    return try HeldOutWindows(subject, length: min(length, subject.shortestContext), limit: limit)
  }

  /// Chooses windows of a model's tokens.
  ///
  /// - Parameters:
  ///   - length: tokens of a window.
  ///   - limit: max number of windows.
  /// - Throws: `InferenceError` where the text holds something that the tokenizer does not know; `TextError` when a
  ///   large text finds no room.
  init(_ subject: EvaluationSubject, length: Int, limit: Int) throws {
    let (name, tokenizer) = (subject.model.descriptor.name, subject.model.tokenizer)
    let heldOut = try subject.text.tokenizedHeldOut(tokenizer, endsDocuments: false)
    guard tokenizer.isLossless, heldOut.unknowns == 0 else {
      throw InferenceError(
        "\(name)'s tokenizer (\(tokenizer.kind)) loses part of the text, which then has no cost")
    }
    ids = try WindowSampler.frozen(heldOut, length: length, limit: limit).map { Array($0.prefix(length)) }
    bytes = ids.map { $0.flatMap { tokenizer.bytes(of: $0) } }
  }

  /// Bytes of every window.
  var byteCounts: [Int] { bytes.map(\.count) }
}
