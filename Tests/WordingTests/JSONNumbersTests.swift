import Foundation
import Testing

@testable import Wording

/// Numbers that JSON lacks are written as words and read back.
@Suite struct JSONNumbersTests {
  @Test func numbersThatJSONLacksAreWords() throws {
    let values = [1.5, .infinity, -.infinity, .nan]
    let data = try JSONEncoder.withWordsForNumbers().encode(["b/": values, "a": []])
    #expect(String(decoding: data, as: UTF8.self) == #"{"a":[],"b/":[1.5,"infinity","-infinity","nan"]}"#)
    let read = try JSONDecoder.withWordsForNumbers().decode([String: [Double]].self, from: data)
    let numbers = try #require(read["b/"])
    #expect(Array(numbers.prefix(3)) == Array(values.prefix(3)) && numbers[3].isNaN)
    #expect(throws: DecodingError.self) {
      try JSONDecoder.withWordsForNumbers().decode([Double].self, from: Data(#"["many"]"#.utf8))
    }
  }
}
