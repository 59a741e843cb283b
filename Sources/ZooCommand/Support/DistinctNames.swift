/// Names in tables and reports, each different.
enum DistinctNames {
  /// The names as they are; the second of equal ones gets `-2`, the next `-3`, unless that is the name of another one.
  static func numbered(_ names: [String]) -> [String] {
    var taken = Set(names)
    var used: Set<String> = []
    return names.map { name in
      guard !used.insert(name).inserted else { return name }
      var number = 2
      while !taken.insert("\(name)-\(number)").inserted { number += 1 }
      return "\(name)-\(number)"
    }
  }

  /// The names of runs as they are; equal ones get the folder around the run in front, and those that are still equal a
  /// number.
  ///
  /// - Parameter runs: the name of each run, and that of the folder around it where there is one.
  static func of(_ runs: [(name: String, home: String?)]) -> [String] {
    numbered(
      runs.map { run in
        let isAlone = runs.count { $0.name == run.name } == 1
        return isAlone ? run.name : [run.home, run.name].compactMap { $0 }.joined(separator: "/")
      })
  }
}
