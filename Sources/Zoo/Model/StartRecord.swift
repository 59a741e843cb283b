/// The trained model whose weights a run began with.
public struct StartRecord: Codable, Sendable, Equatable {
  /// Its run or checkpoint, as it was named.
  public var run: String
  /// Its name.
  public var model: String
  /// The steps that it had taken.
  public var step: Int

  /// A model that another begins with.
  package init(run: String, model: String, step: Int) {
    (self.run, self.model, self.step) = (run, model, step)
  }
}
