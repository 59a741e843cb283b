import Foundation
import HuggingFace
import Inference
import Installed
import Settings
import Tensors
import Tokenizers
import Zoo

/// Imports a folder in Hugging Face's layout as a checkpoint, and says what was recognised.
public func importModel(from folder: URL, to checkpoint: URL) throws -> String {
  let found = try HubImport(folder: folder, registry: try Registry.standard())
  try found.write(to: checkpoint, tokenizer: try HubTokenizer(folder: folder))
  let (layers, width, heads) = found.sizes
  let size = "\(layers) layers of width \(width) with \(heads) heads, \(found.parameters) parameters"
  let notes = found.notes.map { "; \($0.subject): \($0.text)" }.joined()
  return "\(found.family) (\(found.className)), predicts \(found.output.rawValue): \(size)\(notes)"
}

/// What a model makes of a text.
public struct Reading {
  /// The tokens of the text as the model reads them, special ones included.
  public let ids: [Int32]
  /// The logits of every token, `[time, vocabulary]` row by row.
  public let logits: [Float]
  /// A decoder's continuation of the text, or for each mask of an encoder's text the most probable tokens.
  public let answers: [String]
}

/// Lets the model of a checkpoint read a text, and write what comes next or what is masked.
public func read(_ text: String, with checkpoint: URL) throws -> Reading {
  let model = try LoadedModel(checkpoint: checkpoint, registry: .standard(), context: .cpu())
  let ids = model.input(model.tokenizer.encodePrompt(text))
  let logits = try model.outputs(TokenInput(ids: [ids])).all[0]
  var options = GenerationOptions()
  (options.tokens, options.temperature) = (8, 0)
  let answers =
    model.predicts == .next
    ? [try model.generate(prompt: text, options: options)]
    : try model.fill(text, best: 3).map { mask in mask.map(\.text).joined(separator: ", ") }
  return Reading(ids: ids, logits: logits.values, answers: answers)
}

/// Exports the model of a checkpoint as a folder that `transformers` opens.
///
/// - Returns: the names of the files.
public func exportModel(of checkpoint: URL, to folder: URL) throws -> [String] {
  let registry = try Registry.standard()
  let export = try HubExport(try ModelFile.open(checkpoint, registry: registry), registry: registry)
  return try export.write(to: folder)
}
