import Checkpoints
import Foundation
import Settings
import Tensors
import Text
import Training
import Transformer
import Zoo

/// A model in Hugging Face's layout, ready to be written as a checkpoint of ours.
///
///     let found = try HubImport(folder: url, registry: .standard())
///     try found.write(to: checkpoint, tokenizer: try HubTokenizer(folder: url))
///
/// Nothing is converted before `write`, and then tensor by tensor: the largest is in memory, not the model.
public final class HubImport {
  /// The family's name, such as `BERT`.
  public let family: String
  /// The class of `transformers`, such as `BertForMaskedLM`.
  public let className: String
  /// What the model gives.
  public let output: HubClass.Output
  /// The descriptor of the model.
  public let descriptor: ModelDescriptor
  /// The number of values, tied ones once.
  public let parameters: Int
  /// The element types of the tensors that were used, such as `BF16`.
  public let types: [String]
  /// What was tied, what was left out, and why.
  public private(set) var notes: [ImportNote]
  private let modelType: String
  private let folder: URL
  /// How it makes one vector of a text; nil where the folder does not say.
  public let embedding: EmbeddingRecord?
  /// The tokens that end a text, as the folder names them; nil where it names none.
  private let endTokens: [Int32]?
  private let weights: HubWeights
  private let conversions: [TensorConversion]
  /// The names in the folder by those of the family's table.
  private let names: [String: String]

  /// Recognises the model of a folder and checks that all of it can be converted.
  ///
  /// - Parameters:
  ///   - url: the folder.
  ///   - registry: holds the families and the components.
  /// - Throws: `HubError`, `SettingsError` or `CheckpointError`, which name file and key or tensor: all that is wrong
  ///   with the configuration at once, and all that is wrong with tensors at once.
  public init(folder url: URL, registry: Registry) throws {
    let folder = try HubFolder(url, registry: registry)
    (family, modelType, self.folder) = (folder.family.title, folder.family.modelType, url)
    className = folder.hubClass.name
    output = folder.hubClass.output
    weights = folder.weights
    var faults = HubFaults()
    let made = faults.attempt {
      try folder.descriptor(named: Self.name(of: url), registry) { descriptor in
        let store = try Self.parameters(of: descriptor, registry)
        return (count: store.count, tensors: try TensorMatch(folder, store.all))
      }
    }
    let tokens = faults.attempt {
      try TokenIds(
        url, folder.config, folder.family, rows: folder.draft[ModelSettings.vocabulary.name]?.integer)
    }
    let embedding = faults.attempt { try SentenceModules.read(url) }
    try faults.check()
    guard let (descriptor, match) = made, let tokens, let embedding else {
      preconditionFailure("a step that failed has an error")
    }
    (self.descriptor, self.embedding) = (descriptor, embedding)
    endTokens = folder.hubClass.output == .nextToken ? tokens.ends : nil
    parameters = match.count
    let matched = match.tensors
    (conversions, names) = (matched.conversions, matched.names)
    types = Set(matched.names.values.compactMap(folder.weights.type)).sorted()
    notes = folder.notes + tokens.notes + matched.notes
  }

  /// What a folder's model is called: in the hub's cache (`models--ORGANISATION--NAME/snapshots/…`) by its name there.
  private static func name(of url: URL) -> String {
    let cached = url.standardizedFileURL.pathComponents.last { $0.hasPrefix("models--") }
    return cached?.split(separator: "--").last.map(String.init) ?? url.standardizedFileURL.lastPathComponent
  }

  /// The parameters that a descriptor's model has, without memory for them.
  static func parameters(of descriptor: ModelDescriptor, _ registry: Registry) throws -> ParameterStore {
    let context = try Context.dry(threads: 1, seed: 1)
    return try registry.build(descriptor, in: context, trains: false).parameters
  }

  /// The number of layers, the width, and the heads of the first layer.
  public var sizes: (layers: Int, width: Int, heads: Int) {
    let model = descriptor.settings
    return (
      ModelSettings.blocks(of: model).count, model[ModelSettings.width],
      AttentionSettings.layers(of: model).first.flatMap { $0?.value(of: AttentionSettings.heads) } ?? 0
    )
  }

  /// Checks that every token has a row in the model.
  ///
  /// - Throws: `HubError` for a tokenizer with ids beyond the model's rows.
  public func expect(_ tokenizer: any Tokenizer) throws {
    let rows = descriptor.vocabulary ?? 0
    guard tokenizer.vocabularySize > rows else { return }
    throw HubError(
      folder.path, "the tokenizer has ids up to \(tokenizer.vocabularySize - 1), the model has \(rows) rows",
      "take the tokenizer that belongs to the model")
  }

  /// Writes the model as the only checkpoint of a run.
  ///
  /// - Parameters:
  ///   - run: an existing folder without checkpoints.
  ///   - tokenizer: the tokenizer of the model.
  ///   - check: called before each tensor, to end the work by an error.
  /// - Throws: as below; no checkpoint is left behind then.
  package func write(
    to run: RunFolder, tokenizer: any Tokenizer, check: @escaping () throws -> Void = {}
  ) throws {
    try run.writeOnlyCheckpoint { try write(to: $0, tokenizer: tokenizer, check: check) }
  }

  /// Writes the model as a checkpoint.
  ///
  /// - Parameters:
  ///   - file: the checkpoint, in an existing folder.
  ///   - tokenizer: the tokenizer of the model.
  /// - Throws: `CheckpointError`; nothing is left behind then. `HubError` for a tokenizer with ids beyond the model's rows.
  public func write(to file: URL, tokenizer: any Tokenizer) throws {
    try write(to: file, tokenizer: tokenizer) {}
  }

  private func write(
    to file: URL, tokenizer: any Tokenizer, check: @escaping () throws -> Void
  ) throws {
    try expect(tokenizer)
    let record = record(tokenizer)
    let entries = conversions.map { conversion in
      TensorEntry(name: conversion.name, shape: conversion.sizes) {
        try check()
        return try conversion.imported { try self.weights.values(self.names[$0] ?? $0) }
      }
    }
    try ModelFile.write(entries: entries, record: record, tokenizer: tokenizer, to: file)
  }

  /// What the checkpoint says besides values.
  private func record(_ tokenizer: any Tokenizer) -> CheckpointRecord {
    let frame = tokenizer.template.frame(startsWithToken: false)
    func ids(_ roles: [SpecialRole]) -> [Int32] { roles.compactMap { tokenizer.special[$0] } }
    let isDecoder = output == .nextToken
    return CheckpointRecord(
      name: descriptor.name, descriptor: descriptor.json, recipe: nil, trainer: nil, step: 0,
      startsWithToken: isDecoder && frame.before.contains(.start),
      predicts: isDecoder ? .next : output == .hiddenTokens ? .hidden : nil,
      frame: isDecoder ? nil : TextFrame(before: ids(frame.before), after: ids(frame.after)),
      imported: ImportRecord(
        family: modelType, className: className, folder: folder.lastPathComponent,
        endTokens: endTokens ?? ids([.endOfDocument]), embedding: embedding))
  }
}
