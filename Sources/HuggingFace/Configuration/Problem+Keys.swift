import Settings

extension Problem {
  /// The same problem of a descriptor under the configuration's key that its path comes from, where there is one.
  ///
  /// - Parameters:
  ///   - keys: the keys by the paths of the descriptor's tree.
  ///   - config: the configuration.
  func named(_ keys: [String: String], in config: HubConfiguration) -> Problem {
    let steps = path.split(separator: ".").map(String.init)
    let own = (steps.first == "blocks" ? ["block"] + steps.dropFirst(2) : steps).joined(separator: ".")
    let inside = keys.keys.filter { $0.hasPrefix(own + ".") }
    var result = self
    // A table's place in this program is nothing for users.
    if place?.file != config.file { result.place = nil }
    guard let key = keys[own] ?? (Set(inside.compactMap { keys[$0] }).count == 1 ? keys[inside[0]] : nil)
    else {
      return result
    }
    result.path = key
    result.place = config.node[key]?.place
    return result
  }
}
