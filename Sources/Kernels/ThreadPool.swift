import Foundation
import Synchronization

/// The threads that kernels run on: fork, compute tiles, join.
///
/// Every worker starts with its own contiguous run of tiles and then takes what others have left. Which
/// worker computes a tile must never affect its result; with that, results do not depend on `threads`.
/// The calling thread is worker 0. Jobs of several callers run one after another; a job must not start
/// a job.
///
/// Between jobs workers spin for a moment, because waking a sleeping thread takes longer than many
/// kernels do, and then sleep. They never spin when there are more of them than cores.
///
/// The one place where data crosses threads: the shared state is guarded by atomics and by `submission`.
public final class ThreadPool: @unchecked Sendable {
  /// How many workers compute, the caller included.
  public let threads: Int

  private let crew: Crew
  private let submission = NSLock()

  /// A pool of `threads` workers, the caller included; at least one.
  public init(threads: Int) {
    self.threads = max(1, threads)
    let cores = ProcessInfo.processInfo.activeProcessorCount
    crew = Crew(workers: self.threads, spins: self.threads <= cores)
    for worker in 1..<max(2, self.threads) where worker < self.threads {
      let crew = crew
      let thread = Thread { crew.work(worker) }
      thread.name = "kernel worker \(worker)"
      thread.stackSize = 8 << 20
      thread.start()
    }
  }

  deinit { crew.dismiss() }

  /// FLOPs of all matrix products so far, Σ 2·m·n·k, counted at each product.
  public var matrixFlops: UInt64 { crew.flops.load(ordering: .relaxed) }

  /// Counts a matrix product of `flops` FLOPs; called where the product is computed.
  func count(flops: UInt64) { crew.flops.wrappingAdd(flops, ordering: .relaxed) }

  /// Calls `body` once for each tile in `0..<tiles` and returns when all calls have returned.
  ///
  /// - Parameters:
  ///   - tiles: how many parts the work has; must depend on shapes alone, never on `threads`.
  ///   - body: computes one tile. `worker` in `0..<threads` chooses scratch memory.
  public func run(tiles: Int, body: @Sendable (_ tile: Int, _ worker: Int) -> Void) {
    guard tiles > 1, threads > 1 else {
      for tile in 0..<max(0, tiles) { body(tile, 0) }
      return
    }
    submission.withLock {
      withoutActuallyEscaping(body) { crew.run(tiles: tiles, body: $0) }
    }
  }
}

/// What a pool shares with its threads. The threads hold it, not the pool, so that the pool's end
/// ends them.
private final class Crew: @unchecked Sendable {
  let flops = Atomic<UInt64>(0)

  private let workers: Int
  private let spins: Bool
  /// Job number, whether it is open for workers, and how many are inside: see the masks below.
  private let gate = Atomic<Int>(0)
  private let isDismissed = Atomic<Bool>(false)
  private let sleepers = Atomic<Int>(0)
  private let callerSleeps = Atomic<Bool>(false)
  private let condition = NSCondition()
  private var alive: Int
  /// The next tile of each worker's run, each on cache lines of its own.
  private let cursors: UnsafeMutablePointer<Atomic<Int>>
  private var tiles = 0
  private var body: @Sendable (Int, Int) -> Void = { _, _ in }

  private static let cursorStride = 16
  private static let insideMask = (1 << 16) - 1
  private static let openBit = 1 << 16
  private static let jobUnit = 1 << 17
  /// How long a thread spins before it sleeps.
  private static let spinNanoseconds: UInt64 = 100_000

  init(workers: Int, spins: Bool) {
    self.workers = workers
    self.spins = spins
    alive = workers - 1
    cursors = .allocate(capacity: workers * Self.cursorStride)
    for index in 0..<workers * Self.cursorStride { (cursors + index).initialize(to: Atomic(0)) }
  }

  deinit {
    cursors.deinitialize(count: workers * Self.cursorStride)
    cursors.deallocate()
  }

  /// The first tile of a worker's own run; that of worker `workers` is the end of the last.
  private func start(of worker: Int) -> Int { tiles * worker / workers }

