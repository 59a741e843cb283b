import Testing

@testable import Tensors

/// What a process may fill, as control groups say it.
@Suite struct MachineMemoryTests {
  private static func found(_ files: [String: String]) -> MachineMemory {
    MachineMemory.found(physical: 1000) { files[$0] }
  }

  @Test func theSmallestLimitOnTheWayUpHolds() {
    #expect(Self.found([:]) == MachineMemory(bytes: 1000, limit: .machine))
    let second = [
      "/proc/self/cgroup": "0::/a/b\n", "/sys/fs/cgroup/a/b/memory.max": "max\n",
      "/sys/fs/cgroup/a/memory.max": "400\n",
    ]
    #expect(Self.found(second) == MachineMemory(bytes: 400, limit: .controlGroup))
    let first = [
      "/proc/self/cgroup": "5:cpu:/x\n4:memory:/x\n0::/\n",
      "/sys/fs/cgroup/memory/x/memory.limit_in_bytes": "9223372036854771712\n",
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": "300\n",
    ]
    #expect(Self.found(first) == MachineMemory(bytes: 300, limit: .controlGroup))
    // In a container the group's own root is what is seen.
    #expect(Self.found(["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/memory.max": "200"]).bytes == 200)
  }

  /// What the program has taken itself cannot be filled any more.
  @Test func theLimitOfAddressesHoldsWhereItIsLess() {
    let memory = MachineMemory(bytes: 1000, limit: .machine)
    #expect(memory.within(addresses: nil, taken: 100) == memory)
    #expect(memory.within(addresses: 1100, taken: 100) == memory)
    #expect(memory.within(addresses: 1099, taken: 100) == MachineMemory(bytes: 999, limit: .addressSpace))
    #expect(memory.within(addresses: 50, taken: 100).bytes == 0)
  }

  @Test func thisMachineHasSome() { #expect(MachineMemory.here.bytes > 1 << 20) }
}
