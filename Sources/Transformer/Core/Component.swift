import Settings
import Tensors

/// Makes a component from its settings, its place in the model and what the model shares.
public typealias ComponentMaker<Component> =
  @Sendable (_ settings: Resolved, _ scope: Scope, _ build: BuildContext) throws -> Component

extension BuildContext {
  /// Makes the component that `settings` chose.
  ///
  /// - Throws: what its maker throws; `SettingsError` when the registry has no such component, which validation
  ///   refuses before anything is built.
  public func make<Component>(
    _ family: Family<ComponentMaker<Component>>, _ settings: Resolved, _ scope: Scope
  ) throws -> Component {
    try registry.member(settings.type, of: family)(settings, scope, self)
  }
}
