import Settings

/// Layers with a window of attention and layers without.
extension ConfigurationRule {
  /// The size of the window.
  ///
  /// - Parameters:
  ///   - key: the key.
  ///   - absent: what the absence of the key means.
  ///   - isOptional: whether the class accepts `null`; no layer may have a window then.
  ///   - direct: another key of the window, in our count, which counts where it is there and has to agree.
  ///   - ours: the window in our count, in tokens with the own one, for a value of theirs.
  ///   - theirs: the value of theirs for a window in our count.
  static func window(
    _ key: String, absent: Int, isOptional: Bool = false, direct: String? = nil,
    ours: @escaping @Sendable (Int) -> Int = { $0 }, theirs: @escaping @Sendable (Int) -> Int = { $0 }
  ) -> Self {
    let size = ValueType.integer(1...ValueType.largest)
    return Self(
      key, companions: direct.map { [($0, size)] } ?? [], type: isOptional ? size.orNull : size,
      absent: Node(.integer(absent))
    ) { value, config, draft throws(ConfigurationFault) in
      let window = value.integer.map(ours)
      let other = direct.flatMap { config.node[$0]?.integer }
      if let other, let direct, other != window, config.node[key] != nil {
        throw ConfigurationFault(
          allowed: "\(theirs(other))",
          reason: "\(direct) is \(other), and transformers takes that: they contradict each other")
      }
      draft["block.attention.window"] = (other ?? window).map { Node(.integer($0)) } ?? Node(.null)
    } write: { model in
      model.windows.lazy.compactMap { $0 }.first.map { Node(.integer(theirs($0))) }
    }
  }

  /// The kinds of layers that `transformers` has words for here.
  static let kindsOfLayers = ValueType.list(of: ["full_attention", "sliding_attention"]).orNull

  /// Checks that a list has one element for each layer.
  static func expectOne(_ list: [Node], forEachOf count: Int) throws(ConfigurationFault) {
    guard list.count != count else { return }
    throw ConfigurationFault(
      allowed: "one for each of \(count) layers", reason: "the list has \(list.count)")
  }

  /// Which layers have the window; the rules of the number of layers and of the window come before this one.
  ///
  /// - Parameters:
  ///   - every: the older key of an interval and what its absence means.
  ///   - unused: a key of the interval that the class writes and does not read.
  ///   - isLocal: which layers have a window where the configuration does not list them.
  static func layerTypes(
    every: (key: String, absent: Int) = ("", 1), unused: String? = nil,
    isLocal: @escaping @Sendable (_ layer: Int, _ interval: Int) -> Bool
  ) -> Self {
    let (full, local): (Node, Node) = ("full_attention", "sliding_attention")
    let interval = ValueType.integer(1...ValueType.largest)
    let companions = [every.key.isEmpty ? nil : every.key, unused].compactMap { $0 }
    return Self(
      "layer_types", companions: companions.map { ($0, interval) }, type: kindsOfLayers, absent: Node(.null)
    ) {
      value, config, draft throws(ConfigurationFault) in
      guard let count = draft["layers"]?.integer else { return }
      let period = config.node[every.key]?.integer ?? every.absent
      if value == Node(.null), let unused, let other = config.node[unused]?.integer, other != period {
        throw ConfigurationFault(
          allowed: "a list of \(full.json()) and \(local.json())",
          reason: "\(unused) is \(other), which transformers ignores: it takes \(period)")
      }
      let kinds = value.elements ?? (0..<count).map { isLocal($0, period) ? local : full }
      try expectOne(kinds, forEachOf: count)
      guard !kinds.contains(local) || draft["block.attention.window"] != Node(.null) else {
        throw ConfigurationFault(
          allowed: "\(full.json()) in every layer", reason: "the size of the window is null")
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
