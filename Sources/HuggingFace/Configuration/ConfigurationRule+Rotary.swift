import Settings
import Transformer

/// The rotation of queries and keys, in each of its spellings: `rope_parameters`, or keys of the family's own and
/// `rope_scaling`. Where both are there, `transformers` takes the older one, and so does this program.
extension ConfigurationRule {
  /// One base for all layers.
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
      "rope_parameters", companions: rotaryKeys([base, fraction?.key]), type: .object.orNull,
      absent: Node(.null)
    ) { value, config, draft throws(ConfigurationFault) in
      let parameters = older(config) ?? (value.isObject ? value : .object([:]))
      draft["position.scaling"] = try scaling(parameters, beside: fraction == nil ? [] : [share])
      draft["position.base"] = try number(parameters, "rope_theta", config, base, absent)
      guard let fraction else { return }
      let rotated = try number(parameters, share, config, fraction.key, fraction.absent)
      try expectPairs(rotated, share, ofHead: draft.headWidth)
      draft["position.fraction"] = rotated
    } write: { model in
      guard var parameters = parameters(model) else { return nil }
      if fraction != nil {
        parameters[share] = model["position.fraction"].map { exactShare($0, ofHead: model.headWidth) }
      }
      return parameters
    }
  }

  /// A base for layers with a window and one for those without.
  ///
  /// - Parameters:
  ///   - absent: the bases that the class has where the configuration names none.
  ///   - keys: the older keys of the bases; nil: there was none.
  ///   - scalesLocal: whether `rope_scaling` of older files was meant for layers with a window, too.
  static func rotary(
    absent: (full: Double, local: Double), keys: (full: String, local: String?), scalesLocal: Bool
  ) -> Self {
    Self(
      "rope_parameters", companions: rotaryKeys([keys.full, keys.local]), type: .object.orNull,
      absent: Node(.null)
    ) { value, config, draft throws(ConfigurationFault) in
      let kinds = ["full_attention", "sliding_attention"]
      let older = older(config)
      if older != nil, value.isObject {
        throw ConfigurationFault(
          allowed: "rope_parameters or rope_scaling",
          reason: "both are there, and they may contradict each other")
      }
      if let other = value.members.first(where: { !kinds.contains($0.key) }) {
        throw ConfigurationFault(
          allowed: "an entry for each of \(kinds.joined(separator: ", "))",
          reason: "this program does not know \(other.key)")
      }
      func entry(_ kind: String, isScaled: Bool) throws(ConfigurationFault) -> Node {
        if let own = value[kind], own != Node(.null) {
          if own.isObject { return own }
          throw ConfigurationFault(allowed: "an object or null", reason: "\(kind) is \(own.json())")
        }
        return (isScaled ? older : nil) ?? .object([:])
      }
      let full = try entry(kinds[0], isScaled: true)
      let local = try entry(kinds[1], isScaled: scalesLocal)
      guard try scaling(local) == "none" else {
        throw ConfigurationFault(
          allowed: "default in sliding_attention",
          reason: "this program scales only the rotation of layers without a window")
      }
      let base = try number(full, "rope_theta", config, keys.full, absent.full)
      let localBase = try number(local, "rope_theta", config, keys.local, absent.local)
      draft["position.base"] = base
      draft["position.scaling"] = try scaling(full)
      let isOne = localBase == base && draft["position.scaling"] == "none"
      draft["position.localBase"] = isOne ? Node(.null) : localBase
    } write: { model in
      guard let full = parameters(model), let base = model["position.base"] else { return nil }
      let local = model["position.localBase"].flatMap { $0 == Node(.null) ? nil : $0 }
      if local == nil, full["rope_type"] != "default" { return nil }
      return .object([
        "full_attention": full,
        "sliding_attention": .object(["rope_type": "default", "rope_theta": local ?? base]),
      ])
    }
  }

  /// Which layers rotate queries and keys, a list of ones and of zeros; the rule of the number of layers comes before
  /// this one.
  ///
  /// - Parameters:
  ///   - key: the key of the list.
  ///   - every: the key of the interval: one layer in this many does not rotate.
  ///   - absent: the interval where neither is there.
  static func unrotatedLayers(_ key: String, every: String, absent: Int) -> Self {
    Self(
      key, companions: [(every, .integer(1...ValueType.largest))], type: .list(of: [0, 1]).orNull,
      absent: Node(.null)
    ) { value, config, draft throws(ConfigurationFault) in
      guard let count = draft["layers"]?.integer else { return }
      func pattern(_ interval: Int) -> [Node] {
        (0..<count).map { ($0 + 1).isMultiple(of: interval) ? 0 : 1 }
      }
      if let own = value.elements { try expectOne(own, forEachOf: count) }
      let wanted = value.elements ?? pattern(config.node[every]?.integer ?? absent)
      // More than all layers: each of them rotates.
      guard let interval = (2...max(2, count + 1)).first(where: { pattern($0) == wanted }) else {
        throw ConfigurationFault(
          allowed: "0 in one layer of each group, the last, and else 1",
          reason: "this program leaves out the rotation of one layer in so many")
      }
      draft["position.skipEvery"] = interval > count ? Node(.null) : Node(.integer(interval))
    } write: { model in
      let (count, interval) = (model["blocks"]?.elements?.count ?? 0, model["position.skipEvery"]?.integer)
      return Node(
        .list((0..<count).map { layer in interval.map { (layer + 1).isMultiple(of: $0) } == true ? 0 : 1 }))
    }
  }

  /// `rope_scaling`; nil where it is absent, null or empty.
  private static func older(_ config: HubConfiguration) -> Node? {
    config.node["rope_scaling"].flatMap { $0.members.isEmpty ? nil : $0 }
  }

  /// The older keys beside `rope_parameters`.
  private static func rotaryKeys(_ numbers: [String?]) -> [(key: String, type: ValueType?)] {
    [("rope_scaling", .object.orNull)] + numbers.compactMap { $0 }.map { ($0, .number.orNull) }
  }

  /// A number of the parameters, or else of an older key; where neither is there, what that means.
  private static func number(
    _ parameters: Node, _ name: String, _ config: HubConfiguration, _ older: String?, _ absent: Double
  ) throws(ConfigurationFault) -> Node {
    let found =
      parameters[name].map { (name, $0) } ?? older.flatMap { key in config.node[key].map { (key, $0) } }
    guard let (key, value) = found else { return Node(.number(absent)) }
    guard value.number != nil else {
      throw ConfigurationFault(allowed: "a number", reason: "\(key) is \(value.json())")
    }
    return value
  }

  /// How many channels `transformers` rotates where it multiplies the width of a head by a share and leaves out what is
  /// behind the point; nil where the product is no size.
  private static func theirChannels(_ share: Double, ofHead width: Int) -> Int? {
    let product = Double(width) * share
    return product >= 0 && product <= Double(ValueType.largest) ? Int(product) : nil
  }

  /// Checks that a share of a head is an even number of channels: of an odd one `transformers` rotates one more, by
  /// angles of its own.
  private static func expectPairs(
    _ share: Node, _ key: String, ofHead width: Int
  ) throws(ConfigurationFault) {
    guard let number = share.number, let channels = theirChannels(number, ofHead: width),
      !channels.isMultiple(of: 2)
    else { return }
    let even = [channels - 1, channels + 1].filter { $0 > 0 && $0 <= width }
    throw ConfigurationFault(
      allowed: even.map { exactShare(Node(.number(Double($0) / Double(width))), ofHead: width).json() }
        .joined(separator: " or "),
      reason: "\(key) \(share.json()) rotates \(channels) of the \(width) channels of a head, an odd number")
  }

  /// The share that `transformers` rotates as many channels by as this program does by `share`.
  private static func exactShare(_ share: Node, ofHead width: Int) -> Node {
    guard let number = share.number else { return share }
    let channels = rotatedChannels(ofHead: width, fraction: number)
    if theirChannels(number, ofHead: width) == channels { return share }
    let exact = Double(channels) / Double(width)
    return Node(.number(theirChannels(exact, ofHead: width) == channels ? exact : exact.nextUp))
  }

  /// Our scaling for parameters of theirs.
  private static func scaling(_ parameters: Node, beside: Set<String> = []) throws(ConfigurationFault) -> Node
  {
    let kind = parameters["rope_type"] ?? parameters["type"] ?? "default"
    guard kind.text != nil else {
      throw ConfigurationFault(allowed: "a text", reason: "rope_type is \(kind.json())")
    }
    let names: [(theirs: String, ours: String)]
    var result: Node
    switch kind.text {
    case "default":
      (names, result) = ([], "none")
    // It begins where the longest input ends.
    case "dynamic":
      (names, result) = ([], "none")
    case "linear":
      (names, result) = ([("factor", "factor")], .object(["type": "linear"]))
    case "llama3":
      names = [
        ("factor", "factor"), ("low_freq_factor", "low"), ("high_freq_factor", "high"),
        ("original_max_position_embeddings", "trained"),
      ]
      result = .object(["type": "llama3"])
    case "yarn":
      names = [
        ("factor", "factor"), ("beta_fast", "fast"), ("beta_slow", "slow"), ("truncate", "truncates"),
        ("attention_factor", "magnitude"), ("original_max_position_embeddings", "trained"),
      ]
      result = .object(["type": "yarn"])
    default:
      throw ConfigurationFault(
        allowed: "default, dynamic, linear, llama3, yarn",
        reason: "this program has no rotary scaling \(kind.json())")
    }
    let known = beside.union(["rope_type", "type", "rope_theta"]).union(names.map(\.theirs))
      .union(kind == "dynamic" ? ["factor", "original_max_position_embeddings"] : [])
    // The values that stand for no choice.
    let empty: Set = ["mscale", "mscale_all_dim"]
    if let other = parameters.members.first(where: {
      !known.contains($0.key) && !(empty.contains($0.key) && $0.value == Node(.null))
    }) {
      throw ConfigurationFault(reason: "this program does not know \(other.key) of \(kind.json())")
    }
    for (theirs, ours) in names {
      if let value = parameters[theirs], value != Node(.null) { result[ours] = value }
    }
    if names.contains(where: { $0.theirs == "factor" }), parameters["factor"]?.number == nil {
      throw ConfigurationFault(reason: "\(kind.json()) needs a factor")
    }
    return result
  }

  /// Their parameters for our rotation of layers without a window.
  private static func parameters(_ model: DescriptorDraft) -> Node? {
    guard let base = model["position.base"] else { return nil }
    var result = Node.object(["rope_type": "default", "rope_theta": base])
    let scaling = { (name: String) -> Node? in
      model["position.scaling.\(name)"].flatMap { $0 == Node(.null) ? nil : $0 }
    }
    guard let kind = scaling("type"), kind != "none" else { return result }
    result["rope_type"] = kind
    result["factor"] = scaling("factor")
    if kind == "linear" { return result }
    result["original_max_position_embeddings"] = scaling("trained") ?? model["context"]
    if kind == "llama3" {
      result["low_freq_factor"] = scaling("low")
      result["high_freq_factor"] = scaling("high")
    } else {
      result["beta_fast"] = scaling("fast")
      result["beta_slow"] = scaling("slow")
      result["truncate"] = scaling("truncates")
      result["attention_factor"] = scaling("magnitude")
    }
    return result
  }
}
