import TestSupport
import Testing

@testable import Tensors

@Suite struct MemoryArenaTests {
  private func arena(limit: Int = 1 << 20) throws -> MemoryArena { try MemoryArena(limit: limit, dry: false) }

  @Test func buffersAreAlignedAndRoundedUp() throws {
    let arena = try arena()
    let buffers = try [0, 1, 63, 64, 65].map { try arena.allocate(bytes: $0, kind: .activations) }
    #expect(arena.live == 64 + 64 + 64 + 64 + 128)
    for (buffer, size) in zip(buffers, [0, 1, 63, 64, 65]) {
      #expect(buffer.byteCount == size)
      #expect(try buffer.withHostBytes { $0.count } == size)
      #expect(UInt(bitPattern: buffer.floats).isMultiple(of: 64))
    }
  }

  /// Every live buffer keeps its own byte pattern: none overlaps another.
  @Test func buffersNeverOverlap() throws {
    withEvery("seed", in: 0..<10) { seed in
      var random = RepeatableRandom(seed: seed)
      let arena = try arena()
      var live: [(buffer: Buffer, mark: UInt8)] = []
      var sum = 0
      var highest = 0
      for step in 0..<400 {
        if live.isEmpty || live.count < 40 && random.flag() {
          let size = random.choose([1, 64, 100, 1000, random.integer(1...5000)])
          let buffer = try arena.allocate(bytes: size, kind: .activations)
          try buffer.upload([UInt8](repeating: UInt8(step % 251), count: size))
          live.append((buffer, UInt8(step % 251)))
          sum += (size + 63) / 64 * 64
        } else {
          let (buffer, mark) = live.remove(at: random.integer(0...live.count - 1))
          let isIntact = try buffer.withHostBytes { $0.allSatisfy { $0 == mark } }
          #expect(isIntact, "\(Loops.description), step \(step)")
          sum -= (buffer.byteCount + 63) / 64 * 64
        }
        highest = max(highest, sum)
        #expect(arena.live == sum)
      }
      #expect(arena.livePeak == highest)
      #expect(arena.peak >= highest)
    }
  }

  @Test func freedNeighboursBecomeOneHole() throws {
    let arena = try arena()
    var buffers: [Buffer?] = try (0..<4).map { _ in try arena.allocate(bytes: 64, kind: .activations) }
    #expect(arena.peak == 256)
    for index in [0, 2, 1] { buffers[index] = nil }
    // The three fit one buffer of their size; nothing grows.
    let wide = try arena.allocate(bytes: 192, kind: .activations)
    #expect(arena.peak == 256 && wide.byteCount == 192)
    #expect(buffers.compactMap { $0 }.count == 1)
  }

  @Test func theBestHoleIsTaken() throws {
    let arena = try arena()
    var wide: Buffer? = try arena.allocate(bytes: 256, kind: .activations)
    let wall = try arena.allocate(bytes: 64, kind: .activations)
    var narrow: Buffer? = try arena.allocate(bytes: 64, kind: .activations)
    let end = try arena.allocate(bytes: 64, kind: .activations)
    let place = try #require(narrow?.floats)
    (wide, narrow) = (nil, nil)
    let again = try arena.allocate(bytes: 60, kind: .activations)
    #expect(again.floats == place)
    withExtendedLifetime((wide, wall, end)) {}
  }

  @Test func peaksAreByKindAndCanBeReset() throws {
    let arena = try arena()
    let parameters = try arena.allocate(bytes: 128, kind: .parameters)
    var activations: Buffer? = try arena.allocate(bytes: 640, kind: .activations)
    let gradients = try arena.allocate(bytes: 64, kind: .gradients)
    #expect(arena.kindsAtPeak == [128, 64, 0, 640])
    #expect(activations?.byteCount == 640)
    activations = nil
    #expect(arena.livePeak == 832 && arena.live == 192)
    arena.resetPeaks()
    #expect(arena.livePeak == 192 && arena.kindsAtPeak == [128, 64, 0, 0])
    withExtendedLifetime((parameters, gradients)) {}
  }

  @Test func theLimitIsNamed() throws {
    let arena = try arena(limit: 1 << 20)
    let first = try arena.allocate(bytes: 1 << 19, kind: .activations)
    let error = #expect(throws: MemoryError.self) {
      try arena.allocate(bytes: (1 << 19) + 1, kind: .activations)
    }
    #expect(error?.needed == (1 << 20) + 64 && error?.limit == 1 << 20)
    #expect(error?.description.contains("a smaller batch or context needs less") == true)
    // What fits still fits afterwards.
    let second = try arena.allocate(bytes: 1 << 19, kind: .activations)
    withExtendedLifetime((first, second)) {}
  }

  @Test func aDryArenaKeepsTheSameBooks() throws {
    var random = RepeatableRandom(seed: 5)
    let (real, dry) = (try arena(limit: 1 << 24), try MemoryArena(dry: true))
    var buffers: [(Buffer, Buffer)] = []
    for _ in 0..<500 {
      if buffers.isEmpty || random.integer(0...2) > 0 {
        let size = random.integer(1...20_000)
        buffers.append(
          (
            try real.allocate(bytes: size, kind: .activations),
            try dry.allocate(bytes: size, kind: .activations)
          ))
      } else {
        buffers.remove(at: random.integer(0...buffers.count - 1))
      }
      #expect(real.peak == dry.peak && real.live == dry.live)
    }
    #expect(buffers.allSatisfy { $0.0.holdsValues && !$0.1.holdsValues })
    let nothing = try dry.allocate(bytes: 8, kind: .activations)
    try nothing.upload([1, 2] as [Float])
    #expect(throws: NoValuesError.self) { try nothing.download(Float.self) }
  }
}

