import Foundation
import TestSupport
import Testing
import Zoo

@testable import Inference

/// A token that positions are not counted for, as padding in RoBERTa.
@Suite struct UncountedTokenTests {
  @Test func standsBehindTheLengthsOnly() throws {
    for (ids, lengths) in [
      ([[5, 6, 7]], nil), ([[5, 6, 1], [5, 1, 1]], [2, 1]), ([[5, 6, 7], [5, 6, 1]], [3, 2]),
    ] as [([[Int32]], [Int]?)] {
      let input = TokenInput(ids: ids, lengths: lengths)
      try input.expectCounted(1, "m")
      try TokenInput(ids: [[1, 1]]).expectCounted(nil, "m")
    }
    func advice(_ ids: [[Int32]], _ lengths: [Int]? = nil) throws -> String {
      let input = TokenInput(ids: ids, lengths: lengths)
      return "\(try #require(#expect(throws: InferenceError.self) { try input.expectCounted(1, "m") }))"
    }
    // Lengths that are advised are accepted.
    let padded: [[Int32]] = [[5, 6, 7, 1], [5, 1, 1, 1]]
    #expect(try advice(padded).contains(#""lengths": [3, 1]"#))
    try TokenInput(ids: padded, lengths: [3, 1]).expectCounted(1, "m")
    #expect(try advice([[5, 6], [5, 1]], [2, 2]).contains(#""lengths": [2, 1]"#))
    for ids in [[[5, 1, 7]], [[1, 5]], [[1]]] as [[[Int32]]] {
      let said = try advice(ids)
      #expect(!said.contains("[") && said.contains("id 1"), "\(said)")
    }
  }

  /// It follows from the family, also where an earlier version recorded nothing.
  @Test func isThatOfTheFamily() throws {
    for (family, token) in [("roberta", 1), ("xlm-roberta", 1), ("camembert", 1), ("bert", nil)]
      as [(String, Int32?)]
    {
      let json = #"{"family": "\#(family)", "className": "C", "folder": "f", "endTokens": []}"#
      let record = try JSONDecoder().decode(ImportRecord.self, from: Data(json.utf8))
      #expect(record.uncountedToken == token, "\(family)")
    }
  }
}
