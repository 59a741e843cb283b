import Foundation

/// Memory that a thread keeps for what a kernel packs: asked for once, freed with the thread.
enum ThreadScratch {
  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    let failure = pthread_key_create(&key) { free($0) }
    precondition(failure == 0, "no key for a thread's own memory")
    return key
  }()

  /// The calling thread's memory, undefined at first; always of the same size, and for one kernel at a time.
  static func floats(_ count: Int) -> UnsafeMutablePointer<Float> {
    if let known = pthread_getspecific(key) { return known.assumingMemoryBound(to: Float.self) }
    var made: UnsafeMutableRawPointer?
    let failure = posix_memalign(&made, 64, count * MemoryLayout<Float>.stride)
    guard failure == 0, let made else { fatalError("no memory for a product") }
    pthread_setspecific(key, made)
    return made.bindMemory(to: Float.self, capacity: count)
  }
}
