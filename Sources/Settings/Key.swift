/// A `Key` of any type.
public protocol SettingKey: Sendable {
  /// What validation, `list` and help go by.
  var setting: Setting { get }
}

/// A setting together with the type of its values. One constant declares the setting and reads it, so that a wrong
/// name or a wrong type does not compile:
///
///     static let heads = Key.integer("heads", 1...1024, default: 4, help: "query heads; divides the width")
///
///     keys: [Self.heads]              // declares it
///     let heads = settings[Self.heads]  // reads it: an Int
public struct Key<Value: Sendable>: SettingKey {
  public let setting: Setting
  /// The value in a tree that was checked against `setting`; nil where it is not allowed there.
  let read: @Sendable (Resolved.Value) -> Value?

  /// The name in descriptors.
  public var name: String { setting.name }

  private init(_ setting: Setting, read: @escaping @Sendable (Resolved.Value) -> Value?) {
    self.setting = setting
    self.read = read
  }

  fileprivate init(
    _ name: String, _ kind: Setting.Kind, default value: Node.Value?, help: String,
    read: @escaping @Sendable (Node.Value) -> Value?
  ) {
    self.init(Setting(name, kind, default: value, help: help)) { found in
      guard case .plain(let plain) = found else { return nil }
      return read(plain)
    }
  }
}

// Without a default a setting must be written.

extension Key where Value == Int {
  /// A whole number in a range.
  public static func integer(_ name: String, _ range: ClosedRange<Int>, default value: Int?, help: String)
    -> Key
  {
    Key(name, .integer(range), default: value.map { .integer($0) }, help: help) { $0.integer }
  }
}

extension Key where Value == Int? {
  /// A whole number in a range, or null.
  public static func optionalInteger(
    _ name: String, _ range: ClosedRange<Int>, default value: Int? = nil, help: String
  ) -> Key {
    Key(
      name, .optionalInteger(range), default: value.map { .integer($0) } ?? .null, help: help
    ) { .some($0.integer) }
  }

  /// A whole number in a range, or a word in its place, which reads as nil and is the default.
  public static func integer(_ name: String, _ range: ClosedRange<Int>, or word: String, help: String) -> Key
  {
    Key(name, .integerOr([word], range), default: .text(word), help: help) { .some($0.integer) }
  }
}

extension Key where Value == Double {
  /// A number in a range.
  public static func number(
    _ name: String, _ range: ClosedRange<Double>, default value: Double?, help: String
  ) -> Key {
    Key(name, .number(range), default: value.map { .number($0) }, help: help) { $0.number }
  }
}

extension Key where Value == Double? {
  /// A number in a range, or null.
  public static func optionalNumber(
    _ name: String, _ range: ClosedRange<Double>, default value: Double? = nil, help: String
  ) -> Key {
    Key(name, .optionalNumber(range), default: value.map { .number($0) } ?? .null, help: help) {
      .some($0.number)
    }
  }
}

extension Key where Value == [Double] {
  /// A list of numbers in a range, which may be empty and is by default.
  public static func numbers(_ name: String, _ range: ClosedRange<Double>, help: String) -> Key {
    Key(name, .numbers(range), default: .list([]), help: help) { $0.elements?.compactMap(\.value.number) }
  }
}

extension Key where Value == Bool {
  /// true or false.
  public static func flag(_ name: String, default value: Bool?, help: String) -> Key {
    Key(name, .flag, default: value.map { .flag($0) }, help: help) { $0.flag }
  }
}

extension Key where Value == Bool? {
  /// true, false or null.
  public static func optionalFlag(_ name: String, default value: Bool? = nil, help: String) -> Key {
    Key(name, .optionalFlag, default: value.map { .flag($0) } ?? .null, help: help) { .some($0.flag) }
  }
}

extension Key where Value == String {
  /// Any text.
  public static func text(_ name: String, default value: String?, help: String) -> Key {
    Key(name, .text, default: value.map { .text($0) }, help: help) { $0.text }
  }
}

