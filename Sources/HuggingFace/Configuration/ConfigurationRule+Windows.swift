import Settings

/// Layers with a window of attention and layers without.
extension ConfigurationRule {
  /// The size of the window.
  ///
  /// - Parameters:
  ///   - key: the key.
  ///   - absent: what the absence of the key means.
  ///   - ours: the window in our count, in tokens with the own one, for a value of theirs.
  ///   - theirs: the value of theirs for a window in our count.
  static func window(
    _ key: String, absent: Int, ours: @escaping @Sendable (Int) -> Int = { $0 },
    theirs: @escaping @Sendable (Int) -> Int = { $0 }
  ) -> Self {
    Self(key, absent: Node(.integer(absent))) { value, _, draft in
      draft["block.attention.window"] = value.integer.map { Node(.integer(ours($0))) } ?? Node(.null)
    } write: { model in
      model.windows.lazy.compactMap { $0 }.first.map { Node(.integer(theirs($0))) }
    }
  }

  /// Which layers have the window; the rules of the number of layers and of the window come before this one.
  ///
  /// - Parameters:
  ///   - companions: older keys that `isLocal` reads.
  ///   - isLocal: which layers have a window where the configuration does not list them.
  static func layerTypes(
    companions: [String] = [], isLocal: @escaping @Sendable (_ layer: Int, _ config: HubConfiguration) -> Bool
  ) -> Self {
    let (full, local): (Node, Node) = ("full_attention", "sliding_attention")
    return Self("layer_types", companions: companions, absent: Node(.null)) {
      value, config, draft throws(ConfigurationFault) in
      let count = draft["layers"]?.integer ?? 0
      let kinds = value.elements ?? (0..<count).map { isLocal($0, config) ? local : full }
      guard kinds.count == count, kinds.allSatisfy({ $0 == full || $0 == local }) else {
        throw ConfigurationFault(
          allowed: "\(full.json()) or \(local.json()) for each of \(count) layers",
          reason: "this program has no other kinds of layers")
      }
      guard kinds.contains(local) else {
        draft["block.attention.window"] = nil
        return
      }
      let open = kinds.indices.filter { kinds[$0] == full }
      if open.isEmpty { return }
      draft.node["overrides"] = Node(
        .list(
          open.map { .object(["layers": Node(.integer($0)), "attention": .object(["window": Node(.null)])]) })
      )
    } write: { model in
      Node(.list(model.windows.map { $0 == nil ? full : local }))
    }
  }
}

extension DescriptorDraft {
  /// The window of each layer of a tree with the list `blocks`.
  var windows: [Int?] {
    (node["blocks"]?.elements ?? []).map { DescriptorDraft(node: $0)["attention.window"]?.integer }
  }

  /// The same model with the window of each layer written out: `globalEvery` is a pattern of them.
  var withPlainWindows: DescriptorDraft {
    guard let blocks = node["blocks"]?.elements else { return self }
    var result = self
    result.node["blocks"] = Node(
      .list(
        blocks.enumerated().map { index, block in
          var block = DescriptorDraft(node: block)
          guard let every = block["attention.globalEvery"]?.integer else { return block.node }
          let past = index - (block["attention.firstGlobal"]?.integer ?? 0)
          if past >= 0 && past.isMultiple(of: every) { block["attention.window"] = Node(.null) }
          block["attention.globalEvery"] = Node(.null)
          block["attention.firstGlobal"] = 0
          return block.node
        }))
    return result
  }
}
