import Settings
import Tensors
import Transformer
import Zoo

/// A decoder without attention: its layers are selective scans, and what it remembers of a text has a fixed size.
///
/// - Source: Gu and Dao, "Mamba: linear-time sequence modeling with selective state spaces", 2023.
struct Mamba: Architecture {
  static let name = "mamba"
  let summary = "decoder without attention: selective scans from left to right"
  let kind = ArchitectureKind.decoder
  let defaultObjective = "causal-lm"
  let source = "Gu and Dao 2023"

  // No mask and no positions: a scan has an order of its own.
  var keys: [any SettingKey] {
    [
      ModelSettings.vocabulary, ModelSettings.context, ModelSettings.width, ModelSettings.embedding,
      ModelSettings.blocks.with(elementType: "selective-scan"), ModelSettings.head,
      ModelSettings.initialisation, ModelSettings.dropout,
    ]
  }

  func compose(_ descriptor: Resolved, in scope: Scope, from registry: Registry) throws
    -> any LanguageModel
  {
    let build = try BuildContext(descriptor, scope, registry)
    return TransformerModel(
      embedding: try build.make(
        .embedding, descriptor[ModelSettings.embedding], scope.child("embedding")),
      stack: try Stack(descriptor, mask: RangeMask(prefix: 0), scope, build),
      head: try build.make(.head, descriptor[ModelSettings.head], scope.child("head")), scope, build)
  }
}

/// What the plugin adds.
public func register(in registry: inout Registry) throws {
  try registry.add(
    "selective-scan", to: .block, summary: "a recurrence whose gates depend on the input",
    keys: SelectiveScanBlock.keys, source: "Gu and Dao 2023"
  ) { settings, scope, build in try SelectiveScanBlock(settings, scope, build) }
  try registry.add(Mamba())
}

/// Called once when the plugin is loaded by `--plugin`.
@_cdecl("zoo_register_SelectiveScan")
public func registerPlugin(_ registration: UnsafeMutableRawPointer) {
  PluginRegistration.register(registration) { try register(in: &$0) }
}
