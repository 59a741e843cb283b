import Settings
import Tensors
import Transformer

/// A descriptor that has been read, completed and checked: everything that defines a model.
public struct ModelDescriptor: Sendable {
  /// The name that a run of this model gets: the preset's.
  public let name: String
  /// The full tree, every default filled in.
  public let settings: Resolved
  /// The tree as it was written, after `extends` and `--set`, for changing it further.
  public let node: Node

  /// The number of tokens, once it is known.
  public var vocabulary: Int? { settings.optionalInteger("vocabulary") }
  /// The longest input, in tokens.
  public var context: Int { settings.integer("context") }
  /// The architecture's name.
  public var architecture: String { settings.type }
}

extension Registry {
  /// Completes and checks a descriptor tree.
  ///
  /// - Parameters:
  ///   - node: the tree, with `extends` resolved and `layers` not yet expanded.
  ///   - sets: edits `path=value` on the tree: on `block.…` before the layers are expanded, on
  ///     `blocks.…` after.
  /// - Throws: `SettingsError` with every problem at once.
  public func resolve(_ node: Node, name: String, sets: [String] = []) throws -> ModelDescriptor {
    let edited = try expandBlocks(node.applying(sets: sets.filter { !$0.hasPrefix("blocks.") }))
      .applying(sets: sets.filter { $0.hasPrefix("blocks.") })
    let (resolved, problems) = try resolveRoot(edited)
    guard let resolved, problems.isEmpty else { throw SettingsError(title: name, problems: problems) }
    let broken = rules.flatMap { $0.check(resolved) }
    guard broken.isEmpty else { throw SettingsError(title: name, problems: broken) }
    return ModelDescriptor(name: name, settings: resolved, node: edited)
  }

  /// Builds the model of a descriptor.
  ///
  /// - Parameters:
  ///   - trains: false leaves the memory for gradients out.
  ///   - source: a checkpoint to load from; nil starts afresh.
  /// - Throws: what the parts throw when they are made.
  public func build(
    _ descriptor: ModelDescriptor, in context: Context, trains: Bool, source: (any ParameterSource)? = nil
  ) throws -> any LanguageModel {
    let scope = Scope(context: context, store: ParameterStore(), trains: trains, source: source)
    return try architecture(descriptor.architecture).compose(descriptor.settings, in: scope, of: components)
  }
}
