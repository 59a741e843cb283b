import Foundation
import Settings

/// The arguments of one command, checked against its declaration, and the console to answer on.
///
/// Asking for a name that the command does not declare is an error of the program and stops it.
public struct ParsedArguments: Sendable {
  /// The command that was chosen.
  public let command: Command
  /// Where output goes.
  public let console: Console
  /// Every positional argument, in order.
  public let positionals: [String]
  private let flags: Set<String>
  private let values: [String: [String]]
  /// Of options that belong to others: by the number of the other's value.
  private let attached: [String: [Int: String]]

  init(
    command: Command, console: Console, positionals: [String], flags: Set<String>,
    values: [String: [String]], attached: [String: [Int: String]]
  ) {
    self.attached = attached
    self.command = command
    self.console = console
    self.positionals = positionals
    self.flags = flags
    self.values = values
  }

  /// Whether a flag was given.
  public func flag(_ name: String) -> Bool {
    precondition(command.option(name)?.kind == nil && command.option(name) != nil, "no flag --\(name)")
    return flags.contains(name)
  }

  /// The value of an option, or its default; nil when there is neither.
  public func option(_ name: String) -> String? {
    let declared = declaration(name)
    return values[name]?.last ?? declared.defaultValue
  }

  /// The value of an option of whole numbers, or its default; nil when there is neither.
  public func integer(_ name: String) -> Int? { option(name).flatMap { NumberLiteral($0).whole } }

  /// The value of an option of numbers, or its default; nil when there is neither.
  public func number(_ name: String) -> Double? { option(name).flatMap { NumberLiteral($0).real } }

  /// Every value of an option of numbers that may be given several times, in the order given.
  public func numbers(_ name: String) -> [Double] { options(name).compactMap { NumberLiteral($0).real } }

  /// Every value of an option that may be given several times, in the order given.
  public func options(_ name: String) -> [String] {
    let declared = declaration(name)
    return values[name] ?? declared.defaultValue.map { [$0] } ?? []
  }

  /// The values of an option that belongs to another, by the number of the other's value, from 0; -1 for one that comes
  /// before any and applies to all.
  public func attached(_ name: String) -> [Int: String] {
    precondition(declaration(name).belongsTo != nil, "--\(name) belongs to no other option")
    return attached[name] ?? [:]
  }

  /// Whether a flag or an option was given, rather than left at its default.
  public func isGiven(_ name: String) -> Bool { flags.contains(name) || values[name] != nil }

  /// The value of a positional argument; for a repeated one its first. Nil when it was left out.
  public func positional(_ name: String) -> String? {
    guard let index = command.positionals.firstIndex(where: { $0.name == name }) else {
      preconditionFailure("no positional <\(name)> in \(command.name)")
    }
    return positionals.indices.contains(index) ? positionals[index] : nil
  }

  /// Every value of a repeated positional argument.
  public func positionals(_ name: String) -> [String] {
    guard let index = command.positionals.firstIndex(where: { $0.name == name }) else {
      preconditionFailure("no positional <\(name)> in \(command.name)")
    }
    if command.positionals[index].isRepeated { return Array(positionals.dropFirst(index)) }
    return positionals.indices.contains(index) ? [positionals[index]] : []
  }

  private func declaration(_ name: String) -> Option {
    guard let found = command.option(name), found.kind != nil else {
      preconditionFailure("no option --\(name) in \(command.name)")
    }
    return found
  }
}
