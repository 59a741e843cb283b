import Foundation
import Zoo

/// The windows that all runs of a comparison are scored on, and what every run's model gave them from left to
/// right. Each run is scored once, however often its numbers are asked for: after every seed, where seeds are
/// added until the question is decided.
public final class ScoredRuns {
  /// What a model gave the windows.
  struct Score {
    /// `[windows][length]` in nats.
    let nats: [[Double]]
    /// What the matrix products of scoring cost.
    let flops: Double

    /// Bits of every window.
    var bits: [Double] { nats.map { $0.reduce(0, +) / log(2) } }
  }

  /// `[windows][length]`, the first frozen ones; nil before they are chosen.
  var windows: [[Int32]]?
  private var known: [String: Score] = [:]

  /// No run is scored.
  public init() {}

  /// The score of a run; nil for a model without a likelihood.
  ///
  /// - Throws: `MemoryError`.
  func score(_ run: ArmResult) throws -> Score? {
    if let score = known[run.plan.name] { return score }
    guard let windows, let scoring = try? WindowScoring(run.trained) else { return nil }
    let device = run.trained.context.device
    let before = device.matrixFlops
    let nats = try scoring.nats(windows, order: .leftToRight)
    let score = Score(nats: nats, flops: Double(device.matrixFlops - before))
    known[run.plan.name] = score
    return score
  }
}
