import Settings
import Tensors
import Transformer

extension Registry {
  /// Builds the model of a descriptor.
  ///
  /// - Parameters:
  ///   - descriptor: the descriptor of the model.
  ///   - context: the context that holds the parameters.
  ///   - trains: false leaves the memory for gradients out.
  ///   - source: a checkpoint to load from; nil starts afresh.
  /// - Throws: what the parts throw when they are made; `CheckpointError` for a checkpoint whose tokenizer has more
  ///   tokens than the model.
  public func build(
    _ descriptor: ModelDescriptor, in context: Context, trains: Bool,
    source: (any ParameterSource)? = nil
  ) throws -> any LanguageModel {
    try (source as? ModelFile.OpenCheckpoint)?.expectVocabulary(of: descriptor)
    let scope = Scope(context: context, store: ParameterStore(), trains: trains, source: source)
    return try architecture(descriptor.architecture)
      .compose(descriptor.settings, in: scope, from: self)
  }

  /// The descriptor that a checkpoint holds.
  ///
  /// - Throws: `SettingsError` when this program no longer accepts it.
  public func descriptor(of checkpoint: ModelFile.OpenCheckpoint) throws -> ModelDescriptor {
    try descriptor(json: checkpoint.record.descriptor, name: checkpoint.record.name)
  }
}
