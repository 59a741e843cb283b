import Checkpoints
import Foundation
import Settings
import Tensors
import Text
import Training
import Transformer
import Zoo

/// A model of ours as a class of `transformers`: its configuration and its tensors.
///
///     let export = try HubExport(checkpoint, registry: .standard())
///     try export.write(to: folder)
///
/// What a class cannot express is found by reading the configuration back: the descriptor has to be the same.
public struct HubExport {
  /// The family's name, such as `BERT`.
  public let family: String
  /// The class, such as `BertForMaskedLM`.
  public let className: String
  let configuration: Node
  /// The keys of the configuration whose values are the family's own.
  private let fixedKeys: Set<String>
  private let hubClass: HubClass
  private let isTied: Bool
  /// Whether its family predicts the next token.
  let isDecoder: Bool
  /// What its classification head was trained for; nil where that is not exported.
  let classifier: ClassifierRecord?
  let checkpoint: ModelFile.OpenCheckpoint
  /// The longest input, in tokens.
  let context: Int
  /// The width of its hidden states.
  let width: Int
  private let conversions: [(conversion: TensorConversion, prefix: String)]

  /// What the model gives.
  public var output: HubClass.Output { hubClass.output }

  /// The automatic class that opens it.
  public var automaticClass: String {
    switch output {
    case .trunk: "AutoModel"
    case .hiddenTokens: "AutoModelForMaskedLM"
    case .nextToken: "AutoModelForCausalLM"
    case .replacedTokens: "AutoModelForPreTraining"
    case .textLabels: "AutoModelForSequenceClassification"
    case .wordLabels: "AutoModelForTokenClassification"
    }
  }

  /// Finds the class that expresses a model; of a fine-tuned one, with its classification head.
  ///
  /// - Parameters:
  ///   - checkpoint: the model.
  ///   - registry: holds the families and the components.
  /// - Throws: `HubError` that names what the nearest class cannot express; `SettingsError`; `TrainerError` for a damaged
  ///   record of a head.
  public init(_ checkpoint: ModelFile.OpenCheckpoint, registry: Registry) throws {
    try self.init(checkpoint, registry: registry, withHead: checkpoint.record.classifier != nil)
  }

  /// The same, with the classification head of a fine-tuned model or without it.
  package init(_ checkpoint: ModelFile.OpenCheckpoint, registry: Registry, withHead: Bool) throws {
    let descriptor = try registry.descriptor(of: checkpoint)
    let best =
      withHead
      ? try HeadExport(checkpoint, descriptor, registry).candidate()
      : try Self.candidate(checkpoint, descriptor, registry)
    (family, hubClass, className) = (best.family.title, best.hubClass, best.hubClass.name)
    (context, width) = (descriptor.context, descriptor.settings[ModelSettings.width])
    fixedKeys = Set(best.family.configuration.filter(\.isFixed).map(\.key))
    isDecoder = best.family.classes.contains { $0.output == .nextToken }
    classifier = withHead ? try ClassifierRecord(of: checkpoint) : nil
    isTied = descriptor.settings.value(of: ModelSettings.head)?.value(of: HeadSettings.tied) ?? true
    (configuration, conversions) = (best.configuration, best.conversions)
    self.checkpoint = checkpoint
  }

  /// The class of a model without a classification head.
  private static func candidate(
    _ checkpoint: ModelFile.OpenCheckpoint, _ descriptor: ModelDescriptor, _ registry: Registry
  ) throws -> ExportCandidate {
    let parameters = try HubImport.parameters(of: descriptor, registry)
    let candidates = try families(registry).flatMap { family in
      family.classes.map { ExportCandidate(family, $0, descriptor, parameters, registry) }
    }
    guard let best = ExportCandidate.nearest(candidates, to: checkpoint) else {
      throw HubError(checkpoint.url.path, "no family of models is registered", "load a plugin that has one")
    }
    guard best.obstacles.isEmpty else {
      let change = ExportChange.smallest(for: descriptor, among: candidates, registry)
      throw HubError(
        checkpoint.url.path,
        "no class of transformers has all parts of this model; the nearest, \(best.hubClass.name), lacks: "
          + best.obstacles.prefix(8).joined(separator: "; "),
        "use the checkpoint itself, a safetensors file, or train a model that a class has: "
          + (change.map { "this one with \($0.options) is a \($0.className)" }
            ?? "the presets bert-4x128 and gpt-4x128 are"))
    }
    return best
  }

  /// The families whose classes come with transformers.
  static func families(_ registry: Registry) throws -> [HubFamily] {
    try registry.names(of: .hubFamily).sorted().map { try registry.member($0, of: .hubFamily) }
      .filter(\.isInTransformers)
  }

  /// Writes the configuration and the tensors.
  ///
  /// - Parameters:
  ///   - folder: an existing folder.
  ///   - special: the special tokens by the keys of the configuration.
  ///   - check: called before each tensor, to end the work by an error.
  /// - Throws: `CheckpointError`; whatever `check` throws.
  package func writeModel(
    to folder: URL, special: [(key: String, token: String, id: Int32)] = [],
    check: @escaping () throws -> Void = {}
  ) throws {
    let entries = conversions.flatMap { conversion, prefix in
      conversion.pieces.indices.flatMap { index -> [TensorEntry] in
        let name = conversion.pieces[index].name
        // What is not tied to the other spelling has to be there under both.
        let others = isTied ? [] : [hubClass.synonyms[name]].compactMap { $0 }
        return ([prefix + name] + others).map { entry($0, conversion, index, check) }
      }
    }
    try SafetensorsFile.write(
      entries, metadata: ["format": "pt"], to: folder.appending(path: HubWeights.single))
    var configuration = configuration
    for token in special where token.key != "unk_token" && token.key != "mask_token" {
      // RoBERTa counts positions from its padding token's id.
      guard !fixedKeys.contains(token.key + "_id") else { continue }
      configuration[token.key + "_id"] = Node(.integer(Int(token.id)))
    }
    // The one that a class has by default may lie beyond the vocabulary.
    if configuration["pad_token_id"] == nil { configuration["pad_token_id"] = Node(.null) }
    let url = folder.appending(path: HubConfiguration.name)
    try AtomicFile.write(to: url) { try $0.write(Data((configuration.json() + "\n").utf8)) }
  }
}

extension HubExport {
  /// A tensor of the file.
  private func entry(
    _ name: String, _ conversion: TensorConversion, _ index: Int, _ check: @escaping () throws -> Void
  ) -> TensorEntry {
    TensorEntry(name: name, shape: conversion.pieces[index].theirSizes) {
      try check()
      return conversion.exported(try checkpoint.values(conversion.name))[index].values
    }
  }
}
