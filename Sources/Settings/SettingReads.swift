import Synchronization

/// Which settings were read, of components that were made while this was watching: a setting that is not read
/// changes nothing, and a test refuses it.
package final class SettingReads: Sendable {
  @TaskLocal package static var current: SettingReads?

  private let seen = Mutex<Set<String>>([])

  package init() {}

  /// What was read, as `family.component.setting`.
  package var all: Set<String> { seen.withLock { $0 } }

  func note(_ component: Resolved, _ setting: String) {
    let (family, name) = (component.declaration.family, component.type)
    seen.withLock { _ = $0.insert("\(family).\(name).\(setting)") }
  }
}
