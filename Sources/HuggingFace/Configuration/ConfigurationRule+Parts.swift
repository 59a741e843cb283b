import Settings
import Transformer

extension ConfigurationRule {
  /// A setting that a configuration may leave open with `null`.
  ///
  /// - Parameters:
  ///   - key: the key.
  ///   - path: the setting's path in the descriptor.
  ///   - null: the setting's value that means the same as `null`.
  ///   - absent: what the absence of the key means.
  ///   - type: what its value has to be where it is not `null`.
  static func optional(
    _ key: String, _ path: String, null: Node, absent: Node = Node(.null), type: ValueType
  ) -> Self {
    Self(key, type: type.orNull, absent: absent) { value, _, draft in
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
    ("relu2", "relu-squared", .object(["type": "gated-mlp", "activation": "relu-squared"])),
  ]

  /// The activation of the feed-forward layers.
  ///
  /// - Parameters:
  ///   - key: the key.
  ///   - absent: what the absence of the key means.
  ///   - aliases: other spellings of the key.
  ///   - isGated: whether the layers have a gate.
  ///   - geluIsTanh: whether `gelu` means its approximation, as in GPT and in the first files of Gemma.
  ///   - other: the path of another activation that it says, too.
  static func activation(
    _ key: String, absent: Node?, aliases: [String] = [], isGated: Bool = false, geluIsTanh: Bool = false,
    and other: String? = nil
  ) -> Self {
    let path = "block.feedForward"
    return Self(key, aliases: aliases, absent: absent) { value, _, draft throws(ConfigurationFault) in
      let meant = geluIsTanh && value == "gelu" ? "gelu_new" : value
      guard let found = activations.first(where: { Node(.text($0.theirs)) == meant }) else {
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
      }.map { geluIsTanh && $0.theirs == "gelu_new" ? "gelu" : Node(.text($0.theirs)) }
    }
  }

  /// The number of key and value heads.
  ///
  /// - Parameter heads: the path of the number of query heads, whose rule comes before this one.
  static func keyValueHeads(
    _ key: String, absent: Node = Node(.null), heads: String = "block.attention.heads"
  ) -> Self {
    Self(key, type: .integer(1...ValueType.largest).orNull, absent: absent) { value, _, draft in
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

  /// The width of a head where it has to be the width of the model divided by the heads, whose rules come before this one.
  static func equalHeads(_ key: String) -> Self {
    Self(key, absent: Node(.null)) { value, _, draft throws(ConfigurationFault) in
      guard value != Node(.null), value != Node(.integer(draft.headWidth)) else { return }
      throw ConfigurationFault(
        allowed: "\(draft.headWidth)", reason: "the heads of this family have equal parts of the width")
    } write: { _ in
      nil
    }
  }

  /// The length of the table of positions, which has rows at its start that the program never reads.
  static func positions(_ key: String, absent: Int, unread rows: Int) -> Self {
    Self(key, type: .integer(rows + 1...ValueType.largest), absent: Node(.integer(absent))) {
      value, _, draft in
      draft["context"] = value.integer.map { Node(.integer($0 - rows)) }
    } write: { model in
      model["context"]?.integer.map { Node(.integer($0 + rows)) }
    }
  }

  /// The kinds of the layers, where this program computes only layers without a window.
  static let fullAttention = Self("layer_types", type: kindsOfLayers, absent: Node(.null)) {
    value, _, draft throws(ConfigurationFault) in
    guard let kinds = value.elements, let count = draft["layers"]?.integer else { return }
    try expectOne(kinds, forEachOf: count)
    guard kinds.contains(where: { $0 != "full_attention" }) else { return }
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

  /// The width of the token table, where a map to the model's width follows it.
  ///
  /// - Parameter always: whether the map is there for tables of the model's width, too.
  static func tokenWidth(_ key: String, absent: Int, always: Bool) -> Self {
    Self(key, type: .integer(), absent: Node(.integer(absent))) { value, _, draft in
      draft["embedding.tokenWidth"] = always || value != draft["width"] ? value : Node(.null)
    } write: { model in
      model["embedding.tokenWidth"].flatMap { $0 == Node(.null) ? nil : $0 }
        ?? (always ? nil : model["width"])
    }
  }

  /// A scale of scores, given as the number by whose root they are divided.
  static func inverseSquareScale(_ key: String, absent: Int) -> Self {
    Self(key, absent: Node(.integer(absent))) { value, _, draft throws(ConfigurationFault) in
      guard let number = value.number, number > 0 else {
        throw ConfigurationFault(allowed: "a number above 0", reason: "scores are divided by its root")
      }
      draft["block.attention.scale"] = Node(.number(1 / number.squareRoot()))
    } write: { model in
      guard let scale = model["block.attention.scale"]?.number else {
        return Node(.integer(model.headWidth))
      }
      let number = 1 / (scale * scale)
      let whole = number.rounded()
      return 1 / whole.squareRoot() == scale
        ? Int(exactly: whole).map { Node(.integer($0)) } ?? Node(.number(number)) : Node(.number(number))
    }
  }

  /// The number of channels of a head that rotate, the first ones, where `null` takes a table of the whole width, which
  /// fits one head only; the rules of the width and of the heads come before this one.
  static func rotatedWidth(_ key: String, absent: Int) -> Self {
    Self(key, type: .integer().orNull, absent: Node(.integer(absent))) {
      value, _, draft throws(ConfigurationFault) in
      let width = draft.headWidth
      let channels = value == Node(.null) ? draft["width"]?.integer ?? 0 : value.integer ?? 0
      guard channels > 0, channels <= width, channels.isMultiple(of: 2) else {
        throw ConfigurationFault(
          allowed: "an even number in 2…\(width), the width of a head",
          reason: "channels are rotated in pairs")
      }
      draft["position.fraction"] = Node(.number(Double(channels) / Double(width)))
    } write: { model in
      model["position.fraction"]?.number.map {
        Node(.integer(rotatedChannels(ofHead: model.headWidth, fraction: $0)))
      }
    }
  }

  /// The padding token, on which no result depends. The tokenizer of an export names it; without one it is `id`, for
  /// classes that accept no `null`.
  static func padding(absentFromTokenizer id: Node) -> Self {
    Self("pad_token_id", absent: Node(.null)) { _, _, _ in
    } write: { _ in
      id
    }
  }

  /// Whether attention and feed-forward read the stream at one place, each through a norm of its own.
  static func parallelBranches(_ key: String, absent: Node) -> Self {
    Self(key, type: .flag, absent: absent) { value, _, draft in
      draft["block.placement"] = value == true ? "parallel" : "pre"
      if value == true { draft["block.sharedNorm"] = false }
    } write: { model in
      model["block.placement.type"] == "parallel" ? true : false
    }
  }
}
