/// The words of Swift source that a reader of the program or of its documentation sees.
package enum SwiftProse {
  /// The comments and string literals of `source`, without their marks; code, that of interpolations included, is
  /// left out.
  package static func text(of source: String) -> String {
    var reader = Reader(bytes: Array(source.utf8))
    reader.code(closing: nil)
    return String(decoding: reader.prose, as: UTF8.self)
  }

  private struct Reader {
    let bytes: [UInt8]
    var place = 0
    var prose: [UInt8] = []

    func has(_ text: StaticString) -> Bool {
      let count = text.utf8CodeUnitCount
      guard place + count <= bytes.count else { return false }
      return (0..<count).allSatisfy { bytes[place + $0] == text.utf8Start[$0] }
    }

    /// Reads code to its end, or to the parenthesis that closes an interpolation.
    mutating func code(closing: UInt8?) {
      var depth = 0
      while place < bytes.count {
        if has("//") {
          comment()
          continue
        }
        switch bytes[place] {
        case UInt8(ascii: "\""): string(pounds: 0)
        case UInt8(ascii: "#"):
          let start = place
          while place < bytes.count, bytes[place] == UInt8(ascii: "#") { place += 1 }
          if place < bytes.count, bytes[place] == UInt8(ascii: "\"") { string(pounds: place - start) }
        case UInt8(ascii: "("):
          depth += 1
          place += 1
        case UInt8(ascii: ")"):
          if depth == 0, closing != nil { return }
          depth -= 1
          place += 1
        default: place += 1
        }
      }
    }

    mutating func comment() {
      while place < bytes.count, bytes[place] == UInt8(ascii: "/") { place += 1 }
      while place < bytes.count, bytes[place] != UInt8(ascii: "\n") { take() }
      prose.append(UInt8(ascii: "\n"))
    }

    mutating func string(pounds: Int) {
      let quotes = has("\"\"\"") ? 3 : 1
      place += quotes
      while place < bytes.count {
        if bytes[place] == UInt8(ascii: "\\"), follows(pounds, after: 1) {
          place += 1 + pounds
          guard place < bytes.count else { return }
          switch bytes[place] {
          case UInt8(ascii: "("):
            place += 1
            prose += Array(" … ".utf8)
            code(closing: UInt8(ascii: ")"))
            place += 1
          case UInt8(ascii: "\n"), UInt8(ascii: "n"), UInt8(ascii: "t"):
            prose.append(UInt8(ascii: " "))
            place += 1
          default: take()
          }
        } else if isEnd(quotes), follows(pounds, after: quotes) {
          place += quotes + pounds
          prose.append(UInt8(ascii: "\n"))
          return
        } else {
          take()
        }
      }
    }

    func isEnd(_ quotes: Int) -> Bool {
      quotes == 3 ? has("\"\"\"") : bytes[place] == UInt8(ascii: "\"")
    }

    /// Whether `count` number signs follow the byte `offset` from here.
    func follows(_ count: Int, after offset: Int) -> Bool {
      (0..<count).allSatisfy {
        let index = place + offset + $0
        return index < bytes.count && bytes[index] == UInt8(ascii: "#")
      }
    }

    mutating func take() {
      prose.append(bytes[place])
      place += 1
    }
  }
}
