import Reporting
import Settings
import Transformer

/// Gives an arm's layers windows through which a position sees as many tokens as in the first arm's.
///
/// A window of w holds w tokens under a causal mask and 2·w - 1 under a bidirectional one: an encoder gets
/// half of a decoder's window to each side, a decoder twice an encoder's to the left. Two masks let a
/// position see as many tokens only through windows: without one, a causal layer sees what is before and
/// a bidirectional one everything.
struct ReceptiveFieldMatch: ArmMatch {
  let kind = MatchKind.receptiveField

  func match(_ arm: MatchSide, to first: MatchSide) throws -> (ArmPlan, MatchedArm) {
    let fit = WindowFit(try first.model(), try arm.model())
    let wanted = try windows(of: first, fit, for: arm)
    var (windows, open) = ([Int?](), [Int]())
    for (layer, (window, now)) in zip(wanted, fit.own.windows).enumerated() {
      switch (window, now) {
      case (let window, _) where fit.masksAreAlike: windows.append(window)
      case (nil, nil):
        open.append(layer)
        windows.append(nil)
      case (nil, _?): throw unlimited(arm, first, layer, fit)
      case (let window?, _):
        guard let found = fit.partner(of: window) else {
          let nearest = fit.nearestWindow(to: window).map {
            "\(first.plan.name) with blocks.\(layer).attention.window=\($0)"
          }
          throw refusal(
            arm,
            found: "\(fit.tokens(fit.first, window)) tokens through layer \(layer) of \(first.plan.name)",
            reason:
              "no window within its context of \(fit.own.dimensions.context) gives as many under its mask",
            nearest: nearest)
        }
        windows.append(found)
      }
    }
    if !open.isEmpty, open.count == windows.count { throw unlimited(arm, first, open[0], fit) }

    let plan = try edited(arm, fit.own.windows, windows)
    var side = arm
    side.plan = plan
    let numbers = open.map { "\($0)" }.joined(separator: ", ")
    return (
      plan,
      MatchedArm(
        kind, arm.plan.name, changes: changes(fit.own.windows, windows),
        wanted: Self.text(fit.first), reached: Self.text(try side.model()),
        remains: open.isEmpty ? nil : "layers \(numbers) have none and remain unequal"
      )
    )
  }

  /// What the windows of a model hold, each width once: `129 tokens in a window`.
  private static func text(_ model: any LanguageModel) -> String {
    let held = zip(model.windows, model.reach().layers).filter { $0.0 != nil }.map(\.1.tokens)
    guard !held.isEmpty else { return "no windows" }
    return Set(held).sorted().map { "\($0)" }.joined(separator: " or ") + " tokens in a window"
  }

  /// The first arm's window for each layer of the other: layer by layer, or one for all.
  private func windows(of first: MatchSide, _ fit: WindowFit, for arm: MatchSide) throws -> [Int?] {
    let (wanted, own) = (fit.first.windows, fit.own.windows)
    if wanted.count == own.count { return wanted }
    guard Set(wanted).count == 1 else {
      throw refusal(
        arm, found: "\(Number.counted(own.count, "layer")), where \(first.plan.name) has \(wanted.count)",
        reason: "windows that differ between layers need the same number of layers",
        nearest: "\(arm.plan.name) with layers=\(wanted.count)")
    }
    return [Int?](repeating: wanted[0], count: own.count)
  }

  private func unlimited(_ arm: MatchSide, _ first: MatchSide, _ layer: Int, _ fit: WindowFit)
    -> SettingsError
  {
    func sees(_ model: any LanguageModel) -> String {
      ReceptiveField(of: model.mask, window: nil, time: model.dimensions.context).reach.words
    }
    return refusal(
      arm, found: "\(sees(fit.own)) against \(sees(fit.first))",
      reason: "layer \(layer) of \(first.plan.name) has no window, and without one their masks show them "
        + "different numbers of tokens",
      nearest: fit.nearestWindow(to: fit.own.dimensions.context).map {
        "\(first.plan.name) with block.attention.window=\($0)"
      })
  }

  /// The arm with other windows.
  private func edited(_ arm: MatchSide, _ old: [Int?], _ new: [Int?]) throws -> ArmPlan {
    guard old != new else { return arm.plan }
    let attentions = AttentionSettings.layers(of: arm.plan.descriptor.settings)
    guard attentions.count == new.count,
      attentions.allSatisfy({ $0?.declares(AttentionSettings.window) ?? false })
    else {
      throw refusal(arm, reason: "its attention has no window to change (setting \"window\")")
    }
    // A pattern of global layers would hide some of the windows that are written here.
    let patterned = attentions.indices.filter {
      (attentions[$0]?.value(of: AttentionSettings.globalEvery) ?? nil) != nil
    }
    return try arm.edited(
      patterned.map { "blocks.\($0).attention.globalEvery=null" }
        + new.indices.filter { old[$0] != new[$0] || patterned.contains($0) }.map {
          "blocks.\($0).attention.window=\(new[$0].map { "\($0)" } ?? "null")"
        })
  }

  /// What was changed, layers with one change together.
  private func changes(_ old: [Int?], _ new: [Int?]) -> [String] {
    func shown(_ window: Int?) -> String { window.map { "\($0)" } ?? "none" }
    var groups: [(change: String, layers: [Int])] = []
    for layer in new.indices where old[layer] != new[layer] {
      let change = "window \(shown(old[layer])) → \(shown(new[layer]))"
      if let known = groups.firstIndex(where: { $0.change == change }) {
        groups[known].layers.append(layer)
      } else {
        groups.append((change, [layer]))
      }
    }
    return groups.map { group in
      let numbers = group.layers.map { "\($0)" }.joined(separator: ", ")
      return group.layers.count == new.count
        ? "\(group.change) in all layers" : "\(group.change) in layers \(numbers)"
    }
  }
}

/// Which windows of two models hold equally many tokens.
struct WindowFit {
  let first: any LanguageModel
  let own: any LanguageModel
  /// Whether the masks are one rule: then equal windows see equally much, and none sees all.
  let masksAreAlike: Bool

  init(_ first: any LanguageModel, _ own: any LanguageModel) {
    self.first = first
    self.own = own
    let time = min(first.dimensions.context, own.dimensions.context)
    masksAreAlike =
      ReceptiveField(of: first.mask, window: nil, time: time)
      == ReceptiveField(of: own.mask, window: nil, time: time)
  }

  /// Tokens that a window holds far from both ends of a text.
  func tokens(_ model: any LanguageModel, _ window: Int) -> Int {
    let middle = max(window, model.dimensions.context)
    return model.mask.visible(query: middle, time: 2 * middle + 1, window: window).count
  }

  /// The own window that holds as many tokens as a window of the first; nil where none does, or only one that
  /// is wider than the context and so is none.
  func partner(of window: Int) -> Int? {
    let wanted = tokens(first, window)
    guard wanted <= own.dimensions.context else { return nil }
    let candidate = (1...own.dimensions.context).first { tokens(own, $0) >= wanted }
    return candidate.flatMap { tokens(own, $0) == wanted ? $0 : nil }
  }

  /// The window of the first nearest to `window` that has a partner; of two, the narrower.
  func nearestWindow(to window: Int) -> Int? {
    (0..<max(window, own.dimensions.context)).lazy.flatMap { [window - $0, window + $0] }
      .first { $0 >= 1 && partner(of: $0) != nil }
  }
}
