/// The bytes that a token stands for inside a text, by what the decoder does to one token.
struct TokenContents: Sendable {
  private enum Step: Sendable {
    case byteLevel, byteFallback
    case metaspace(UInt32)
    case replace(ReplaceDecoder)
    case wordPiece(prefix: [UInt8])
    case suffix([UInt8])
  }

  private let steps: [Step]

  init(decoders: [any DecoderPart]?) {
    steps = (decoders ?? []).compactMap { part in
      switch part {
      case is ByteLevelDecoder: .byteLevel
      case is ByteFallback: .byteFallback
      case let part as Metaspace: .metaspace(part.replacement)
      case let part as ReplaceDecoder: .replace(part)
      case let part as WordPieceDecoder: .wordPiece(prefix: part.prefix)
      case let part as BPEDecoder: .suffix(part.suffix)
      default: nil
      }
    }
  }

  func bytes(of form: [UInt8]) -> [UInt8] {
    steps.reduce(form) { form, step in
      switch step {
      case .byteLevel: return ByteCharacters.bytes(of: scalars(of: form)) ?? form
      case .byteFallback: return fallbackByte(form).map { [$0] } ?? form
      case .metaspace(let replacement):
        var bytes: [UInt8] = []
        for value in scalars(of: form) { appendUTF8(value == replacement ? 0x20 : value, to: &bytes) }
        return bytes
      case .replace(let part): return part.decode([form]).first ?? form
      case .wordPiece(let prefix):
        return form.starts(with: prefix) && !prefix.isEmpty
          ? Array(form.dropFirst(prefix.count)) : [0x20] + form
      case .suffix(let suffix): return replacing(suffix, by: [0x20], in: form)
      }
    }
  }
}
