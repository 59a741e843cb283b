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
  static func keyValueHeads(_ key: String, heads: String = "block.attention.heads") -> Self {
    Self(key, absent: Node(.null)) { value, _, draft in
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

  /// The base of the rotation, in each of its three spellings: `rope_parameters`, which counts where it is there, or
  /// `rope_theta` and `rope_scaling`.
  ///
  /// - Parameter absent: the base that the class has where the configuration names none.
  static func rotary(absent: Double) -> Self {
    Self("rope_parameters", companions: ["rope_theta", "rope_scaling"], absent: Node(.null)) {
      value, config, draft throws(ConfigurationFault) in
      let parameters = value.isObject ? value : config.node["rope_scaling"] ?? .object([:])
      let kind = parameters["rope_type"] ?? parameters["type"] ?? "default"
      guard kind == "default" else {
        throw ConfigurationFault(
          allowed: "default", reason: "this program has no rotary scaling \(kind.json())")
      }
      let known: Set = ["rope_type", "type", "rope_theta"]
      if let other = parameters.members.first(where: { !known.contains($0.key) }) {
        throw ConfigurationFault(reason: "this program does not know \(other.key)")
      }
      draft["position.base"] =
        parameters["rope_theta"] ?? config.node["rope_theta"] ?? Node(.number(absent))
    } write: { model in
      model["position.base"].map { .object(["rope_type": "default", "rope_theta": $0]) }
    }
  }
}
