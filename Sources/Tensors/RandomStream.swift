import Kernels

/// Counter-based randomness: every use has a key of its own, made from the seed, a name and a step.
///
/// Nothing depends on the order of calls or on the number of threads, and two models whose parameters
/// have the same names and shapes start from the same values.
///
/// - Source: Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011); the key
///   is made with FNV-1a over the name and the finaliser of SplitMix64.
public struct RandomStream: Sendable, Hashable {
  /// The seed that a run is started with.
  public let seed: UInt64

  /// The stream of `seed`.
  public init(seed: UInt64) { self.seed = seed }

  /// The key for the use called `name` at `step`.
  public func key(_ name: String, step: Int = 0) -> PhiloxKey {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let mixed = Self.mix(Self.mix(seed &+ Self.mix(hash)) &+ UInt64(bitPattern: Int64(step)))
    return PhiloxKey(low: UInt32(truncatingIfNeeded: mixed), high: UInt32(truncatingIfNeeded: mixed >> 32))
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
