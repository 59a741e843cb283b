import CZlib
import Foundation

/// A small image in the attention colours, written as PNG: one byte a pixel.
///
/// - Source: Portable Network Graphics, W3C Recommendation (second edition) 2003; zlib format RFC 1950,
///   stored blocks RFC 1951 section 3.2.4.
package struct PixelImage {
  /// Palette index of a pixel that lets the background through.
  package static let clear: UInt8 = 0

  package let width: Int
  package let height: Int
  /// Palette indices, row by row.
  package var pixels: [UInt8]

  /// An image without any visible pixel.
  package init(width: Int, height: Int) {
    self.width = max(1, width)
    self.height = max(1, height)
    pixels = [UInt8](repeating: Self.clear, count: self.width * self.height)
  }

  /// Sets a pixel to a code of the colour scale. Code 0 takes the place of code 1, whose colour is the
  /// same to the eye, so that index 0 is free for clear pixels.
  package mutating func set(_ x: Int, _ y: Int, code: UInt8) { pixels[y * width + x] = max(1, code) }

  /// The image with every pixel as a square of `factor` × `factor`.
  package func enlarged(by factor: Int) -> PixelImage {
    var result = PixelImage(width: width * factor, height: height * factor)
    for y in 0..<result.height {
      for x in 0..<result.width {
        result.pixels[y * result.width + x] = pixels[y / factor * width + x / factor]
      }
    }
    return result
  }

  /// The image as an address that holds its own data.
  package var address: String { "data:image/png;base64," + file(of: compressed).base64EncodedString() }

  /// The same with every pixel as a square of many, so that a program that smooths images leaves them sharp.
  package var sharpAddress: String {
    let large = enlarged(by: max(1, 800 / max(width, height)))
    return "data:image/png;base64," + large.file(of: large.compressed).base64EncodedString()
  }

  /// The image as a PNG file.
  package var png: Data { file(of: stored) }

  private func file(of content: [UInt8]) -> Data {
    var file = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    // 8 bits a pixel, colour type 3 (palette), no interlacing.
    append("IHDR", Self.bytes(UInt32(width)) + Self.bytes(UInt32(height)) + [8, 3, 0, 0, 0], to: &file)
    var palette: [UInt8] = []
    for code in 0...255 {
      let (red, green, blue) = ColourScale.colour(of: UInt8(code))
      palette += [red, green, blue]
    }
    append("PLTE", palette, to: &file)
    append("tRNS", [0], to: &file)
    append("IDAT", content, to: &file)
    append("IEND", [], to: &file)
    return file
  }

  /// Rows with their filter byte (0, none).
  private var raw: [UInt8] {
    var raw: [UInt8] = []
    raw.reserveCapacity((width + 1) * height)
    for row in 0..<height {
      raw.append(0)
      raw += pixels[row * width..<(row + 1) * width]
    }
    return raw
  }

  /// The rows, compressed; in stored blocks where zlib finds no memory.
  private var compressed: [UInt8] { Deflated.bytes(raw) ?? stored }

  /// The rows in stored blocks.
  private var stored: [UInt8] {
    let raw = self.raw
    var result: [UInt8] = [0x78, 0x01]
    var start = 0
    while start < raw.count {
      let end = min(start + 65_535, raw.count)
      let length = UInt16(end - start)
      result.append(end == raw.count ? 1 : 0)
      result += [UInt8(length & 255), UInt8(length >> 8), UInt8(~length & 255), UInt8(~length >> 8)]
      result += raw[start..<end]
      start = end
    }
    let sum = raw.withUnsafeBufferPointer { adler32_z(1, $0.baseAddress, $0.count) }
    return result + Self.bytes(UInt32(sum))
  }

  private func append(_ name: String, _ content: [UInt8], to file: inout Data) {
    let body = Array(name.utf8) + content
    file.append(contentsOf: Self.bytes(UInt32(content.count)))
    file.append(contentsOf: body)
    file.append(contentsOf: Self.bytes(Self.checksum(body)))
  }

  private static func bytes(_ value: UInt32) -> [UInt8] {
    [UInt8(value >> 24), UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255)]
  }

  /// The checksum of a PNG chunk (CRC-32).
  package static func checksum(_ bytes: [UInt8]) -> UInt32 {
    UInt32(bytes.withUnsafeBufferPointer { crc32_z(0, $0.baseAddress, $0.count) })
  }
}
