import Foundation
import Settings

/// A line of a file, without its line end.
package struct TextLine: Sendable, Equatable {
  /// What is in it.
  package let text: String
  /// Where it is, `file:line`, for errors.
  package let place: String

  /// A line at a place.
  package init(_ text: String, place: String) {
    self.text = text
    self.place = place
  }

  /// Whether it has nothing but white space.
  package var isBlank: Bool { text.unicodeScalars.allSatisfy(\.properties.isWhitespace) }
}

/// The one rule of what a line is: LF or CRLF ends it and nothing else does, so that U+2028, a form feed or a
/// carriage return alone are characters like others; a line end at the end of a text makes no further line.
package enum TextLines {
  /// The lines of a file, a pipe, or standard input for `-`; blank ones are lines, too.
  ///
  /// - Throws: `TextError` that tells a missing file from a folder, and names the first byte that is not UTF-8.
  package static func read(_ path: String) throws -> [TextLine] {
    do { return split(try InputFile.text(path), file: InputFile.place(path)) } catch {
      throw TextError(place: error.place, reason: error.reason, suggestion: error.suggestion)
    }
  }

  /// The lines of a text.
  ///
  /// - Parameter file: the name for places.
  package static func split(_ text: String, file: String) -> [TextLine] {
    var text = text
    return text.withUTF8 { bytes in
      var lines: [TextLine] = []
      forEachLine(in: bytes) { line in
        let content = lineContent(line, in: bytes)
        lines.append(
          TextLine(String(decoding: bytes[content], as: UTF8.self), place: "\(file):\(lines.count + 1)"))
      }
      return lines
    }
  }

  /// The lines of bytes, each with its line end.
  package static func withEnds(_ bytes: UnsafeBufferPointer<UInt8>) -> [String] {
    var lines: [String] = []
    forEachLine(in: bytes) { lines.append(String(decoding: bytes[$0], as: UTF8.self)) }
    return lines
  }

  /// The lines of bytes that are not empty, without their line ends.
  package static func filled(_ bytes: UnsafeBufferPointer<UInt8>) -> [String] {
    var lines: [String] = []
    forEachFilledLine(in: bytes) { lines.append(String(decoding: bytes[$0], as: UTF8.self)) }
    return lines
  }
}

/// Visits the lines of a text that are not empty, each without its line end.
func forEachFilledLine(in text: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>) -> Void) {
  forEachLine(in: text) { line in
    let content = lineContent(line, in: text)
    if !content.isEmpty { body(content) }
  }
}

/// A line without its LF or CRLF.
private func lineContent(_ line: Range<Int>, in text: UnsafeBufferPointer<UInt8>) -> Range<Int> {
  var end = line.upperBound
  if end > line.lowerBound, text[end - 1] == UInt8(ascii: "\n") {
    end -= 1
    if end > line.lowerBound, text[end - 1] == UInt8(ascii: "\r") { end -= 1 }
  }
  return line.lowerBound..<end
}

/// Visits the lines of a text, each with its line end.
func forEachLine(in text: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>) -> Void) {
  guard let base = text.baseAddress else { return }
  var start = 0
  while start < text.count {
    let found = memchr(base + start, Int32(UInt8(ascii: "\n")), text.count - start)
    let end = found.map { UnsafeRawPointer(base).distance(to: $0) + 1 } ?? text.count
    body(start..<end)
    start = end
  }
}
