/// What a head does, named by rule: the name follows from its measures alone.
///
/// A share is compared with that of a uniform head on the same rows: its gain, (share − uniform) / (1 −
/// uniform), is 0 for a uniform head and 1 for one that looks nowhere else. Among the rules that a head meets
/// the one that it exceeds by most, as a multiple of the threshold, names it.
public enum HeadRole: String, Codable, Sendable, CaseIterable {
  /// Looks at the token before: gain at least 0.4.
  case previous = "previous token"
  /// Looks at the token after: gain at least 0.4.
  case next = "next token"
  /// Looks at the token itself: gain at least 0.4.
  case itself = "own token"
  /// Looks at the first token, where heads rest that have nothing to do: gain at least 0.4.
  case first = "first token"
  /// Looks at spaces, punctuation and frame tokens: gain at least 0.4.
  case delimiter = "delimiter"
  /// Looks at what followed the same token before: gain at least 0.4.
  case induction = "induction"
  /// Looks from a verb, or from where its form is chosen, at its subject: gain at least 0.2, and at least
  /// twice as much as at a noun of the other number between them.
  case agreement = "agreement"
  /// None of these, and nearly uniform: normalised entropy at least 0.9.
  case broad = "broad"
  /// Anything else.
  case mixed = "mixed"

  /// The least gain of a head that looks at one kind of place.
  public static let minGain = 0.4
  /// The least gain of a head that looks from verbs to subjects: verbs are only some of its rows.
  public static let minAgreementGain = 0.2
  /// How often as much a head must look at the subject as at a noun that may mislead it.
  public static let minPreference = 2.0
  /// The least normalised entropy of a broad head.
  public static let broadEntropy = 0.9

  /// What a share is above a uniform head's, as a part of what it could be at most.
  public static func gain(_ share: Double, over uniform: Double) -> Double {
    uniform < 1 ? (share - uniform) / (1 - uniform) : 0
  }

  /// The role of a head.
  ///
  /// - Parameter uniform: the measures of a uniform head on the same maps.
  public static func of(_ measures: HeadMeasures, uniform: HeadMeasures) -> HeadRole {
    if let (role, excess) = strongest(measures, uniform: uniform), excess >= 1 { return role }
    return (measures.entropy ?? 0) >= broadEntropy ? .broad : .mixed
  }

  /// The rule that a head comes nearest to or exceeds by most, with its gain as a multiple of the threshold;
  /// the first of several. Nil when nothing that rules ask for was measured.
  package static func strongest(_ measures: HeadMeasures, uniform: HeadMeasures) -> (
    role: HeadRole, excess: Double
  )? {
    func share(_ role: HeadRole, _ share: KeyPath<HeadMeasures, Double?>) -> (HeadRole, Double)? {
      guard let value = measures[keyPath: share], let even = uniform[keyPath: share] else { return nil }
      return (role, gain(value, over: even) / minGain)
    }
    func agreement(_ place: KeyPath<HeadMeasures, HeadMeasures.Agreement?>) -> (HeadRole, Double)? {
      guard let value = measures[keyPath: place], let even = uniform[keyPath: place],
        value.subject >= minPreference * value.attractor
      else { return nil }
      return (.agreement, gain(value.subject, over: even.subject) / minAgreementGain)
    }
    let rules = [
      share(.previous, \.previous), share(.next, \.next), share(.itself, \.itself), share(.first, \.first),
      share(.delimiter, \.delimiter), share(.induction, \.induction), agreement(\.verb), agreement(\.choice),
    ]
    return rules.compactMap { $0 }.reduce(nil) { best, rule in
      guard let best, best.excess >= rule.1 else { return (rule.0, rule.1) }
      return best
    }
  }
}
