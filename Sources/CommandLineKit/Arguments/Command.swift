import Foundation

/// A named option or flag of a command, written `--name value`, `--name=value` or, for a flag, `--name`.
public struct Option: Sendable {
  /// The name without its dashes.
  public let name: String
  /// What its value may be; nil for a flag, which has none.
  public let kind: ValueKind?
  /// The word that stands for the value in help.
  public let valueName: String
  /// The value when it is not given.
  public let defaultValue: String?
  /// What it does, for help.
  public let help: String
  /// Whether it may be given several times.
  public let isRepeatable: Bool
  /// Whether it must be given.
  public let isRequired: Bool
  /// The heading that it is under in help.
  public let group: String
  /// The option whose value, given before this one, it says something about; nil: none.
  public let belongsTo: String?
  /// Whether it says the same about all values of that option where it is given once, wherever that is.
  public let appliesToAllAlone: Bool

  private init(
    name: String, kind: ValueKind?, valueName: String?, defaultValue: String?, help: String,
    isRepeatable: Bool, isRequired: Bool, group: String, belongsTo: String? = nil,
    appliesToAllAlone: Bool = false
  ) {
    self.belongsTo = belongsTo
    self.appliesToAllAlone = appliesToAllAlone
    self.name = name
    self.kind = kind
    self.valueName = valueName ?? kind?.placeholder ?? ""
    self.defaultValue = defaultValue
    self.help = help
    self.isRepeatable = isRepeatable
    self.isRequired = isRequired
    self.group = group
  }

  /// A flag: there or not there.
  public static func flag(_ name: String, help: String, group: String = "Options") -> Option {
    Option(
      name: name, kind: nil, valueName: nil, defaultValue: nil, help: help, isRepeatable: false,
      isRequired: false, group: group)
  }

  /// An option with a value.
  public static func value(
    _ name: String, _ kind: ValueKind = .text, as valueName: String? = nil,
    default defaultValue: String? = nil,
    help: String, repeatable: Bool = false, required: Bool = false, group: String = "Options"
  ) -> Option {
    Option(
      name: name, kind: kind, valueName: valueName, defaultValue: defaultValue, help: help,
      isRepeatable: repeatable, isRequired: required, group: group)
  }

  /// An option with a value that says something about the value of another option before it, each at most once.
  public static func value(
    _ name: String, _ kind: ValueKind, of other: String, help: String, group: String = "Options"
  ) -> Option {
    Option(
      name: name, kind: kind, valueName: nil, defaultValue: nil, help: help, isRepeatable: true,
      isRequired: false, group: group, belongsTo: other)
  }

  /// An option with a value: given once it says something about all values of another option, given several times each
  /// time about the value before it.
  public static func value(
    _ name: String, _ kind: ValueKind, as valueName: String? = nil, ofOneOrAll other: String, help: String,
    group: String = "Options"
  ) -> Option {
    Option(
      name: name, kind: kind, valueName: valueName, defaultValue: nil, help: help, isRepeatable: true,
      isRequired: false, group: group, belongsTo: other, appliesToAllAlone: true)
  }

  /// How it is written in help: `--steps <integer>`.
  var usage: String { kind == nil ? "--\(name)" : "--\(name) <\(valueName)>" }
}

/// An argument that is known by its place.
public struct Positional: Sendable {
  /// How often it may be given.
  public enum Presence: Sendable {
    /// Exactly once.
    case required
    /// At most once.
    case optional
    /// Any number of times, even none. Only the last positional of a command may be so.
    case repeated
    /// At least once. Only the last positional of a command may be so.
    case repeatedAtLeastOnce
  }

  /// The name, as in help: `<name>`.
  public let name: String
  /// What it may be.
  public let kind: ValueKind
  /// How often.
  public let presence: Presence
  /// What it means, for help.
  public let help: String

  /// An argument at the next place.
  public init(_ name: String, _ kind: ValueKind = .text, _ presence: Presence = .required, help: String) {
    self.name = name
    self.kind = kind
    self.presence = presence
    self.help = help
  }

  var usage: String {
    switch presence {
    case .required: "<\(name)>"
    case .optional: "[<\(name)>]"
    case .repeated: "[<\(name)> …]"
    case .repeatedAtLeastOnce: "<\(name)> …"
    }
  }

  var isRepeated: Bool { presence == .repeated || presence == .repeatedAtLeastOnce }
  var isNeeded: Bool { presence == .required || presence == .repeatedAtLeastOnce }
}

/// Options of which at most one may be given.
public struct Conflict: Sendable {
  /// Names without dashes.
  public let options: [String]
  /// Why they cannot be combined.
  public let reason: String

  /// At most one of `options`.
  public init(_ options: [String], because reason: String) {
    self.options = options
    self.reason = reason
  }
}

/// A command line that shows how a command is used.
public struct Example: Sendable {
  /// What is typed.
  public let line: String
  /// What it does.
  public let effect: String

  /// A command line and what it does.
  public init(_ line: String, _ effect: String) {
    self.line = line
    self.effect = effect
  }
}

/// One command of a program: what it takes, what it says of itself and what it does.
public struct Command: Sendable {
  /// The name that is typed.
  public let name: String
  /// One line for the list of commands.
  public let summary: String
  /// More, for its own help; paragraphs are split by empty lines.
  public let discussion: String
  /// How it is used.
  public let examples: [Example]
  /// Arguments by place, in order.
  public let positionals: [Positional]
  /// Flags and options.
  public let options: [Option]
  /// Options that exclude each other.
  public let conflicts: [Conflict]
  /// Does the work. It throws `UsageError` for wrong use and any other error for a failure at work.
  public let run: @Sendable (ParsedArguments) throws -> Void

  /// A command.
  public init(
    name: String, summary: String, discussion: String = "", examples: [Example] = [],
    positionals: [Positional] = [], options: [Option] = [], conflicts: [Conflict] = [],
    run: @escaping @Sendable (ParsedArguments) throws -> Void
  ) {
    self.name = name
    self.summary = summary
    self.discussion = discussion
    self.examples = examples
    self.positionals = positionals
    self.options = options
    self.conflicts = conflicts
    self.run = run
  }

  /// The command with more options.
  public func adding(_ more: [Option]) -> Command {
    Command(
      name: name, summary: summary, discussion: discussion, examples: examples, positionals: positionals,
      options: options + more, conflicts: conflicts, run: run)
  }

  package func option(_ name: String) -> Option? { options.first { $0.name == name } }
}
