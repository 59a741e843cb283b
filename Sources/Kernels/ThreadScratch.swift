import Foundation

/// Memory of one size that every thread keeps for itself, for what a kernel packs: allocated once, freed with the
/// thread.
struct ThreadScratch {
  private let key: pthread_key_t
  private let count: Int

  /// Memory for `count` floats a thread; kept as long as the program runs.
  init(count: Int) {
    var key = pthread_key_t()
    let failure = pthread_key_create(&key) { free($0) }
    precondition(failure == 0, "no key for a thread's own memory")
    (self.key, self.count) = (key, count)
  }

  /// The calling thread's floats, undefined at first.
  var floats: UnsafeMutablePointer<Float> {
    if let known = pthread_getspecific(key) { return known.assumingMemoryBound(to: Float.self) }
    var made: UnsafeMutableRawPointer?
    let failure = posix_memalign(&made, 64, count * MemoryLayout<Float>.stride)
    guard failure == 0, let made else { fatalError("no memory for a product") }
    pthread_setspecific(key, made)
    return made.bindMemory(to: Float.self, capacity: count)
  }
}
