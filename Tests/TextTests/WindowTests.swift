import TestSupport
import Testing

@testable import Text

/// Windows: what is cut, and in which order it is dealt out.
@Suite struct WindowTests {
  static let lines = [3, 7, 1, 12, 5, 5, 20, 2]

  private func windows(_ sampler: WindowSampler, batches: Range<Int>, size: Int) -> [[Int32]] {
    batches.flatMap { index in
      let batch = sampler.batch(index, size: size)
      return (0..<size).map { Array(batch.ids[$0 * batch.length..<($0 + 1) * batch.length]) }
    }
  }

  @Test(arguments: [1, 2, 7, 64], [65, 130, 1000, 1009])
  func contiguousWindowsCoverTheTextOnceAnEpoch(length: Int, count: Int) throws {
    let sampler = try WindowSampler(TextSamples.numbers(count), length: length, seed: 3, name: "text")
    let perEpoch = sampler.windowsPerEpoch
    var offsets: Set<Int> = []
    for epoch in 0..<8 {
      let dealt = windows(sampler, batches: epoch * perEpoch..<(epoch + 1) * perEpoch, size: 1)
      let sorted = dealt.sorted { $0[0] < $1[0] }
      // In a row without gap or overlap, and less than two windows are missing at the ends.
      #expect(sorted.flatMap { $0 } == (sorted[0][0]..<sorted[0][0] + Int32(perEpoch * length)).map { $0 })
      #expect(perEpoch * length > count - 2 * length - 1)
      offsets.insert(Int(sorted[0][0]))
      if perEpoch > 6 { #expect(dealt != sorted) }
    }
    #expect(offsets.allSatisfy { $0 < length })
    if length > 2, count > 2 * length { #expect(offsets.count > 1) }
  }

  @Test(arguments: [4, 16, 50], [400, 5000])
  func windowsAtLinesBeginThereAndDoNotOverlap(length: Int, count: Int) throws {
    let text = TextSamples.numbers(count, lineLengths: Self.lines)
    let starts = Set(try #require(text.starts).map { Int32($0) })
    let sampler = try WindowSampler(text, length: length, seed: 5, name: "text")
    let perEpoch = sampler.windowsPerEpoch
    let fitting = try WindowSampler.frozen(text, length: length).count
    // One window in 32 is given up, and one at the end.
    #expect(perEpoch >= fitting - fitting / 32 - 1 && perEpoch <= fitting)
    var cuts: Set<[Int32]> = []
    for epoch in 0..<5 {
      let dealt = windows(sampler, batches: epoch * perEpoch..<(epoch + 1) * perEpoch, size: 1)
      let sorted = dealt.sorted { $0[0] < $1[0] }
      #expect(sorted.allSatisfy { starts.contains($0[0]) })
      for (first, second) in zip(sorted, sorted.dropFirst()) {
        #expect(second[0] >= first[0] + Int32(length))
      }
      cuts.insert(sorted.map { $0[0] })
    }
    #expect(cuts.count > 1)
  }

  @Test(arguments: [nil, lines] as [[Int]?])
  func contentIsTheSameWithLookAheadAndWithout(lineLengths: [Int]?) throws {
    for count in [17, 18, 33, 34, 500] {
      let text = TextSamples.numbers(count, lineLengths: lineLengths)
      let without = try WindowSampler(text, length: 16, seed: 1, name: "text")
      let with = try WindowSampler(text, length: 16, lookAhead: 1, seed: 1, name: "text")
      #expect(without.windowsPerEpoch == with.windowsPerEpoch)
      for index in 0..<30 {
        let (short, long) = (without.batch(index, size: 3), with.batch(index, size: 3))
        #expect((short.length, long.length) == (16, 17))
        for row in 0..<3 {
          let window = Array(long.ids[row * 17..<(row + 1) * 17])
          #expect(Array(window.prefix(16)) == Array(short.ids[row * 16..<(row + 1) * 16]))
          #expect(window[16] == window[15] + 1)
        }
      }
      let frozen = try WindowSampler.frozen(text, length: 16)
      let longer = try WindowSampler.frozen(text, length: 16, lookAhead: 1)
      #expect(longer.map { Array($0.prefix(16)) } == frozen)
    }
  }

  @Test func aBatchDependsOnSeedNameAndIndexOnly() throws {
    let text = TextSamples.numbers(1000)
    func sampler(_ seed: UInt64, _ name: String) throws -> WindowSampler {
      try WindowSampler(text, length: 10, seed: seed, name: name)
    }
    let first = try sampler(1, "a")
    let forwards = (0..<60).map { first.batch($0, size: 8) }
    let backwards = try (0..<60).reversed().map { try sampler(1, "a").batch($0, size: 8) }
    #expect(forwards == backwards.reversed())
    #expect(try sampler(2, "a").batch(0, size: 8) != forwards[0])
    #expect(try sampler(1, "b").batch(0, size: 8) != forwards[0])
  }

  @Test func theLastIncompleteBatchIsLeftOut() throws {
    let sampler = try WindowSampler(TextSamples.numbers(120), length: 10, seed: 1, name: "text")
    #expect(sampler.windowsPerEpoch == 11)
    // Two batches of four an epoch: eight windows of one offset, all different.
    for epoch in 0..<4 {
      let dealt = windows(sampler, batches: 2 * epoch..<2 * epoch + 2, size: 4)
      #expect(Set(dealt).count == 8)
      #expect(Set(dealt.map { $0[0] % 10 }).count == 1)
      #expect(
        Set(dealt).isSubset(
          of: sampler.order(ofEpoch: epoch).map { place in (0..<10).map { Int32(place) + $0 } }))
    }
  }

  @Test func aBatchLargerThanAnEpochTakesSeveral() throws {
    let sampler = try WindowSampler(TextSamples.numbers(25), length: 10, seed: 1, name: "text")
    #expect(sampler.windowsPerEpoch == 1)
    #expect(sampler.batch(7, size: 5).ids.count == 50)
    #expect(Set(windows(sampler, batches: 0..<4, size: 5)).count > 1)
  }

  @Test func shufflesAreFair() {
    // Each of the six orders of three about equally often.
    var counts: [[Int]: Int] = [:]
    for epoch in 0..<6000 {
      var generator = KeyedGenerator(seed: 4, name: "fair", epoch: epoch)
      var order = [0, 1, 2]
      generator.shuffle(&order)
      counts[order, default: 0] += 1
    }
    #expect(counts.count == 6)
    #expect(counts.values.allSatisfy { abs($0 - 1000) < 150 })
  }

  @Test func frozenWindowsAreInOrderAndThinnedEvenly() throws {
    let all = try WindowSampler.frozen(TextSamples.numbers(101), length: 10)
    #expect(all.flatMap { $0 } == (0..<100).map { $0 })
    let some = try WindowSampler.frozen(TextSamples.numbers(101), length: 10, limit: 5)
    #expect(some.map { $0[0] } == [0, 20, 40, 60, 80])
    let most = try WindowSampler.frozen(TextSamples.numbers(101), length: 10, limit: 50)
    #expect(most == all)
    let lines = try WindowSampler.frozen(TextSamples.numbers(60, lineLengths: [4, 9]), length: 10)
    #expect(lines.map { $0[0] } == [0, 13, 26, 39])
  }

  /// What an objective from outside may ask for.
  @Test(arguments: [-1, 2]) func anotherLookAheadIsRefused(_ lookAhead: Int) {
    let text = TextSamples.numbers(500)
    let error = #expect(throws: TextError.self) {
      try WindowSampler(text, length: 8, lookAhead: lookAhead, seed: 1, name: "text")
    }
    #expect(error?.reason == "its windows cannot hold \(lookAhead) tokens beyond the context")
    #expect(throws: TextError.self) { try WindowSampler.frozenRanges(text, length: 8, lookAhead: lookAhead) }
  }

  @Test(arguments: [nil, [5]] as [[Int]?])
  func aShortTextIsRefused(lineLengths: [Int]?) {
    let text = TextSamples.numbers(64, lineLengths: lineLengths)
    #expect {
      try WindowSampler(text, length: 64, seed: 1, name: "book.txt")
    } throws: {
      ($0 as? TextError)?.place == "book.txt" && facts("\($0)") == "64 65"
    }
    #expect(throws: TextError.self) { try WindowSampler.frozen(text, length: 64, limit: nil) }
    #expect(throws: Never.self) {
      try WindowSampler(text, length: 63, seed: 1, name: "book.txt").batch(3, size: 2)
    }
  }

  @Test(arguments: TokenizerTrainer.kinds)
  func lineStartsAreTokenStarts(kind: String) throws {
    let text = "\n" + TextSamples.sentences(40) + "\n\n  \nlast line without an end"
    let tokenizer = try TextSamples.tokenizer(kind, vocabulary: 300, on: text)
    let tokenized = try Array(text.utf8).withUnsafeBufferPointer {
      try TokenizedText($0, tokenizer: tokenizer, startsAtLines: true)
    }
    let starts = try #require(tokenized.starts)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: kind == "wordpiece")
      .filter { kind != "wordpiece" || !$0.allSatisfy(\.isWhitespace) }
    #expect(starts.count == lines.count)
    for (line, (start, end)) in zip(lines, zip(starts, starts.dropFirst() + [tokenized.ids.count])) {
      let decoded = tokenizer.decode(Array(tokenized.ids[start..<end]))
      #expect(decoded.filter { !$0.isWhitespace } == line.filter { !$0.isWhitespace })
    }
    if tokenizer.isLossless {
      #expect(tokenized.byteCount(of: 0..<tokenized.ids.count) == text.utf8.count)
    }
    #expect(tokenized.unknowns == 0)
  }
}

