import Settings

/// Something that a component lets you choose.
struct SettingEntry: Encodable {
  let name: String
  /// The default; nil: it must be written.
  let `default`: Node?
  let allowed: String
  let help: String

  init(_ setting: Setting) {
    name = setting.name
    `default` = setting.default.map { Node($0) }
    allowed = setting.allowed
    help = setting.help
  }
}
