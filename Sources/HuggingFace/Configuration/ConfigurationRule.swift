import Settings
import Zoo

/// How one key of a `config.json` and the settings of a descriptor say the same, in both directions.
///
/// A table of them is a family's whole knowledge of its configuration: what no rule names is refused.
public struct ConfigurationRule: Sendable {
  /// Reads the key's value into a descriptor.
  typealias Reading =
    @Sendable (_ value: Node, _ config: HubConfiguration, _ draft: inout DescriptorDraft)
    throws(ConfigurationFault) -> Void
  /// The key's value for a descriptor's full tree; nil leaves the key out.
  typealias Writing = @Sendable (_ model: DescriptorDraft) -> Node?

  /// The key that is written.
  let key: String
  /// Other spellings of it, of older versions and of other libraries. Where several are there they have to agree.
  let aliases: [String]
  /// Other keys that it reads together with its own, with their types; nil: any.
  let companions: [(key: String, type: ValueType?)]
  /// What its value has to be; nil: what `read` accepts.
  let type: ValueType?
  /// What the absence of the key means: the default of the model's class in `transformers`. Nil: it must be there.
  let absent: Node?
  /// Whether the family computes only some values, of which the first is written, whatever a model's tokenizer says.
  private(set) var isFixed = false
  let read: Reading
  let write: Writing

  init(
    _ key: String, aliases: [String] = [], companions: [(key: String, type: ValueType?)] = [],
    type: ValueType? = nil, absent: Node?, read: @escaping Reading,
    write: @escaping Writing
  ) {
    self.key = key
    self.aliases = aliases
    self.companions = companions
    self.type = type
    self.absent = absent
    self.read = read
    self.write = write
  }

  /// What is wrong with a configuration before the rule looks at it: its key and its companions are of other types, or
  /// spellings of its key contradict each other.
  func problems(_ config: HubConfiguration) -> [Problem] {
    let spellings = ([key] + aliases).compactMap { key in config.node[key].map { (key: key, value: $0) } }
    let typed =
      spellings.map { ($0.key, $0.value, type) }
      + companions.compactMap { one in config.node[one.key].map { (one.key, $0, one.type) } }
    let wrong = typed.compactMap { key, value, type in type?.problem(key, value) }
    guard let first = spellings.first, let other = spellings.first(where: { $0.value != first.value }) else {
      return wrong
    }
    return wrong + [
      Problem(
        path: first.key, found: first.value.json(), allowed: other.value.json(),
        reason:
          "\(other.key) is \(other.value.json()): both name the same, and transformers takes one of them",
        place: first.value.place)
    ]
  }

  /// A key whose value is that of a setting.
  ///
  /// - Parameters:
  ///   - key: the key.
  ///   - path: the setting's path in the descriptor.
  ///   - absent: what the absence of the key means.
  ///   - aliases: other spellings of the key.
  ///   - type: what its value has to be; nil: what `absent` is.
  static func setting(
    _ key: String, _ path: String, absent: Node?, aliases: [String] = [], type: ValueType? = nil
  ) -> Self {
    settings(key, [path], absent: absent, aliases: aliases, type: type)
  }

  /// A key whose value is that of several settings.
  static func settings(
    _ key: String, _ paths: [String], absent: Node?, aliases: [String] = [], type: ValueType? = nil
  ) -> Self {
    Self(key, aliases: aliases, type: type ?? .like(absent), absent: absent) { value, _, draft in
      for path in paths { draft[path] = value }
    } write: { model in
      let values = paths.compactMap { model[$0] }
      return values.count == paths.count && Set(values.map { $0.json() }).count == 1 ? values[0] : nil
    }
  }

  /// A key whose value names something that a setting calls otherwise, such as an activation.
  ///
  /// - Parameter names: the spellings in configurations, with the setting's value of each. Where several mean the same,
  ///   the first is written.
  static func names(
    _ key: String, _ paths: [String], absent: Node?, aliases: [String] = [], _ names: [(String, Node)]
  ) -> Self {
    Self(key, aliases: aliases, absent: absent) { value, _, draft throws(ConfigurationFault) in
      guard let found = names.first(where: { Node(.text($0.0)) == value }) else {
        throw ConfigurationFault(
          allowed: names.map(\.0).joined(separator: ", "), reason: "this program does not compute it")
      }
      for path in paths { draft[path] = found.1 }
    } write: { model in
      names.first { name in paths.allSatisfy { model[$0] == name.1 } }.map { Node(.text($0.0)) }
    }
  }

  /// A key of which this program computes only some values, which make no difference to the descriptor.
  ///
  /// - Parameter values: the values; the first is written.
  static func only(_ key: String, _ values: [Node], absent: Node? = nil, reason: String) -> Self {
    var rule = Self(key, absent: absent ?? values[0]) { value, _, _ throws(ConfigurationFault) in
      guard !values.contains(value) else { return }
      throw ConfigurationFault(
        allowed: values.map { $0.json() }.joined(separator: " or "), reason: reason)
    } write: { _ in
      values[0]
    }
    rule.isFixed = true
    return rule
  }

  /// A key that says what another one says, or that a model's results do not depend on; it is written from a setting.
  static func unread(_ key: String, _ path: String) -> Self {
    Self(key, absent: Node(.null)) { _, _, _ in
    } write: { model in
      model[path]
    }
  }

  /// The number of layers.
  static func layers(_ key: String, absent: Node?, aliases: [String] = []) -> Self {
    Self(key, aliases: aliases, type: .integer(of: BlockExpansion.layers.setting), absent: absent) {
      value, _, draft in
      draft["layers"] = value
    } write: { model in
      model["blocks"]?.elements.map { Node(.integer($0.count)) }
    }
  }
}

/// Why a value of a configuration cannot be accepted.
struct ConfigurationFault: Error {
  /// The values that can.
  var allowed: String?
  /// The reason.
  let reason: String
}
