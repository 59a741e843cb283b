extension Node {
  /// This tree with another laid over it: objects merge key by key, everything else is replaced.
  ///
  /// Where a component is swapped for another (`"rms"` over `{ type: "layer", epsilon: 1e-12 }`), settings
  /// of the old one that the new one has, too, are kept: the swap changes one thing.
  package func merging(_ overlay: Node) -> Node {
    guard isObject || text != nil else { return overlay }
    switch overlay.value {
    case .text where isObject:
      return swapping(type: overlay)
    case .object(let added):
      // A bare name is an object that says no more than its type.
      guard let base = isObject ? self : asComponent else { return overlay }
      let isSwap = overlay["type"].map { $0 != base["type"] } ?? false
      let result = isSwap ? base.swapping(type: overlay["type"] ?? base) : base
      return Node(.object(Self.laying(added, over: result.members)), place: overlay.place)
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

  /// Members with others laid over them, new ones last.
  private static func laying(_ added: [Member], over base: [Member]) -> [Member] {
    var result = base
    var places = Dictionary(base.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
    for member in added {
      guard let index = places[member.key] else {
        places[member.key] = result.count
        result.append(member)
        continue
      }
      var merged = member
      merged.value = result[index].value.merging(member.value)
      result[index] = merged
    }
    return result
  }
}

/// Follows `extends`: a tree that names another is laid over it.
package enum Extension {
  /// The most trees that extend each other in a row.
  package static let maxChain = 100

  /// The whole tree that `node` says, with every tree that it extends.
  ///
  /// - Parameters:
  ///   - name: what the node is called, for errors and to find cycles.
  ///   - load: finds a tree by the name that `extends` gives; throws `SettingsError` when there is none.
  /// - Throws: `SettingsError` for a cycle, for more than 100 trees in a row and for a name that is no text, and
  ///   what `load` throws.
  package static func resolve(
    _ node: Node, name: String, load: (_ name: String, _ place: SourcePlace?) throws -> Node
  ) throws -> Node {
    var chain = [name]
    var (whole, overlays) = (node, [Node]())
    while let base = whole["extends"] {
      func refuse(_ reason: String) -> SettingsError {
        SettingsError(
          title: name,
          problems: [Problem(path: "extends", found: base.found, reason: reason, place: base.place)])
      }
      guard let next = base.text else { throw refuse("the name of what is extended must be a text") }
      guard !chain.contains(next) else {
        throw refuse("extends itself: \((chain + [next]).joined(separator: " → "))")
      }
      guard overlays.count < maxChain else {
        throw refuse("more than \(maxChain) files extend each other in a row")
      }
      whole["extends"] = nil
      overlays.append(whole)
      chain.append(next)
      whole = try load(next, base.place)
    }
    return overlays.reversed().reduce(whole) { $0.merging($1) }
  }
}
