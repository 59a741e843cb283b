import Settings

extension ConfigurationRule {
  /// A setting that a configuration may leave open with `null`.
  ///
  /// - Parameter null: the setting's value that means the same.
  static func optional(_ key: String, _ path: String, null: Node, aliases: [String] = []) -> Self {
    Self(key, aliases: aliases, absent: Node(.null)) { value, _, draft in
      draft[path] = value == Node(.null) ? null : value
    } write: { model in
      model[path].map { $0 == null ? Node(.null) : $0 }
    }
  }

  /// The spellings of activations; where several mean the same, the first is written.
  private static let activations: [(theirs: String, ours: String, gated: Node)] = [
    ("gelu", "gelu", "geglu"), ("gelu_python", "gelu", "geglu"),
    ("gelu_new", "gelu-tanh", .object(["type": "gated-mlp", "activation": "gelu-tanh"])),
    ("gelu_pytorch_tanh", "gelu-tanh", .object(["type": "gated-mlp", "activation": "gelu-tanh"])),
    ("relu", "relu", "reglu"), ("silu", "silu", "swiglu"), ("swish", "silu", "swiglu"),
  ]

  /// The activation of the feed-forward layers.
  ///
  /// - Parameters:
  ///   - key: the key.
  ///   - absent: what the absence of the key means.
  ///   - aliases: other spellings of the key.
  ///   - isGated: whether the layers have a gate.
  ///   - other: the path of another activation that it says, too.
  static func activation(
    _ key: String, absent: Node?, aliases: [String] = [], isGated: Bool = false, and other: String? = nil
  ) -> Self {
    let path = "block.feedForward"
    return Self(key, aliases: aliases, absent: absent) { value, _, draft throws(ConfigurationFault) in
      guard let found = activations.first(where: { Node(.text($0.theirs)) == value }) else {
        throw ConfigurationFault(
          allowed: activations.map(\.theirs).joined(separator: ", "),
          reason: "this program has no such activation")
      }
      let chosen = isGated ? found.gated : Node(.text(found.ours))
      for member in chosen.members.isEmpty ? [Node.Member("type", chosen)] : chosen.members {
        draft[path + "." + member.key] = member.value
      }
      if let other { draft[other] = Node(.text(found.ours)) }
    } write: { model in
      activations.first { activation in
        let chosen = isGated ? activation.gated : Node(.text(activation.ours))
        let members = chosen.members.isEmpty ? [Node.Member("type", chosen)] : chosen.members
        return members.allSatisfy { member in
          model[path + "." + member.key] == member.value
            || model[path + "." + member.key + ".type"] == member.value
        }
      }.map { Node(.text($0.theirs)) }
    }
  }

  /// The number of key and value heads.
  ///
  /// - Parameter heads: the path of the number of query heads, whose rule comes before this one.
  static func keyValueHeads(
    _ key: String, absent: Node = Node(.null), heads: String = "block.attention.heads"
  ) -> Self {
    Self(key, absent: absent) { value, _, draft in
      guard value != Node(.null), value != draft[heads] else { return }
      draft["block.attention.type"] = value == 1 ? "multi-query" : "grouped-query"
      if value != 1 { draft["block.attention.keyValueHeads"] = value }
    } write: { model in
      switch model["block.attention.type"]?.text {
      case "multi-query": 1
      case "grouped-query": model["block.attention.keyValueHeads"]
      default: model[heads]
      }
    }
  }

  /// The base of the rotation, in each of its spellings: `rope_parameters`, which counts where it is there, or keys of
  /// the family's own and `rope_scaling`.
  ///
  /// - Parameters:
  ///   - absent: the base that the class has where the configuration names none.
  ///   - base: the older key of the base.
  ///   - fraction: the older key of the rotated share of a head, and what its absence means; nil: all of a head rotates.
  static func rotary(
    absent: Double, base: String = "rope_theta", fraction: (key: String, absent: Double)? = nil
  ) -> Self {
    let share = "partial_rotary_factor"
    return Self(
      "rope_parameters", companions: [base, "rope_scaling", fraction?.key].compactMap { $0 },
      absent: Node(.null)
    ) { value, config, draft throws(ConfigurationFault) in
      let scaling = config.node["rope_scaling"].flatMap { $0.isObject ? $0 : nil }
      let parameters = value.isObject ? value : scaling ?? .object([:])
      let kind = parameters["rope_type"] ?? parameters["type"] ?? "default"
      guard kind == "default" else {
        throw ConfigurationFault(
          allowed: "default", reason: "this program has no rotary scaling \(kind.json())")
      }
      var known: Set = ["rope_type", "type", "rope_theta"]
      if fraction != nil { known.insert(share) }
      if let other = parameters.members.first(where: { !known.contains($0.key) }) {
        throw ConfigurationFault(reason: "this program does not know \(other.key)")
      }
      draft["position.base"] = parameters["rope_theta"] ?? config.node[base] ?? Node(.number(absent))
      guard let fraction else { return }
      draft["position.fraction"] =
        parameters[share] ?? config.node[fraction.key] ?? Node(.number(fraction.absent))
    } write: { model in
      guard let base = model["position.base"] else { return nil }
      var parameters = Node.object(["rope_type": "default", "rope_theta": base])
      if fraction != nil { parameters[share] = model["position.fraction"] }
      return parameters
    }
  }

  /// The length of the table of positions, which has rows at its start that the program never reads.
  static func positions(_ key: String, absent: Int, unread rows: Int) -> Self {
    Self(key, absent: Node(.integer(absent))) { value, _, draft in
      draft["context"] = value.integer.map { Node(.integer($0 - rows)) } ?? value
    } write: { model in
      model["context"]?.integer.map { Node(.integer($0 + rows)) }
    }
  }

  /// The kinds of the layers, where this program computes only layers without a window.
  static let fullAttention = Self("layer_types", absent: Node(.null)) {
    value, _, _ throws(ConfigurationFault) in
    guard let kinds = value.elements, kinds.contains(where: { $0 != "full_attention" }) else { return }
    throw ConfigurationFault(
      allowed: "full_attention in every layer", reason: "this family has no windows here")
  } write: { _ in
    nil
  }

  /// A number that has to be that of a setting, whose rule comes before this one; `null` and absence mean that it is.
  static func same(_ key: String, _ path: String, reason: String) -> Self {
    Self(key, absent: Node(.null)) { value, _, draft throws(ConfigurationFault) in
      guard value != Node(.null), value != draft[path] else { return }
      throw ConfigurationFault(allowed: draft[path]?.json(), reason: reason)
    } write: { model in
      model[path]
    }
  }

  /// Whether attention and feed-forward read the stream at one place, each through a norm of its own.
  static func parallelBranches(_ key: String, absent: Node) -> Self {
    Self(key, absent: absent) { value, _, draft in
      draft["block.placement"] = value == true ? "parallel" : "pre"
      if value == true { draft["block.sharedNorm"] = false }
    } write: { model in
      model["block.placement.type"] == "parallel" ? true : false
    }
  }
}
