import Foundation

/// JSON whose numbers may be NaN or infinite, which JSON itself lacks: they are written as the words `nan`, `infinity`
/// and `-infinity`.
extension JSONEncoder {
  /// An encoder with sorted keys and without escaped slashes.
  package static func withWordsForNumbers(_ formatting: OutputFormatting = []) -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = formatting.union([.sortedKeys, .withoutEscapingSlashes])
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "infinity", negativeInfinity: "-infinity", nan: "nan")
    return encoder
  }
}

extension JSONDecoder {
  /// A decoder of what that encoder writes.
  package static func withWordsForNumbers() -> JSONDecoder {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "infinity", negativeInfinity: "-infinity", nan: "nan")
    return decoder
  }
}
