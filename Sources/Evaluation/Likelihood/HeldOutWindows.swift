import Foundation
import Inference
import Text
import Training

/// Windows of held-out tokens, frozen and spread evenly over the text: the same text for all models that are asked
/// together.
struct HeldOutWindows {
  /// `[windows][length]`; lengths differ where models cut the text into other tokens.
  let ids: [[Int32]]
  /// The bytes of each window.
  let bytes: [[UInt8]]

  /// Chooses windows of the same tokens for all models that are asked together.
  ///
  /// - Parameters:
  ///   - length: max tokens of a window; no more than the shortest context of the models.
  ///   - limit: max number of windows.
  /// - Throws: `InferenceError` where the models cut the text into other tokens; as ``init(_:length:limit:)``.
  static func shared(_ subject: EvaluationSubject, length: Int, limit: Int) throws -> HeldOutWindows {
    guard subject.readers.map(\.tokenizer).areOne else {
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
    let tokenizer = subject.model.tokenizer
    let heldOut = try Self.expectAllText(subject, tokenizer)
    let ids = try WindowSampler.frozen(heldOut, length: length, limit: limit).map { Array($0.prefix(length)) }
    self.init(ids: ids, bytes: ids.map { $0.flatMap { tokenizer.bytes(of: $0) } })
  }

  init(ids: [[Int32]], bytes: [[UInt8]]) { (self.ids, self.bytes) = (ids, bytes) }

  /// The tokens of the held-out text, which all stand for some of it.
  ///
  /// - Throws: `InferenceError` for a tokenizer that loses text or does not know some.
  static func expectAllText(_ subject: EvaluationSubject, _ tokenizer: any Tokenizer) throws -> TokenizedText
  {
    let heldOut = try subject.text.tokenizedHeldOut(tokenizer, endsDocuments: false)
    guard tokenizer.isLossless, heldOut.unknowns == 0 else {
      let name = subject.model.descriptor.name
      throw InferenceError(
        tokenizer.fingerprint == subject.model.tokenizer.fingerprint
          ? "\(name)'s tokenizer (\(tokenizer.kind)) loses part of the text, which then has no cost"
          : "a tokenizer of another model (\(tokenizer.kind)) does not know all of the text")
    }
    return heldOut
  }

  /// Bytes of every window.
  var byteCounts: [Int] { bytes.map(\.count) }
}
