import Settings

/// Combinations that cannot work. Each rule has a name, a reason and one place where it is checked.
public enum CompatibilityRules {
  /// All rules on descriptors.
  public static let all: [Rule] = [
    headsDivideWidth, keyHeadsDivideHeads, rotaryNeedsPairs, causalDistanceNeedsCausalMask,
    prefixInsideContext, poolerNeedsBothSides, globalLayersNeedWindow, sharedNormNeedsParallel,
    sharedLayersAreEqual,
  ]

  static let headsDivideWidth = Rule(
    name: "heads-divide-width", reason: "every head takes an equal part of the width"
  ) { model in
    attentions(model).compactMap { attention in
      let (width, heads) = (model.integer("width"), attention.integer("heads"))
      guard headWidth(of: attention, in: model) == nil else { return nil }
      let divisors = (1...min(width, 1024)).filter { width.isMultiple(of: $0) }
      let nearest = divisors.min { abs($0 - heads) < abs($1 - heads) }
      return Problem(
        path: attention.path + ".heads", found: "\(heads)", allowed: "a divisor of width \(width)",
        reason: "heads-divide-width: every head takes an equal part of the width",
        nearest: nearest.map { "\($0)" })
    }
  }

  static let keyHeadsDivideHeads = Rule(
    name: "key-heads-divide-heads", reason: "each key head serves a group of query heads of one size"
  ) { model in
    attentions(model).filter { $0.type == "grouped-query" }.compactMap { attention in
      let (heads, keys) = (attention.integer("heads"), attention.integer("keyValueHeads"))
      guard !heads.isMultiple(of: keys) else { return nil }
      return Problem(
        path: attention.path + ".keyValueHeads", found: "\(keys)", allowed: "a divisor of heads \(heads)",
        reason: "key-heads-divide-heads: each key head serves a group of query heads of one size")
    }
  }

  static let rotaryNeedsPairs = Rule(
    name: "rotary-needs-pairs", reason: "rotary positions turn channels in pairs"
  ) { model in
    guard model.declares("position"), model.component("position").type == "rotary" else { return [] }
    let fraction = model.component("position").number("fraction")
    return attentions(model).compactMap { attention in
      guard let headWidth = headWidth(of: attention, in: model) else { return nil }
      let heads = attention.integer("heads")
      if fraction == 1 && !headWidth.isMultiple(of: 2) || Int(Double(headWidth) * fraction) < 2 {
        return Problem(
          path: attention.path + (isWritten("headWidth", in: attention) ? ".headWidth" : ".heads"),
          found: "\(heads) heads of width \(headWidth)",
          allowed: "heads of an even width of which at least 2 channels turn",
          reason: "rotary-needs-pairs: rotary positions turn channels in pairs")
      }
      return nil
    }
  }

  static let causalDistanceNeedsCausalMask = Rule(
    name: "causal-alibi-needs-causal-mask", reason: "its causal form has no distance to the right"
  ) { model in
    guard model.declares("position"), model.declares("mask") else { return [] }
    let position = model.component("position")
    guard position.type == "alibi", position.text("form") == "causal",
      model.component("mask").type != "causal"
    else { return [] }
    return [
      Problem(
        path: "position.form", found: "causal", allowed: "symmetric, one-sided (or mask \"causal\")",
        reason: "causal-alibi-needs-causal-mask: the causal form has no distance to keys on the right",
        nearest: "symmetric")
    ]
  }

  static let prefixInsideContext = Rule(
    name: "prefix-inside-context", reason: "a prefix as long as the context leaves nothing to predict"
  ) { model in
    guard model.declares("mask") else { return [] }
    let mask = model.component("mask")
    guard mask.type == "prefix", mask.integer("length") >= model.integer("context") else { return [] }
    return [
      Problem(
        path: "mask.length", found: "\(mask.integer("length"))",
        allowed: "below context \(model.integer("context"))",
        reason: "prefix-inside-context: a prefix as long as the context leaves nothing to predict")
    ]
  }

  static let poolerNeedsBothSides = Rule(
    name: "pooler-needs-both-sides", reason: "the pooler reads the first position, which must see the text"
  ) { model in
    guard model.declares("pooler"), model.flag("pooler"), model.declares("mask"),
      model.component("mask").type == "causal"
    else {
      return []
    }
    return [
      Problem(
        path: "pooler", found: "true", allowed: "false under mask \"causal\"",
        reason: "pooler-needs-both-sides: the pooler reads the first position, which must see the text")
    ]
  }

  /// How wide the heads of an attention are; nil where the width cannot be cut into so many.
  private static func headWidth(of attention: Resolved, in model: Resolved) -> Int? {
    if isWritten("headWidth", in: attention) { return attention.optionalInteger("headWidth") }
    let (width, heads) = (model.integer("width"), attention.integer("heads"))
    return width.isMultiple(of: heads) ? width / heads : nil
  }

  /// The attentions that cut the width into heads; none in a model that has no width, no blocks or other parts in them.
  static func attentions(_ model: Resolved) -> [Resolved] {
    guard model.declares("width"), model.declares("blocks") else { return [] }
    return model.components("blocks").filter { $0.declares("attention") }.map { $0.component("attention") }
      .filter { $0.declares("heads") }
  }

  /// Whether a part declares a whole number that may be null, and has one.
  static func isWritten(_ name: String, in part: Resolved) -> Bool {
    part.declares(name) && part.optionalInteger(name) != nil
  }
}
