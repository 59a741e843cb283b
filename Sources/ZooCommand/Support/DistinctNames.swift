/// Names of runs in tables and reports, each different.
enum DistinctNames {
  /// The names as they are; those that are alike get the folder around the run in front, and those that are alike then a
  /// number.
  ///
  /// - Parameter runs: the name of each run, and that of the folder around it where there is one.
  static func of(_ runs: [(name: String, home: String?)]) -> [String] {
    var taken: Set<String> = []
    return runs.map { run in
      let isAlone = runs.count { $0.name == run.name } == 1
      let wanted = isAlone ? run.name : [run.home, run.name].compactMap { $0 }.joined(separator: "/")
      var (name, number) = (wanted, 2)
      while !taken.insert(name).inserted {
        name = "\(wanted)-\(number)"
        number += 1
      }
      return name
    }
  }
}
