extension Node {
  /// This tree with another laid over it: objects merge key by key, everything else is replaced.
  ///
  /// Where a component is swapped for another (`"rms"` over `{ type: "layer", epsilon: 1e-12 }`), settings
  /// of the old one that the new one has, too, are kept: the swap changes one thing.
  public func merging(_ overlay: Node) -> Node {
    guard isObject || text != nil else { return overlay }
    switch overlay.value {
    case .text where isObject:
      return swapping(type: overlay)
    case .object(let added):
      // A bare name is an object that says no more than its type.
      guard let base = isObject ? self : asComponent else { return overlay }
      let isSwap = overlay["type"].map { $0 != base["type"] } ?? false
      var result = isSwap ? base.swapping(type: overlay["type"] ?? base) : base
      for member in added { result.lay(member) }
      result.place = overlay.place
      return result
    default: return overlay
    }
  }

  /// A component that is written as a name alone, as an object with a type.
  var asComponent: Node? {
    guard text != nil else { return nil }
    return Node(.object([Member("type", self)]), place: place)
  }

  func swapping(type: Node) -> Node {
    let carried = members.filter { $0.key != "type" }.map { member in
      var member = member
      member.isCarried = member.isCarried || self["type"] != type
      return member
    }
    return Node(.object([Member("type", type)] + carried), place: type.place)
  }

  private mutating func lay(_ member: Member) {
    guard let index = members.firstIndex(where: { $0.key == member.key }) else {
      members.append(member)
      return
    }
    var merged = member
    merged.value = members[index].value.merging(member.value)
    members[index] = merged
  }
}

/// Follows `extends`: a tree that names another is laid over it.
public enum Extension {
  /// The whole tree that `node` says, with every tree that it extends.
  ///
  /// - Parameters:
  ///   - name: what the node is called, for errors and to find cycles.
  ///   - load: finds a tree by the name that `extends` gives; throws `SettingsError` when there is none.
  /// - Throws: `SettingsError` for a cycle and a name that is no text, and what `load` throws.
  public static func resolve(
    _ node: Node, name: String, load: (_ name: String, _ place: SourcePlace?) throws -> Node
  ) throws -> Node {
    try resolve(node, chain: [name], load: load)
  }

  private static func resolve(
    _ node: Node, chain: [String], load: (String, SourcePlace?) throws -> Node
  ) throws -> Node {
    guard let base = node["extends"] else { return node }
    func refuse(_ reason: String) -> SettingsError {
      SettingsError(
        title: chain[0],
        problems: [Problem(path: "extends", found: base.found, reason: reason, place: base.place)])
    }
    guard let name = base.text else { throw refuse("the name of what is extended must be a text") }
    guard !chain.contains(name) else {
      throw refuse("extends itself: \((chain + [name]).joined(separator: " → "))")
    }
    var overlay = node
    overlay["extends"] = nil
    let whole = try resolve(try load(name, base.place), chain: chain + [name], load: load)
    return whole.merging(overlay)
  }
}
