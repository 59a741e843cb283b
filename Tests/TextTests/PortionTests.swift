import Foundation
import Testing

@testable import Text

/// A text of any size is tokenized in portions, and kept in a scratch file: both must not show.
@Suite struct PortionTests {
  @Test(arguments: TokenizerTrainer.kinds, [false, true])
  func portionsHaveTheTokensOfTheWhole(kind: String, startsAtLines: Bool) throws {
    let text =
      TextSamples.sentences(200) + "\n\n  indented\nline end \nnext\n\n\nthree\r\nfour\n"
      + TextSamples.difficult + TextSamples.sentences(50, seed: 2)
    let tokenizer = try TextSamples.tokenizer(kind, vocabulary: 400, on: text)
    try Array(text.utf8).withUnsafeBufferPointer { bytes in
      let whole = try TokenizedText(
        bytes, tokenizer: tokenizer, startsAtLines: startsAtLines, portionSize: 1 << 30)
      for size in [1, 7, 100, 1000] {
        #expect(TextPortions.cut(bytes, size: size).count > 3)
        let parts = try TokenizedText(
          bytes, tokenizer: tokenizer, startsAtLines: startsAtLines, portionSize: size, worthwhile: 1000)
        #expect(Array(parts.ids) == Array(whole.ids), "portions of \(size)")
        #expect(parts.starts == whole.starts)
        #expect(parts.unknowns == whole.unknowns)
      }
      if !startsAtLines { #expect(Array(whole.ids) == tokenizer.encode(bytes)) }
    }
  }

  @Test func portionsCoverTheTextAndEndBeforeLetters() {
    let text = Array("a\nb\n\nc \nd\n1\ne".utf8)
    text.withUnsafeBufferPointer { bytes in
      // After "b" stands an empty line, after "c" a space, and "1" is no letter.
      #expect(TextPortions.cut(bytes, size: 1) == [0..<2, 2..<12, 12..<13])
      #expect(TextPortions.cut(bytes, size: 3) == [0..<12, 12..<13])
    }
    [UInt8]().withUnsafeBufferPointer { #expect(TextPortions.cut($0).isEmpty) }
  }

  @Test func aScratchFileHoldsWhatWasAppended() throws {
    let scratch = try ScratchFile()
    for part in [[1, 2, 3], [], [4]] as [[UInt8]] { try part.withUnsafeBytes { try scratch.append($0) } }
    let store = try scratch.mapped()
    #expect(Array(store.bytes) == [1, 2, 3, 4])
  }

  @Test func tokensThatFillTheDiskAreAnError() throws {
    let scratch = try ScratchFile()
    // No address at which the kernel could read: what a failing write reports, without filling a disk.
    let nowhere = UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: 8), count: 4)
    let error = #expect(throws: TextError.self) { try scratch.append(nowhere) }
    #expect("\(try #require(error))".contains("TMPDIR"))
  }
}