  func run(tiles: Int, body: @escaping @Sendable (Int, Int) -> Void) {
    self.tiles = tiles
    self.body = body
    for worker in 0..<workers {
      cursors[worker * Self.cursorStride].store(start(of: worker), ordering: .relaxed)
    }
    let job = (gate.load(ordering: .relaxed) / Self.jobUnit + 1) * Self.jobUnit
    gate.store(job | Self.openBit, ordering: .sequentiallyConsistent)
    if sleepers.load(ordering: .sequentiallyConsistent) > 0 {
      condition.withLock { condition.broadcast() }
    }
    compute(0)
    // Every tile has been taken. Workers that have not come in by now are not waited for.
    gate.bitwiseAnd(~Self.openBit, ordering: .sequentiallyConsistent)
    waitUntilEmpty()
    self.body = { _, _ in }
  }

  private func compute(_ worker: Int) {
    for step in 0..<workers {
      let owner = (worker + step) % workers
      let end = start(of: owner + 1)
      while true {
        let tile = cursors[owner * Self.cursorStride].wrappingAdd(1, ordering: .relaxed).oldValue
        guard tile < end else { break }
        body(tile, worker)
      }
    }
  }

  private func waitUntilEmpty() {
    func isEmpty() -> Bool { gate.load(ordering: .sequentiallyConsistent) & Self.insideMask == 0 }
    if isEmpty() || spins && spin(until: isEmpty) { return }
    condition.withLock {
      callerSleeps.store(true, ordering: .sequentiallyConsistent)
      while !isEmpty() { condition.wait() }
      callerSleeps.store(false, ordering: .sequentiallyConsistent)
    }
  }

  /// The life of a thread: enter the open job, compute, leave, wait for the next.
  func work(_ worker: Int) {
    var last = 0
    while let job = waitForJob(after: last) {
      guard enter(job) else { continue }
      last = job
      compute(worker)
      let left = gate.wrappingSubtract(1, ordering: .sequentiallyConsistent).newValue
      if left & Self.insideMask == 0, callerSleeps.load(ordering: .sequentiallyConsistent) {
        condition.withLock { condition.broadcast() }
      }
    }
    condition.withLock {
      alive -= 1
      condition.broadcast()
    }
  }

  /// The number of a job that is open and not `last`; nil when the pool has ended.
  private func waitForJob(after last: Int) -> Int? {
    func isReady() -> Bool {
      let now = gate.load(ordering: .sequentiallyConsistent)
      return now & Self.openBit != 0 && now / Self.jobUnit != last
        || isDismissed.load(ordering: .sequentiallyConsistent)
    }
    if !isReady(), !(spins && spin(until: isReady)) {
      condition.withLock {
        sleepers.wrappingAdd(1, ordering: .sequentiallyConsistent)
        while !isReady() { condition.wait() }
        sleepers.wrappingSubtract(1, ordering: .sequentiallyConsistent)
      }
    }
    return isDismissed.load(ordering: .sequentiallyConsistent)
      ? nil : gate.load(ordering: .sequentiallyConsistent) / Self.jobUnit
  }

  private func enter(_ job: Int) -> Bool {
    var now = gate.load(ordering: .relaxed)
    while now & Self.openBit != 0, now / Self.jobUnit == job {
      let (exchanged, original) = gate.weakCompareExchange(
        expected: now, desired: now + 1, ordering: .sequentiallyConsistent)
      if exchanged { return true }
      now = original
    }
    return false
  }

  private func spin(until isReady: () -> Bool) -> Bool {
    let began = DispatchTime.now().uptimeNanoseconds
    repeat {
      for _ in 0..<32 where isReady() { return true }
    } while DispatchTime.now().uptimeNanoseconds - began < Self.spinNanoseconds
    return isReady()
  }

  /// Ends the threads and waits for their end.
  func dismiss() {
    isDismissed.store(true, ordering: .sequentiallyConsistent)
    condition.withLock {
      condition.broadcast()
      while alive > 0 { condition.wait() }
    }
  }
}
