import Foundation

/// The memory that this process may fill: the machine's, or less where a control group (a container, a batch
/// system) allows less.
///
/// - Source: Linux, `Documentation/admin-guide/cgroup-v2.rst` (`memory.max`) and `cgroup-v1/memory.rst`
///   (`memory.limit_in_bytes`).
public struct MachineMemory: Sendable, Equatable {
  /// Bytes.
  public let bytes: Int
  /// Whether a control group allows less than the machine has.
  public let isControlGroup: Bool

  /// What may be filled.
  public init(bytes: Int, isControlGroup: Bool) {
    self.bytes = bytes
    self.isControlGroup = isControlGroup
  }

  /// What holds for this process, read once.
  public static let here: MachineMemory = {
    let page = sysconf(Int32(_SC_PAGESIZE))
    return found(physical: sysconf(Int32(_SC_PHYS_PAGES)) * page) {
      try? String(contentsOfFile: $0, encoding: .utf8)
    }
  }()

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
    return MachineMemory(bytes: smallest, isControlGroup: smallest < physical)
  }
}