extension Key where Value == String? {
  /// Any text, or null.
  public static func optionalText(_ name: String, default value: String? = nil, help: String) -> Key {
    Key(name, .optionalText, default: value.map { .text($0) } ?? .null, help: help) { .some($0.text) }
  }
}

extension Key where Value == [String] {
  /// A list of texts, which may be empty and is by default.
  public static func texts(_ name: String, help: String) -> Key {
    Key(name, .texts, default: .list([]), help: help) { $0.elements?.compactMap(\.text) }
  }
}

/// One text, or a list of them.
package enum TextOrTexts: Sendable, Equatable {
  case text(String)
  case texts([String])
}

extension Key where Value == TextOrTexts {
  /// A text, or a list of texts that is not empty.
  package static func textOrTexts(_ name: String, default value: String?, help: String) -> Key {
    Key(name, .textOrTexts, default: value.map { .text($0) }, help: help) { value in
      value.text.map { .text($0) } ?? value.elements.map { .texts($0.compactMap(\.text)) }
    }
  }
}

extension Key where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
  /// One of the cases of a type, by its raw value.
  public static func choice(_ name: String, default value: Value?, help: String) -> Key {
    Key(
      name, .choice(Value.allCases.map(\.rawValue)), default: (value?.rawValue).map { .text($0) }, help: help
    ) { $0.text.flatMap { Value(rawValue: $0) } }
  }
}

extension Key where Value == Resolved {
  /// A component of a family: a name, or an object with `type` and its settings.
  public static func component<Member>(
    _ name: String, of family: Family<Member>, default value: String?, help: String
  ) -> Key {
    Key(Setting(name, .component(family.name), default: value.map { .text($0) }, help: help)) {
      if case .component(let component) = $0 { component } else { nil }
    }
  }

  /// The same setting with a default of its own, for one who declares it again.
  public func with(default value: String) -> Key {
    Key(
      Setting(setting.name, setting.kind, default: .text(value), help: setting.help), read: read)
  }
}

extension Key where Value == [Resolved] {
  /// A list of components of a family, at least one, which must be written; or else one that may be empty, and is by
  /// default.
  ///
  /// - Parameters:
  ///   - name: the name in descriptors.
  ///   - family: the family of the components.
  ///   - elementType: the type of an object that names none, which plugins that add to the family do not
  ///     change; nil: the only one of the family.
  ///   - mayBeEmpty: true: the list may be empty, and is by default.
  ///   - help: what it does, for `list`.
  public static func components<Member>(
    _ name: String, of family: Family<Member>, elementType: String? = nil, mayBeEmpty: Bool = false,
    help: String
  ) -> Key {
    Key(
      Setting(
        name, .list(family.name), default: mayBeEmpty ? .list([]) : nil, elementType: elementType, help: help)
    ) {
      if case .list(let components) = $0 { components } else { nil }
    }
  }

  /// The same setting with another type for objects that name none, for one who declares it again.
  public func with(elementType: String) -> Key {
    Key(
      Setting(
        setting.name, setting.kind, default: setting.default, elementType: elementType, help: setting.help),
      read: read)
  }
}

extension Resolved {
  /// The value of a setting that the component declares. Reading one that it does not declare is a programming error and
  /// stops the program; `value(of:)` returns nil.
  public subscript<Value>(key: Key<Value>) -> Value {
    if let value = value(of: key) { return value }
    preconditionFailure(
      "\(path.isEmpty ? declaration.family : path) (\(type)) declares no \"\(key.name)\" of this kind")
  }

  /// Whether the component has a setting of that name and kind; its range may be another.
  public func declares(_ key: any SettingKey) -> Bool {
    declaration.setting(key.setting.name)?.kind.reads(as: key.setting.kind) ?? false
  }

  /// The value of a setting, to show all settings of a component; nil for components.
  package func plainValue(of setting: Setting) -> Node.Value? {
    if case .plain(let value)? = values[setting.name] { value } else { nil }
  }

  /// The value of a setting; nil when the component declares none of that name and kind.
  public func value<Value>(of key: Key<Value>) -> Value? {
    guard declares(key), let value = values[key.name] else { return nil }
    SettingReads.current?.note(self, key.name)
    return key.read(value)
  }
}
