import Settings

extension Registry {
  /// Registers the components that come with the core, and their rules.
  ///
  /// - Throws: `SettingsError` when a name is taken.
  package mutating func addTransformer() throws {
    try addAttentions()
    try addMasks()
    try addFeedForwards()
    try addActivations()
    try addNorms()
    try addPositions()
    try addHeads()
    try addInitialisations()
    try addBlocks()
    try addPlacements()
    try addEmbeddings()
  }
}
