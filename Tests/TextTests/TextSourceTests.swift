import Foundation
import TestSupport
import Testing

@testable import Text

/// Files as text.
@Suite struct TextSourceTests {
  private func message(_ paths: [String], share: Double = 0.1) -> String {
    do {
      _ = try TextSource.files(paths, heldOutShare: share)
      return ""
    } catch { return "\(error)" }
  }

  @Test func aFileIsSplitAtALineNearTheShare() throws {
    let folder = try TemporaryFolder()
    let text = TextSamples.sentences(1000)
    let source = try TextSource.files([folder.write("zoo.txt", text.utf8)])
    #expect(source.name == "zoo.txt")
    #expect(!source.startsAtLines)
    let (train, heldOut) = (source.withTrain(Array.init), source.withHeldOut(Array.init))
    #expect(train + heldOut == Array(text.utf8))
    #expect(train.last == 10)
    #expect(abs(Double(heldOut.count) / Double(text.utf8.count) - 0.1) < 0.01)
    #expect(source.trainBytes == train.count && source.heldOutBytes == heldOut.count)
  }

  @Test func withoutLinesTheCutIsBetweenCharacters() throws {
    let folder = try TemporaryFolder()
    for length in 1..<60 {
      let text = String(repeating: "😀", count: length)
      let source = try TextSource.files([folder.write("x.txt", text.utf8)], heldOutShare: 0.37)
      #expect(source.trainBytes % 4 == 0)
      #expect(source.trainBytes + source.heldOutBytes == 4 * length)
      #expect(source.heldOutBytes > 0)
    }
  }

  @Test func severalFilesAreOneText() throws {
    let folder = try TemporaryFolder()
    let first = try folder.write("b/one.txt", "one".utf8)
    _ = try folder.write("b/two.md", "two\n".utf8)
    _ = try folder.write("b/deep/a.TXT", "deep".utf8)
    _ = try folder.write("b/.hidden/a.txt", "hidden".utf8)
    _ = try folder.write("b/picture.png", [0xFF])
    let source = try TextSource.files([folder.path + "/b", first], heldOutShare: 0)
    #expect(source.withTrain { String(decoding: $0, as: UTF8.self) } == "deep\none\ntwo\none\n")
    #expect(source.name == "a.TXT and 3 more")
    #expect(source.heldOutBytes == 0)
    // The fingerprint is that of the bytes, however they came.
    let same = TextSource(
      name: "same", train: Array("deep\none\n".utf8), heldOut: Array("two\none\n".utf8), startsAtLines: true)
    #expect(source.fingerprint == same.fingerprint)
    #expect(source.fingerprint.count == 64)
  }

  @Test func theFingerprintIsSHA256() {
    let source = TextSource(
      name: "abc", train: Array("ab".utf8), heldOut: Array("c".utf8), startsAtLines: false)
    #expect(source.fingerprint == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }

  @Test func aBadByteIsNamedByItsPlace() throws {
    let folder = try TemporaryFolder()
    // Across the borders of the portions in which files are checked.
    for place in [0, 1, 7, 8, 1000, 1 << 20 - 1, 1 << 20, 1 << 20 + 1, 3 << 20] {
      var bytes = Array(String(repeating: "漢", count: place / 3 + 4).utf8)
      let start = place / 3 * 3
      bytes[start] = 0xFF
      let path = try folder.write("bad.txt", bytes)
      #expect(message([path]).hasPrefix("\(path): byte \(start) (0xFF)"))
      #expect(message([path]).hasSuffix("iconv -f latin1 -t utf-8"))
      let good = try folder.write("good.txt", "good\n".utf8)
      #expect(message([good, path]).hasPrefix("\(path): byte \(start) (0xFF)"))
    }
  }

  @Test func everyMalformedSequenceIsFound() {
    let malformed: [[UInt8]] = [
      [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80], [0xF0, 0x8F, 0xBF, 0xBF],
      [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98],
      [0xE2, 0x28, 0xA1], [0xFE],
    ]
    for sequence in malformed {
      let text = Array("abc é ".utf8) + sequence
      #expect(text.withUnsafeBufferPointer { firstInvalidByte(in: $0) } == 7, "\(sequence)")
      #expect((text + [0x61]).withUnsafeBufferPointer { firstInvalidByte(in: $0) } == 7, "\(sequence)")
    }
    #expect(Array(TextSamples.difficult.utf8).withUnsafeBufferPointer { firstInvalidByte(in: $0) } == nil)
    // Against the standard library, on bytes of which many are nearly well formed.
    for seed in 0..<3000 as Range<UInt64> {
      var bytes = Array("aé漢😀".utf8)
      var generator = KeyedGenerator(seed: seed, name: "damage", epoch: 0)
      bytes[generator.next(below: bytes.count)] = UInt8(generator.next(below: 256))
      let isValid = bytes.withUnsafeBufferPointer { firstInvalidByte(in: $0) } == nil
      #expect(isValid == (String(validating: bytes, as: UTF8.self) != nil), "seed \(seed)")
    }
  }

  @Test func bytesThatAreTextButStrangeAreTaken() throws {
    let folder = try TemporaryFolder()
    let bytes = Array(("\u{FEFF}\0\r\n" + TextSamples.difficult).utf8)
    let source = try TextSource.files([folder.write("strange", bytes)], heldOutShare: 0)
    #expect(source.withTrain(Array.init) == bytes)
  }

  @Test func whatCannotBeReadIsNamed() throws {
    let folder = try TemporaryFolder()
    let empty = try folder.write("empty.txt", [])
    let picture = try folder.write("pictures/a.png", [1])
    #expect(message([empty]).hasPrefix("\(empty): "))
    #expect(message([folder.path + "/none"]).hasPrefix("\(folder.path)/none: "))
    let near = (empty as NSString).deletingLastPathComponent + "/emtpy.txt"
    #expect(message([near]).hasPrefix("\(near): ") && message([near]).hasSuffix(" \(empty)?"))
    let pictures = (picture as NSString).deletingLastPathComponent
    #expect(
      message([pictures]).hasPrefix("\(pictures): ")
        && message([pictures]).contains(".md, .ndjson, .text, .tsv, .txt"))
    #expect(message([]).hasPrefix("text: "))
    #expect(message(["/dev/null"]).hasPrefix("/dev/null: is not a regular file"))
    let good = try folder.write("good.txt", "x".utf8)
    #expect(facts(message([good], share: 1)) == "1.0 0 1")
    #expect(message([good], share: .nan).hasPrefix("held-out share"))
    #expect(message([good, empty]).hasPrefix("\(empty): "))
  }

  @Test func sharedLinesAreCountedByOccurrence() {
    func shared(_ train: String, _ heldOut: String) -> [Int] {
      let source = TextSource(
        name: "", train: Array(train.utf8), heldOut: Array(heldOut.utf8), startsAtLines: true)
      let (shared, total) = source.sharedLines()
      return [shared, total]
    }
    #expect(shared("a\nb\n\nb\n", "b\nb\n\nc\na") == [3, 4])
    #expect(shared("ab\n", "a\nb\n") == [0, 2])
    #expect(shared("", "") == [0, 0])
    // CRLF ends a line as LF does; a carriage return alone is a character.
    #expect(shared("a\r\nb\r\n\r\n", "a\n\nb\n\r\n") == [2, 2])
    #expect(shared("a\rb\n", "a\nb\n") == [0, 2])
    #expect(shared("e\u{301}\n", "\u{E9}\n") == [0, 1])
  }
}
