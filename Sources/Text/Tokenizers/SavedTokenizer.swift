import Foundation
import Settings

/// A tokenizer that is no pipeline of registered parts and has a file of its own, which checkpoints then hold.
public protocol SavedTokenizer: Tokenizer {
  /// What a file keeps of it: JSON of one value. The reader that is registered under its `kind` makes an equal one of it.
  var savedContent: Data { get }
}

/// Makes a tokenizer of the content that it was saved as.
public typealias SavedTokenizerReader = @Sendable (_ content: Data) throws -> any Tokenizer

extension Family where Member == SavedTokenizerReader {
  /// Readers of tokenizers that save themselves, by their kinds.
  public static var savedTokenizer: Self { Self("saved tokenizer") }
}

/// Version 3 of the layout: a short header, then the content. The content may have many megabytes, so the header is read
/// without it.
enum SavedTokenizerFile {
  private static let marker = Data("\"content\":".utf8)
  /// The header is within so many bytes.
  private static let maxHeader = 4096

  private struct Header: Decodable {
    var kind: String
  }

  static func encode(_ tokenizer: any SavedTokenizer) -> Data {
    let header = Node(
      .object([
        Node.Member("format", Node(.text(TokenizerFile.format))),
        Node.Member("version", Node(.integer(TokenizerFile.version))),
        Node.Member("kind", Node(.text(tokenizer.kind))),
      ]))
    return Data(header.json().dropLast().utf8) + Data(",".utf8) + marker + tokenizer.savedContent
      + Data("}".utf8)
  }

  /// The header as JSON, and the content; nil for a file that has no content.
  static func split(_ data: Data) -> (header: Data, content: Data)? {
    guard data.last == UInt8(ascii: "}"), let found = data.prefix(maxHeader).range(of: marker) else {
      return nil
    }
    let header = data[..<found.lowerBound].dropLast() + Data("}".utf8)
    return (Data(header), Data(data[found.upperBound...].dropLast()))
  }

  static func decode(_ file: (header: Data, content: Data), of registry: Registry) throws -> any Tokenizer {
    let kind = try TokenizerFile.read(Header.self, from: file.header).kind
    let known = registry.names(of: .savedTokenizer)
    guard known.contains(kind) else { throw TokenizerFile.missing(Family.savedTokenizer.name, kind, known) }
    return try registry.member(kind, of: .savedTokenizer)(file.content)
  }
}