@Suite struct ArenaTrimTests {
  @Test func trimmingGivesAddressesBack() throws {
    let arena = try MemoryArena(limit: 1 << 40, dry: false)
    let buffer = try arena.allocate(bytes: 4096, kind: .parameters)
    buffer.floats[0] = 7
    arena.trim(kept: 1 << 20)
    #expect(arena.limit == 1 << 20)
    #expect(buffer.floats[0] == 7)
    // What is left of the range is still there, and no more than that.
    #expect(try arena.allocate(bytes: 1 << 19, kind: .activations).holdsValues)
    #expect(throws: MemoryError.self) { try arena.allocate(bytes: 1 << 21, kind: .activations) }
  }

  /// Addresses are taken as they are used, and never move.
  @Test func theArenaGrowsWithWhatIsUsed() throws {
    let arena = try MemoryArena(limit: 1 << 40, dry: false)
    #expect(arena.memory.mappedBytes == AddressRange.step)
    var buffers: [Buffer] = []
    var places: [UnsafeMutableRawPointer?] = []
    for index in 0..<60 {
      let buffer = try arena.allocate(bytes: 1 << 20, kind: .activations)
      buffer.floats[7] = Float(index)
      buffers.append(buffer)
      places.append(UnsafeMutableRawPointer(buffer.floats))
      let used = (index + 1) << 20
      #expect(
        arena.memory.mappedBytes >= used
          && arena.memory.mappedBytes <= used + used / 4 + 2 * AddressRange.step)
    }
    for (index, buffer) in buffers.enumerated() {
      #expect(buffer.floats[7] == Float(index) && UnsafeMutableRawPointer(buffer.floats) == places[index])
    }
    // To the byte where that is all there may be.
    let small = try MemoryArena(limit: 5 << 19, dry: false)
    let whole = try small.allocate(bytes: 5 << 19, kind: .activations)
    #expect(small.memory.mappedBytes == 5 << 19 && whole.byteCount == 5 << 19)
  }

  /// Ranges that may grow to 2 TiB find places for a few, and for any number that were trimmed or have ended.
  @Test func placesAreGivenBack() throws {
    var kept: [MemoryArena] = []
    for _ in 0..<100 {
      let arena = try MemoryArena(limit: 1 << 41, dry: false)
      _ = try MemoryArena(limit: 1 << 41, dry: false)
      let buffer = try arena.allocate(bytes: 1 << 10, kind: .parameters)
      buffer.floats[0] = Float(kept.count)
      arena.trim(kept: 1 << 30)
      kept.append(arena)
    }
    #expect(kept.allSatisfy { $0.limit == 1 << 30 && $0.memory.mappedBytes <= AddressRange.step })
  }

  /// Where no room is left, who names no limit gets less, and who names one is refused.
  @Test func whereThereIsNoRoomLessIsTaken() throws {
    let huge = try #require(AddressRange(limit: 1 << 50, isExact: false))
    #expect(huge.limit < 1 << 47 && huge.limit >= 64 << 20 && huge.grow(to: 4 << 20))
    #expect(!huge.grow(to: huge.limit + 1))
    #expect(AddressRange(limit: 1 << 50, isExact: true) == nil)
    let error = #expect(throws: MemoryError.self) { try MemoryArena(limit: 1 << 50, dry: false) }
    #expect(error?.needed == 1 << 50)
  }

  @Test func trimmingKeepsWhatIsAlive() throws {
    let arena = try MemoryArena(limit: 1 << 24, dry: false)
    let count = 1 << 18
    var buffers: [Buffer?] = try (0..<3).map { index in
      let buffer = try arena.allocate(bytes: count * 4, kind: .activations)
      for place in 0..<count { buffer.floats[place] = Float(index * count + place) }
      return buffer
    }
    let address = try #require(buffers[1]).floats
    buffers[1] = nil
    arena.trim()
    // A trimmed page reads as zero: the proof that it was given back.
    #expect(address[count / 2] == 0)
    for index in [0, 2] {
      let buffer = try #require(buffers[index])
      #expect((0..<count).allSatisfy { buffer.floats[$0] == Float(index * count + $0) })
    }
    buffers[2] = nil
    arena.trim()
    // Behind the last buffer the addresses are given back, too.
    #expect(arena.memory.mappedBytes == count * 4)
    let again = try arena.allocate(bytes: count * 4, kind: .activations)
    again.floats[7] = 3
    #expect(again.floats[7] == 3)
  }
}
