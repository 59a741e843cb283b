/// The kernels of one kind of device: for each type of call the code that does it, and the scratch memory that the
/// code needs.
///
package struct KernelTable<Resources>: Sendable {
  /// Does the work of a call on the resources of a device.
  package typealias Body<K> = @Sendable (_ call: K, _ resources: Resources) -> Void
  /// The scratch memory of a call, in floats, for a device that runs kernels on so many threads.
  package typealias Scratch<K> = @Sendable (_ call: K, _ threads: Int) -> Int

  /// What the table has for one type of call.
  package final class Entry<K: KernelCall>: KernelEntry {
    package let scratch: Scratch<K>?
    package let body: Body<K>

    init(scratch: Scratch<K>?, body: @escaping Body<K>) {
      self.scratch = scratch
      self.body = body
    }

    /// Bytes of scratch memory that a call needs.
    package func scratchBytes(for call: K, threads: Int) -> Int {
      (scratch?(call, threads) ?? 0) * MemoryLayout<Float>.stride
    }
  }

  private var entries: [ObjectIdentifier: any KernelEntry] = [:]

  /// A table without kernels.
  package init() {}

  /// Adds a kernel, or replaces it.
  package mutating func add<K: KernelCall>(
    _ type: K.Type, scratch: Scratch<K>? = nil, body: @escaping Body<K>
  ) {
    entries[ObjectIdentifier(type)] = Entry(scratch: scratch, body: body)
  }

  /// What the table has for a type of call; nil when it lacks it.
  package func entry<K: KernelCall>(for type: K.Type) -> Entry<K>? {
    // The key is the type that the entry was made for.
    entries[ObjectIdentifier(type)].map { unsafeDowncast($0, to: Entry<K>.self) }
  }
}

/// An entry of a `KernelTable`, whatever it is for.
package protocol KernelEntry: AnyObject, Sendable {}
