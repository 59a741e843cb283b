import Testing

@testable import Text

/// The part of the training text that settings are chosen on.
@Suite struct TuningTextTests {
  private func bytes(_ source: TextSource) -> (train: [UInt8], heldOut: [UInt8]) {
    (source.withTrain { Array($0) }, source.withHeldOut { Array($0) })
  }

  @Test(arguments: [false, true])
  func theTrainingPartIsDividedAndNothingElseIsSeen(startsAtLines: Bool) throws {
    let lines = (0..<400).map { "line \($0) of a text, long as it is\n" }
    let (train, heldOut) = (lines[..<350].joined(), lines[350...].joined())
    let whole = TextSource(
      name: "lines", train: Array(train.utf8), heldOut: Array(heldOut.utf8), startsAtLines: startsAtLines)
    let before = bytes(whole)
    let part = try whole.forTuning(share: 0.1)
    let (own, tuned) = bytes(part)
    #expect(own + tuned == Array(train.utf8))
    #expect(abs(Double(tuned.count) / Double(own.count + tuned.count) - 0.1) < 0.01)
    #expect(own.last == UInt8(ascii: "\n"))
    #expect(part.startsAtLines == startsAtLines)
    #expect(part.trainBytes == own.count && part.heldOutBytes == tuned.count)
    // No line of the one is in the other, and none that is held out in either.
    #expect(part.sharedLines() == (0, tuned.count { $0 == UInt8(ascii: "\n") }))
    #expect(!String(decoding: own + tuned, as: UTF8.self).contains("line 350 "))
    // It is known by what it holds, and the whole is as it was.
    #expect(
      part.fingerprint
        == TextSource(name: "", train: own, heldOut: tuned, startsAtLines: startsAtLines).fingerprint)
    #expect(part.fingerprint != whole.fingerprint)
    #expect(bytes(whole) == before)
    // A part of the part is one of its training text.
    let smaller = bytes(try part.forTuning(share: 0.5))
    #expect(smaller.train + smaller.heldOut == own)
  }

  /// Where windows begin at lines, so does the part, however long they are.
  @Test func longLinesAreNotCut() throws {
    let lines = (0..<20).map { "\($0)" + String(repeating: "x", count: 1000) + "\n" }
    let text = Array(lines.joined().utf8)
    func tuned(_ startsAtLines: Bool) throws -> Int {
      try TextSource(name: "", train: text, heldOut: text, startsAtLines: startsAtLines).forTuning(
        share: 0.17
      )
      .heldOutBytes
    }
    #expect(try tuned(true) == lines[17...].joined().utf8.count)
    #expect(try tuned(false) > lines[17...].joined().utf8.count)
  }

  @Test func aShareThatIsNoneIsRefused() {
    let source = TextSource(name: "", train: [10], heldOut: [10], startsAtLines: false)
    for share in [-0.1, 1] {
      let error = #expect(throws: TextError.self) { try source.forTuning(share: share) }
      #expect(error.map { "\($0)".contains("tuning share") } == true)
    }
  }
}
