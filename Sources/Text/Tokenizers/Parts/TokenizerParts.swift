import Settings

/// The parts of one kind that tokenizers may be made of, each with its maker.
public struct TokenizerFamily<Made, Source>: Sendable {
  /// Makes a part from what is known of it.
  public typealias Maker = @Sendable (_ source: Source) throws -> Made

  /// A part that is registered.
  public struct Entry: Sendable {
    /// Its name in files and descriptors.
    public let name: String
    /// What it does, in a line.
    public let summary: String
    /// Where the method was published; empty where it needs no source.
    public let source: String
    /// Who registered it.
    public let origin: String
    let make: Maker
  }

  /// The family's name, such as `"normaliser"`.
  public let name: String
  /// The parts, in the order of registration.
  public private(set) var entries: [Entry] = []

  init(_ name: String) { self.name = name }

  /// Registers a part.
  ///
  /// - Throws: `TextError` that names both origins when the name is taken.
  public mutating func add(
    _ part: String, summary: String, source: String = "", origin: String = "Text", make: @escaping Maker
  ) throws {
    if let known = entries.first(where: { $0.name == part }) {
      throw TextError(
        place: "\(name) \"\(part)\"", reason: "is registered twice, by \(known.origin) and by \(origin)",
        mend: "give one of them another name")
    }
    entries.append(Entry(name: part, summary: summary, source: source, origin: origin, make: make))
  }

  /// The part of that name, made from `source`.
  ///
  /// - Throws: `TextError` with the known names; what the maker throws.
  public func make(_ part: String, from source: Source) throws -> Made {
    guard let entry = entries.first(where: { $0.name == part }) else {
      let nearest = nearestName(to: part, among: entries.map(\.name)).map { "did you mean \"\($0)\"? " } ?? ""
      throw TextError(
        place: "\(name) \(part)", reason: "there is no such \(name)",
        mend: "\(nearest)take one of \(entries.map(\.name).joined(separator: ", "))")
    }
    return try entry.make(source)
  }
}

/// Everything that tokenizers are made of: a family for each kind of part, and the kinds of tokenizers that a descriptor
/// may name.
///
/// A value: a plugin adds to a copy that it is handed, and nothing is global.
public struct TokenizerParts: Sendable {
  public var normalisers = TokenizerFamily<any Normaliser, Node>("normaliser")
  public var preTokenizers = TokenizerFamily<any PreTokenizer, Node>("pre-tokenizer")
  public var models = TokenizerFamily<any TokenModel, Node>("token model")
  public var templates = TokenizerFamily<any Template, Node>("template")
  public var decoders = TokenizerFamily<any TokenDecoder, Node>("decoder")
  /// Tokenizers that are trained on a text, by the names that descriptors use.
  public var tokenizers = TokenizerFamily<any Tokenizer, TokenizerTraining>("tokenizer")

  /// The parts that come with the core.
  ///
  /// - Throws: `TextError` when two have one name.
  public static func standard() throws -> TokenizerParts {
    var parts = TokenizerParts()
    try parts.addNormalisers()
    try parts.addPreTokenizers()
    try parts.addModels()
    try parts.addTemplates()
    try parts.addDecoders()
    try parts.addTokenizers()
    return parts
  }
}
