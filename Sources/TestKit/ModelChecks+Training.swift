import Tensors
import Transformer

/// What training computes. Models without a head have no loss, and nothing is found in them.
extension ModelChecks {
  private var tokens: TokenBatch {
    batch(rows: 2, time: Self.time, documents: Self.documents + Self.documents)
  }

  private func isUsed(_ parameter: Parameter) -> Bool {
    !ignored.contains { parameter.name.hasPrefix($0) }
  }

  /// Every parameter has a gradient, and the loss changes along it as it says: a branch that is counted twice, a table
  /// that is read by two parts, a dropout that differs backward are found.
  ///
  /// With initial values larger than a model would train with, such as `initialisation: { type: 'normal', deviation:
  /// 0.2 }`, the loss moves more than it rounds.
  ///
  /// - Throws: what the model throws.
  public func gradients() throws -> [Finding] {
    guard predicts else { return [] }
    let (model, context) = try build(trains: true)
    try Self.train(model, on: tokens, context, step: 4)
    var findings: [Finding] = []
    // Read first: a training pass adds the head's gradients while it computes the loss.
    let gradients = model.parameters.all.map { ($0, $0.tensor.node?.isWritten == true, $0.gradient) }
    for (parameter, isWritten, gradient) in gradients where isUsed(parameter) {
      let norm = gradient.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      guard isWritten, norm > 0 else {
        findings.append(Finding("gradients", "\(parameter.name) has none, or zeros alone"))
        continue
      }
      let start = parameter.tensor.values()
      // The loss along the gradient itself grows by its norm.
      func loss(at step: Double) throws -> Double {
        try parameter.tensor.buffer.upload(
          zip(start, gradient).map { $0 + Float(step * Double($1) / norm) })
        return try Self.loss(model, on: tokens, context, step: 4)
      }
      func difference(_ step: Double) throws -> Double { (try loss(at: step) - loss(at: -step)) / (2 * step) }
      // A steep loss is also curved: it is to move by 0.02 at most.
      let step = min(4e-3, 0.02 / norm)
      // Of two steps, so that the third derivative cancels (Richardson).
      func slope(_ step: Double) throws -> Double {
        try (4 * difference(step / 2) - difference(step)) / 3
      }
      func agrees(_ slope: Double) -> Bool { abs(slope - norm) < 2e-4 + 0.02 * norm }
      var found = try slope(step)
      // A ReLU may bend within the step; a gradient that is wrong is so at any step.
      if !agrees(found) { found = try slope(step / 4) }
      _ = try loss(at: 0)
      if !agrees(found) {
        findings.append(
          Finding(
            "gradients", "along that of \(parameter.name) the loss grows by \(found) instead of \(norm)"))
      }
    }
    return findings
  }

  /// Gradients, or vectors where there is no head, are the same on 1, 2 and 3 threads, bit for bit.
  ///
  /// - Throws: what the model throws.
  public func threads() throws -> [Finding] {
    func values(_ threads: Int) throws -> [[Float]] {
      let (model, context) = try build(threads: threads, trains: true)
      guard predicts else { return try Self.hidden(model, batch(rows: 2, time: 7), context) }
      try Self.train(model, on: tokens, context, step: 3)
      return model.parameters.all.map(\.gradient)
    }
    let one = try values(1)
    return try [2, 3].compactMap { threads in
      zip(one, try values(threads)).allSatisfy(sameBits)
        ? nil : Finding("threads", "\(threads) threads give other bits than 1")
    }
  }

  /// What the dry device counts is what the processor then does: parameters, FLOPs and memory.
  ///
  /// - Throws: what the model throws.
  public func dryEqualsMeasured() throws -> [Finding] {
    func figures(dry: Bool) throws -> [(name: String, value: Int)] {
      let (model, context) = try build(threads: 2, dry: dry, trains: true)
      let arena = context.device.arena
      let built = arena.peak
      if predicts {
        try Self.train(model, on: tokens, context, step: 0)
      } else {
        _ = try model.hidden(batch(rows: 2, time: 7), .inference(context))
      }
      return [
        ("parameters", model.parameters.count), ("FLOPs", Int(context.device.matrixFlops)),
        ("bytes when built", built), ("bytes at the peak", arena.peak), ("bytes afterwards", arena.live),
      ] + arena.kindsAtPeak.enumerated().map { ("bytes of kind \($0) at the peak", $1) }
    }
    let (dry, real) = (try figures(dry: true), try figures(dry: false))
    return zip(dry, real).compactMap { dry, real in
      if dry.value != real.value {
        return Finding("dry run", "\(dry.value) \(dry.name), where \(real.value) were measured")
      }
      let isCounted = !dry.name.hasPrefix("bytes of kind") && dry.name != "bytes afterwards"
      return isCounted && dry.value <= 0 ? Finding("dry run", "no \(dry.name)") : nil
    }
  }
}
