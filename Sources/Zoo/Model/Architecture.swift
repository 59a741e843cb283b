import Settings
import Tensors
import Transformer

/// Whether an architecture reads a text from both sides or writes it from left to right.
public enum ArchitectureKind: String, Sendable, Codable {
  case encoder, decoder
}

/// A plugin: what makes one architecture itself. It composes parts of the shared core and holds no
/// mathematics of its own.
public protocol Architecture: Sendable {
  /// The name that descriptors use, such as `"bert"`.
  static var name: String { get }
  /// One line for `list`.
  var summary: String { get }
  /// Encoder or decoder.
  var kind: ArchitectureKind { get }
  /// Every setting of its descriptors, with defaults.
  var settings: [Setting] { get }
  /// The objective that it is trained with when a recipe names none.
  var defaultObjective: String { get }
  /// Where the method was published.
  var source: String { get }
  /// Builds a model from a resolved descriptor.
  ///
  /// - Throws: what the parts throw when they are made.
  func compose(_ descriptor: Resolved, in scope: Scope, of components: Components) throws -> any LanguageModel
}

extension Architecture {
  /// What `list`, validation and the reference page show.
  var declaration: ComponentDeclaration {
    ComponentDeclaration(
      family: "architecture", name: Self.name, summary: summary,
      settings: settings + [
        Setting(
          "tokenizer", .component("tokenizer"), default: .text("byte-bpe"), help: "how text becomes tokens")
      ], source: source, origin: "\(Self.self)")
  }
}
