import Foundation

/// The memory that this process may fill: the machine's, or less where a control group (a container, a batch
/// system) or the limit of address space (`ulimit -v`) allows less.
///
/// - Source: Linux, `Documentation/admin-guide/cgroup-v2.rst` (`memory.max`) and `cgroup-v1/memory.rst`
///   (`memory.limit_in_bytes`); POSIX, `getrlimit` (`RLIMIT_AS`).
package struct MachineMemory: Sendable, Equatable {
  /// What the memory is limited by.
  package enum Limit: String, Sendable, Codable {
    /// What the machine has.
    case machine
    /// What a control group allows.
    case controlGroup
    /// The rest of the limit of address space after what the program itself has taken.
    case addressSpace
  }

  /// Bytes.
  package let bytes: Int
  /// What allows no more.
  package let limit: Limit

  /// What may be filled.
  package init(bytes: Int, limit: Limit) {
    self.bytes = bytes
    self.limit = limit
  }

  /// What holds for this process, read once.
  package static let here: MachineMemory = {
    let page = sysconf(Int32(_SC_PAGESIZE))
    func read(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
    let memory = found(physical: sysconf(Int32(_SC_PHYS_PAGES)) * page, read: read)
    let taken = read("/proc/self/statm")?.split(separator: " ").first.flatMap { Int($0) } ?? 0
    return memory.within(addresses: addressLimit, taken: taken * page)
  }()

  /// The limit of address space (`ulimit -v`), in bytes; nil where there is none.
  static var addressLimit: Int? {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, limit.rlim_cur < UInt64(Int.max)
    else {
      return nil
    }
    return Int(limit.rlim_cur)
  }

  /// The same memory, or what a limit of addresses leaves where that is less.
  ///
  /// - Parameters:
  ///   - addresses: the limit, in bytes; nil: there is none.
  ///   - taken: bytes of addresses that the program has taken already.
  func within(addresses: Int?, taken: Int) -> MachineMemory {
    guard let addresses, addresses - taken < bytes else { return self }
    return MachineMemory(bytes: max(0, addresses - taken), limit: .addressSpace)
  }

  /// The smallest limit of the process's control groups and of those above them, or the machine's memory.
  ///
  /// - Parameter read: the text of a file; nil where there is none.
  static func found(physical: Int, read: (String) -> String?) -> MachineMemory {
    let lines = (read("/proc/self/cgroup") ?? "").split(separator: "\n")
    var smallest = physical
    for line in lines {
      // A line is `number:controllers:path`; version 2 names no controllers.
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let isSecond = parts[1].isEmpty
      guard isSecond || parts[1].split(separator: ",").contains("memory") else { continue }
      let root = isSecond ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory"
      let file = isSecond ? "memory.max" : "memory.limit_in_bytes"
      var path = parts[2].split(separator: "/")
      while true {
        let place = ([root] + path.map(String.init) + [file]).joined(separator: "/")
        let words = read(place)?.split(whereSeparator: \.isWhitespace).first
        if let limit = words.flatMap({ Int($0) }), limit > 0 { smallest = min(smallest, limit) }
        if path.isEmpty { break }
        path.removeLast()
      }
    }
    return MachineMemory(bytes: smallest, limit: smallest < physical ? .controlGroup : .machine)
  }
}
