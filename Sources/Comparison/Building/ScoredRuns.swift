import Evaluation
import Experiments
import Foundation
import Inference
import Zoo

/// The windows that all runs of a comparison are asked alike to score, and what every run's model answered. Each run is asked once, however often its numbers are wanted: after every seed, where seeds
/// are added until the question is decided.
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

  /// `[windows][length]`, frozen and spread evenly over the held-out text; nil before they are chosen.
  var windows: [[Int32]]?
  /// The places whose exact distributions are known; nil before they are drawn.
  var places: KnownPlaces?
  private var known: [String: Score] = [:]
  private var distributions: [String: [ChoiceContext: KnownPlaces.Score]] = [:]

  /// No run was asked.
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

  /// How far a run's distributions are from the exact ones, by what it is given; nothing where none are known.
  ///
  /// - Throws: `MemoryError`.
  func distributions(_ run: ArmResult) throws -> [ChoiceContext: KnownPlaces.Score] {
    if let known = distributions[run.plan.name] { return known }
    let scores = try places?.scores(run.trained) ?? [:]
    distributions[run.plan.name] = scores
    return scores
  }
}
