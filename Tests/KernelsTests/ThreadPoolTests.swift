import Foundation
import Synchronization
import Testing

@testable import Kernels

@Suite struct ThreadPoolTests {
  /// How often each tile was computed, and whether every worker number was in range.
  private func visits(_ pool: ThreadPool, tiles: Int) -> (counts: [Int], workersAreValid: Bool) {
    let counts = UnsafeMutablePointer<Atomic<Int>>.allocate(capacity: max(1, tiles))
    for tile in 0..<tiles { (counts + tile).initialize(to: Atomic(0)) }
    defer { counts.deallocate() }
    let shared = Shared(counts)
    let strangers = Atomic<Int>(0)
    pool.run(tiles: tiles) { tile, worker in
      shared.value[tile].wrappingAdd(1, ordering: .relaxed)
      if !(0..<pool.threads).contains(worker) { strangers.wrappingAdd(1, ordering: .relaxed) }
    }
    return ((0..<tiles).map { counts[$0].load(ordering: .relaxed) }, strangers.load(ordering: .relaxed) == 0)
  }

  @Test(arguments: [1, 2, 3, 4, 8])
  func everyTileIsComputedOnce(threads: Int) {
    let pool = ThreadPool(threads: threads)
    for tiles in [0, 1, 2, 3, 7, 8, 9, 64, 1000] {
      let (counts, workersAreValid) = visits(pool, tiles: tiles)
      #expect(counts.allSatisfy { $0 == 1 }, "\(tiles) tiles on \(threads) threads: \(counts)")
      #expect(workersAreValid)
    }
  }

  @Test(arguments: [2, 4, 8])
  func manySmallJobsFollowEachOther(threads: Int) {
    let pool = ThreadPool(threads: threads)
    let sum = Atomic<Int>(0)
    for job in 0..<5_000 {
      // Pauses of all lengths, so that workers are met spinning, falling asleep and asleep.
      if job % 500 == 0 { usleep(UInt32(job / 10)) }
      let expected = sum.load(ordering: .relaxed) + 21
      pool.run(tiles: 7) { tile, _ in sum.wrappingAdd(tile, ordering: .relaxed) }
      guard sum.load(ordering: .relaxed) == expected else {
        Issue.record("job \(job): run returned before its tiles were computed")
        return
      }
    }
  }

  @Test func aPoolMayBeShared() {
    let pool = ThreadPool(threads: 2)
    let sum = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: 4) { _ in
      for _ in 0..<500 { pool.run(tiles: 5) { tile, _ in sum.wrappingAdd(tile, ordering: .relaxed) } }
    }
    #expect(sum.load(ordering: .relaxed) == 4 * 500 * 10)
  }

  @Test func theEndOfAPoolEndsItsThreads() throws {
    func threadsNow() throws -> Int {
      try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count
    }
    let before = try threadsNow()
    for _ in 0..<50 { ThreadPool(threads: 8).run(tiles: 8) { _, _ in } }
    // Other tests start threads of their own, but not 350.
    #expect(try threadsNow() < before + 200)
  }

  @Test func productsAreCounted() {
    let pool = ThreadPool(threads: 2)
    var c = [Float](repeating: 0, count: 70 * 90)
    let (a, b) = ([Float](repeating: 1, count: 70 * 50), [Float](repeating: 1, count: 50 * 90))
    for _ in 0..<3 {
      matrixMultiply(
        pool, m: 70, n: 90, k: 50, a, aStride: 50, transposeA: false, b, bStride: 90, transposeB: false, &c,
        cStride: 90, accumulate: false)
    }
    #expect(pool.matrixFlops == UInt64(3 * 2 * 70 * 90 * 50))
  }
}
