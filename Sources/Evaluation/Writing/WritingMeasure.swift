import Foundation
import Statistics
import Text

/// What can be said of texts that a model wrote without reading them.
struct WritingMeasure {
  /// Sentences that have both their ends.
  let sentences: [String]

  /// Texts that begin where a sentence begins; what each breaks off in is left out.
  init(_ texts: [String]) {
    sentences = texts.flatMap { text in
      // What is behind the last line end is broken off; an end that is LF or CRLF makes no part of a sentence.
      text.utf8.lastIndex(of: UInt8(ascii: "\n")).map { end in
        TextLines.split(String(text[...end]), file: "").map(\.text).filter { !$0.isEmpty }
      } ?? []
    }
  }

  /// How many sentences a test accepts.
  func share(_ accepts: (String) -> Bool) -> Measured {
    .share(correct: sentences.count(where: accepts), of: sentences.count)
  }

  /// The fraction of different ones among all runs of `length` words within sentences; 0 where there are none.
  ///
  /// - Source: Li et al., "A diversity-promoting objective function for neural conversation models", 2016.
  func distinct(_ length: Int) -> Double {
    let runs = sentences.flatMap { sentence -> [[Substring]] in
      let words = sentence.split(separator: " ")
      return words.count < length
        ? [] : (0...words.count - length).map { Array(words[$0..<$0 + length]) }
    }
    return runs.isEmpty ? 0 : Double(Set(runs).count) / Double(runs.count)
  }
}