/// The hash of what was seen.
@Suite struct ContentHashTests {
  @Test func itIsOverTheBytesHoweverTheyAreCut() throws {
    var whole = ContentHash()
    whole.add(Array("the dog sees".utf8))
    for kind in ["bytes", "characters", "byte-bpe"] {
      let tokenizer = try TextSamples.tokenizer(kind, vocabulary: 300, on: TextSamples.sentences(50) + "w")
      var hash = ContentHash()
      for id in tokenizer.encode("the dog sees") { hash.add([SpecialTokens.start, id], of: tokenizer) }
      #expect(hash.hex == whole.hex, "\(kind)")
    }
    #expect(ContentHash().hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }

  @Test func itGoesOnFromASavedState() throws {
    let bytes = TextSamples.bytes(1000, seed: 1)
    var whole = ContentHash()
    whole.add(bytes)
    for cut in [0, 1, 63, 64, 65, 500, 1000] {
      var first = ContentHash()
      first.add(Array(bytes[..<cut]))
      _ = first.hex
      var second = try ContentHash(state: first.state)
      second.add(Array(bytes[cut...]))
      #expect(second.hex == whole.hex)
      #expect(first.hex != whole.hex || cut == 1000)
    }
    #expect(throws: TextError.self) { try ContentHash(state: .init(count: 3)) }
  }
}
