import Foundation
import Settings

/// Tokenizers as JSON, to be in checkpoints and files. Equal tokenizers give equal bytes.
///
/// Version 1 is a kind of this program with its standard special tokens, and still what is written for one; version 2
/// names the special tokens with their roles, and the parts; version 3 holds the content of a `SavedTokenizer`.
package enum TokenizerFile {
  /// The newest layout that this program reads.
  package static let version = 3
  /// The layout of a pipeline of parts.
  static let pipelineVersion = 2
  static let format = "transformer-zoo tokenizer"
  private static let place = "saved tokenizer"
  /// The largest file: a million tokens, the maximum of a descriptor, are smaller.
  private static let maxBytes = 64 << 20

  /// The most merges, characters or pieces: as many as there are code points.
  static let maxParts = 0x110000

  private struct Header: Decodable {
    var format: String
    var version: Int
  }

  /// A tokenizer as JSON.
  ///
  /// - Throws: `TextError` for a tokenizer that is neither a `TokenizerPipeline` nor a `SavedTokenizer`.
  package static func encode(_ tokenizer: any Tokenizer) throws -> Data {
    if let tokenizer = tokenizer as? any SavedTokenizer { return SavedTokenizerFile.encode(tokenizer) }
    guard let tokenizer = tokenizer as? TokenizerPipeline else {
      throw TextError(
        place: "tokenizer \(tokenizer.kind)", reason: "this kind cannot be saved",
        suggestion:
          "make it a TokenizerPipeline, or use one of \(TokenizerTrainer.kinds.joined(separator: ", "))")
    }
    if let kind = StandardTokenizerContent(tokenizer) { return try kind.data() }
    return Data(tokenizer.content.json().utf8)
  }

  /// The tokenizer that was saved; it gives the same ids.
  ///
  /// - Parameter registry: holds the parts that it may be made of; nil: those that come with the core.
  /// - Throws: `TextError` that says what is damaged or not known.
  package static func decode(_ data: Data, registry: Registry? = nil) throws -> any Tokenizer {
    guard data.count <= maxBytes else {
      throw damaged("has \(data.count) bytes, and no tokenizer has more than \(maxBytes)")
    }
    let saved = SavedTokenizerFile.split(data)
    let header = try read(Header.self, from: saved?.header ?? data)
    guard header.format == format else {
      throw damaged("has the format \"\(header.format)\", not \"\(format)\"")
    }
    switch header.version {
    case StandardTokenizerContent.version:
      return try read(StandardTokenizerContent.self, from: data).tokenizer()
    case version:
      guard let saved else { throw damaged("has no content") }
      return try SavedTokenizerFile.decode(saved, of: try registry ?? .text())
    case pipelineVersion:
      guard let content = try? Node.parse(String(decoding: data, as: UTF8.self), file: place) else {
        throw damaged("is not the JSON of a tokenizer (it cannot be read as JSON)")
      }
      return try TokenizerPipeline(content, of: try registry ?? .text())
    default:
      throw TextError(
        place: place, reason: "has version \(header.version), and this program reads 1 to \(version)",
        suggestion: "read it with the program that wrote it")
    }
  }

  static func read<Content: Decodable>(_ type: Content.Type, from data: Data) throws -> Content {
    do { return try JSONDecoder().decode(type, from: data) } catch {
      throw damaged("is not the JSON of a tokenizer (\(summary(of: error)))")
    }
  }

  static func damaged(_ reason: String) -> TextError {
    TextError(place: place, reason: reason, suggestion: "it is damaged: take another copy or train it again")
  }

  /// A part that is not registered: it is a plugin's.
  static func missing(_ family: String, _ name: String, _ known: [String]) -> TextError {
    TextError(
      place: place, reason: "has the unknown \(family) \"\(name)\"",
      suggestion:
        "load the plugin that has it with --plugin FILE (known without it: \(known.joined(separator: ", ")))",
      isForMissingPart: true)
  }

  static func unknown(_ what: String, _ known: [String]) -> TextError {
    TextError(
      place: place, reason: "has the unknown \(what)",
      suggestion: "this program knows \(known.joined(separator: ", "))")
  }

  private static func summary(of error: any Error) -> String {
    func path(_ context: DecodingError.Context) -> String {
      context.codingPath.map(\.stringValue).joined(separator: ".")
    }
    return switch error {
    case DecodingError.keyNotFound(let key, _): "no \"\(key.stringValue)\""
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      context.codingPath.isEmpty ? "no object" : "\"\(path(context))\" has the wrong type"
    case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
      "\"\(path(context))\" has a wrong value"
    default: "it cannot be read as JSON"
    }
  }
}
