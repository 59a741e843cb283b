import Settings

/// Rules about layers: what a setting of one needs beside it, and what several need to share.
extension CompatibilityRules {
  static let globalLayersNeedWindow = Rule(
    name: "global-layers-need-window", reason: "without a window every layer is global"
  ) { model in
    attentions(model).filter { isWritten("globalEvery", in: $0) && !isWritten("window", in: $0) }.map {
      Problem(
        path: $0.path + ".globalEvery", found: "\($0.integer("globalEvery"))",
        allowed: "null, or a number beside a window",
        reason: "global-layers-need-window: without a window every layer is global", nearest: "null")
    }
  }

  static let sharedNormNeedsParallel = Rule(
    name: "shared-norm-needs-parallel", reason: "elsewhere no two branches read one norm"
  ) { model in
    blocks(model).filter { !$0.flag("sharedNorm") && $0.text("placement") != "parallel" }.map {
      Problem(
        path: $0.path + ".sharedNorm", found: "false", allowed: "true (or placement \"parallel\")",
        reason:
          "shared-norm-needs-parallel: in placement \"\($0.text("placement"))\" no two branches read one norm",
        nearest: "true")
    }
  }

  static let sharedLayersAreEqual = Rule(
    name: "shared-layers-are-equal", reason: "layers that share their parameters are made alike"
  ) { model in
    guard model.declares("sharedLayers"), model.flag("sharedLayers") else { return [] }
    let blocks = model.components("blocks")
    guard let first = blocks.first else { return [] }
    return blocks.dropFirst().compactMap { block in
      // A window has no parameters.
      let differences = diff(first, block).filter { $0.path != "attention.window" }
      guard let difference = differences.first else { return nil }
      return Problem(
        path: block.path + "." + difference.path, allowed: "what layer 0 has, or sharedLayers false",
        reason: "shared-layers-are-equal: layers that share their parameters differ in their window alone")
    }
  }

  /// The layers that say where their norms stand.
  private static func blocks(_ model: Resolved) -> [Resolved] {
    guard model.declares("blocks") else { return [] }
    return model.components("blocks").filter { $0.declares("placement") && $0.declares("sharedNorm") }
  }
}
