import Settings
import Tensors
import Transformer

/// Encoder, which reads a text from both sides, or decoder, which generates it from left to right.
public enum ArchitectureKind: String, Sendable, Codable {
  case encoder, decoder
}

/// An architecture composes components of the core or of plugins; it has no mathematics of its own.
public protocol Architecture: Sendable {
  /// The name that descriptors use, such as `"bert"`.
  static var name: String { get }
  /// One line for `list`.
  var summary: String { get }
  /// Encoder or decoder.
  var kind: ArchitectureKind { get }
  /// Every setting of its descriptors, with defaults.
  var keys: [any SettingKey] { get }
  /// The objective that it is trained with when a recipe names none.
  var defaultObjective: String { get }
  /// Where the method was published.
  var source: String { get }
  /// Builds a model from a resolved descriptor, of parts that the registry makes.
  ///
  /// - Throws: what the parts throw when they are made.
  func compose(_ descriptor: Resolved, in scope: Scope, from registry: Registry) throws
    -> any LanguageModel
}

extension Family where Member == any Architecture {
  /// Architectures.
  public static var architecture: Self { Self("architecture") }
}

/// The settings that every architecture has, whether or not it declares them.
public enum ArchitectureSettings {
  public static let tokenizer = Key.component(
    "tokenizer", of: .tokenizer, default: "byte-bpe", help: "the tokenizer")

  /// Those that an architecture has not declared.
  static func missing(in keys: [any SettingKey]) -> [any SettingKey] {
    let all: [any SettingKey] = [ModelSettings.vocabulary, ModelSettings.context, tokenizer]
    return all.filter { key in !keys.contains { $0.setting.name == key.setting.name } }
  }
}

extension Registry {
  /// Registers an architecture.
  ///
  /// - Throws: `SettingsError` that names both origins when the name is taken.
  public mutating func add<Plugin: Architecture>(_ architecture: Plugin, file: String = #fileID) throws {
    try add(
      Plugin.name, to: .architecture, summary: architecture.summary,
      keys: architecture.keys + ArchitectureSettings.missing(in: architecture.keys),
      source: architecture.source, file: file, architecture)
  }

  /// The architectures, by name.
  public var architectures: [(name: String, architecture: any Architecture)] {
    names(of: .architecture).sorted().compactMap { name in
      (try? architecture(name)).map { (name, $0) }
    }
  }

  /// The architecture of that name, which a resolved descriptor is sure to have.
  ///
  /// - Throws: `SettingsError` with the nearest name.
  public func architecture(_ name: String) throws -> any Architecture {
    try member(name, of: .architecture)
  }
}
