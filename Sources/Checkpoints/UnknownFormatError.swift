import Foundation

/// A JSON file whose `format` number is not one that this program reads.
package struct UnknownFormatError: Error, CustomStringConvertible, Equatable {
  /// The number in the file.
  package let found: Int
  /// The numbers that this program reads.
  package let readable: ClosedRange<Int>

  package var description: String {
    let numbers =
      readable.count == 1
      ? "format \(readable.lowerBound)" : "formats \(readable.lowerBound) to \(readable.upperBound)"
    return "the file has format \(found), and this program reads \(numbers)"
  }

  /// Reads only the number, before anything that a later format may have changed.
  ///
  /// - Parameters:
  ///   - data: a JSON object.
  ///   - readable: the numbers that this program reads.
  ///   - missing: what a file without a number has.
  /// - Throws: `UnknownFormatError`; `DecodingError` where the data is no object or `format` is no integer.
  package static func check(_ data: Data, readable: ClosedRange<Int>, missing: Int) throws {
    struct Header: Decodable {
      var format: Int?
    }
    let found = try JSONDecoder().decode(Header.self, from: data).format ?? missing
    guard readable.contains(found) else { throw UnknownFormatError(found: found, readable: readable) }
  }
}
