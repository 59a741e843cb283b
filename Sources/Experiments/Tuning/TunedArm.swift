import Foundation
import Settings
import Training

/// One run by which a learning rate was judged.
public struct Trial: Codable, Sendable, Equatable {
  /// The round, from 1 on.
  public let rung: Int
  /// The learning rate that was tried.
  public let learningRate: Double
  /// Steps of the run.
  public let steps: Int
  /// The loss at its end on the text that is kept for this, in the arm's own unit; nil: it diverged.
  public let loss: Double?

  /// A finished trial.
  public init(rung: Int, learningRate: Double, steps: Int, loss: Double?) {
    self.rung = rung
    self.learningRate = learningRate
    self.steps = steps
    self.loss = loss
  }
}

/// The trials of one arm, and what follows from them.
public struct TunedArm: VersionedRecord, Sendable, Equatable {
  /// The arm, by name.
  public let arm: String
  /// The unit of the losses.
  public let unit: String
  /// The seed of all trials.
  public let seed: Int
  /// The trials, in the order in which they were run.
  public internal(set) var trials: [Trial]

  /// An arm with its trials.
  public init(arm: String, unit: String, seed: Int, trials: [Trial] = []) {
    self.arm = arm
    self.unit = unit
    self.seed = seed
    self.trials = trials
  }

  /// The trial of a round with that rate; nil: not yet.
  func trial(_ rung: Int, _ learningRate: Double) -> Trial? {
    trials.first { $0.rung == rung && $0.learningRate == learningRate }
  }

  /// The best rates of a round, rising. Of equal losses the lower rate is better, and any loss is better than
  /// none.
  func best(_ count: Int, ofRung rung: Int) -> [Double] {
    trials.filter { $0.rung == rung }
      .sorted { ($0.loss ?? .infinity, $0.learningRate) < ($1.loss ?? .infinity, $1.learningRate) }
      .prefix(count).map(\.learningRate).sorted()
  }

  /// The rate with the lowest loss of the last round; nil: all of them diverged.
  public var chosen: Double? {
    guard let last = trials.map(\.rung).max() else { return nil }
    let best = best(1, ofRung: last).first.flatMap { trial(last, $0) }
    return best?.loss == nil ? nil : best?.learningRate
  }

  /// Which end of the rates the chosen one stands at, where a wider grid may hold a better one: `lowest` or
  /// `highest`; nil where it is between others.
  public var end: String? {
    let rates = trials.map(\.learningRate)
    guard let chosen else { return nil }
    return chosen == rates.min() ? "lowest" : chosen == rates.max() ? "highest" : nil
  }
}

extension TunedArm {
  /// What a stopped comparison reads again: one file beside the folders of the trials.
  private static func url(in folder: URL) -> URL { folder.appending(path: "trials.json") }

  /// The trials that are in a folder; `self` without them where none do.
  ///
  /// - Throws: `TrainerError` for a damaged file, and for one with trials that are not those of `tuning`.
  func continued(in folder: URL, _ tuning: Tuning) throws -> TunedArm {
    let url = Self.url(in: folder)
    guard FileManager.default.fileExists(atPath: url.path) else { return self }
    let damage = TrainerError(
      place: url.shownPath, reason: "the record of the trials is damaged",
      suggestion: "remove it; finished trials are then read from their own folders or run again")
    let arm: TunedArm = try RecordFile.read(url, missing: damage, damaged: damage)
    guard arm.trials.allSatisfy(tuning.holds) else { throw damage }
    return arm
  }

  /// Writes the trials; the previous file stands until the new one is whole.
  ///
  /// - Throws: `TrainerError` that names the file.
  func write(to folder: URL) throws { try RecordFile.write(self, to: Self.url(in: folder)) }
}
