/// Which model is compared with which: one rule for every table and every test.
enum Opponents {
  /// For each arm the one that it is compared with: the one that its plan names, or else the first that has the
  /// measure. None for an arm without the measure, for one whose named opponent lacks it, and for that first arm
  /// itself.
  ///
  /// - Parameters:
  ///   - named: for each arm the one that its plan names; nil: none.
  ///   - has: whether an arm has the measure.
  static func choose(_ named: [Int?], has: (Int) -> Bool) -> [Int?] {
    let first = named.indices.first(where: has)
    return named.indices.map { arm in
      guard has(arm), let other = named[arm] ?? first, other != arm, has(other) else { return nil }
      return other
    }
  }
}
