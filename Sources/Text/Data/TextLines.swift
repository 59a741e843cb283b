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

extension TextLine {
  /// Checks that the line is one JSON object in which no field is there twice.
  ///
  /// - Throws: `TextError`.
  package func expectObject() throws {
    var text = text
    do { try text.withUTF8 { try JSONLine.check($0) } } catch let fault as JSONLine.Fault {
      throw TextError(place: place, reason: fault.reason, suggestion: fault.suggestion)
    }
  }
}

/// The one rule of what a line is: LF or CRLF ends it and nothing else does, so that U+2028, a form feed or a
/// carriage return alone are characters like others; a line end at the end of a text makes no further line.
package enum TextLines {
  /// The lines of a file, compressed or not, a pipe, or standard input for `-`; blank ones are lines, too.
  ///
  /// - Parameter skip: is handed the error of a line that is not UTF-8 or too long and throws it, or returns to leave the
  ///   line out.
  /// - Throws: `TextError` that tells a missing file from a folder; what `skip` throws.
  package static func read(_ path: String, skip: (TextError) throws -> Void = { throw $0 }) throws
    -> [TextLine]
  {
    try documents(path, DataReading(format: .text), skip: skip)
  }

  /// The texts of a file: of one with documents these, of any other its lines, without their line ends. Standard input
  /// has lines unless its format is given.
  ///
  /// - Parameters:
  ///   - path: a file, compressed or not, a pipe, or `-` for standard input.
  ///   - reading: how the file is divided into documents.
  ///   - skip: is handed the error of each that cannot be used and throws it, or returns to leave it out.
  /// - Throws: `TextError` that tells a missing file from a folder; what `skip` throws.
  package static func documents(
    _ path: String, _ reading: DataReading, skip: (TextError) throws -> Void = { throw $0 }
  ) throws -> [TextLine] {
    var reading = reading
    if path == InputFile.standardInput, reading.format == .auto { reading.format = .text }
    let input = try DocumentInput(path, reading, hidesMark: true, maxBytes: InputFile.maxBytes)
    if input.format == .text { try reading.expectNoField(of: input.place) }
    var texts: [TextLine] = []
    try input.forEach(skip: skip) { bytes, line in
      let content = input.format.hasDocuments ? 0..<bytes.count : lineContent(0..<bytes.count, in: bytes)
      texts.append(
        TextLine(String(decoding: bytes[content], as: UTF8.self), place: "\(input.place):\(line)"))
    }
    return texts
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

/// As many bytes are read before their pages are let go of: more than a portion, which is read again.
private let releasedBytes = 1 << 26

/// Visits the lines of a text, each with its line end.
func forEachLine(in text: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>) -> Void) {
  guard let base = text.baseAddress else { return }
  var (start, released) = (0, 0)
  while start < text.count {
    let found = memchr(base + start, Int32(UInt8(ascii: "\n")), text.count - start)
    let end = found.map { UnsafeRawPointer(base).distance(to: $0) + 1 } ?? text.count
    body(start..<end)
    start = end
    if start - released >= releasedBytes {
      MappedPages.release(UnsafeBufferPointer(rebasing: text[released..<start]))
      released = start
    }
  }
}
