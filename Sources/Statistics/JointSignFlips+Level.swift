extension JointSignFlips {
  /// The level at which a corrected p decides.
  package static let level = 0.05

  /// The fewest seeds that can decide at the level if all of them agree: the least p is 2/2ⁿ, however many tests there
  /// are.
  package static let minSeeds = (1...).first { 2 / Double(1 << $0) <= level } ?? 1
}
