import Experiments
import Reporting

extension ReportData {
  /// How the learning rate of every arm was chosen: by as many trials for each.
  public struct Tuning: Codable, Sendable {
    /// How trials were spent.
    public var method: Experiments.Tuning.Method
    /// Trials of every arm.
    public var trials: Int
    /// Share of the training text that trials were judged on.
    public var share: Double
    /// The arms.
    public var arms: [Arm]

    /// The trials of one arm.
    public struct Arm: Codable, Sendable {
      /// Index into ``ReportData/arms``.
      public var arm: Int
      /// Unit of the losses.
      public var unit: String
      /// The seed of all trials.
      public var seed: Int
      /// The trials, in the order in which they were run.
      public var trials: [Trial]
      /// The rate that was chosen.
      public var chosen: Double
      /// That a wider grid may hold a better rate; nil where the chosen one is between others.
      public var warning: String?
    }

    /// Headings of ``rows``, and whether numbers are below them; those of numbers stand right.
    public var columns: [(title: String, isNumber: Bool)] {
      [("model", false)] + (method == .halving ? [("round", true)] : [])
        + [("learning rate", true), ("steps", true), ("loss", true), ("unit", false), ("", false)]
    }

    /// Every trial of every arm, as a reader wants it; the first cell is left to the arm.
    public var rows: [(arm: Int, cells: [String])] {
      arms.flatMap { arm in
        let last = arm.trials.map(\.rung).max()
        return arm.trials.map { trial in
          let isChosen = trial.learningRate == arm.chosen && trial.rung == last
          return (
            arm.arm,
            (method == .halving ? ["\(trial.rung)"] : []) + [
              Experiments.Tuning.text(trial.learningRate), Number.grouped(trial.steps),
              trial.loss.map { Number.fixed($0, 4) } ?? "diverged", arm.unit, isChosen ? "chosen" : "",
            ]
          )
        }
      }
    }

    /// What the trials of some arms led to; arms by other names than those of the report are left out.
    public init(_ tuning: Experiments.Tuning, _ tuned: [TunedArm], names: [String]) {
      method = tuning.method
      trials = tuning.trials
      share = Experiments.Tuning.share
      arms = names.enumerated().compactMap { index, name in
        guard let arm = tuned.first(where: { $0.arm == name }), let chosen = arm.chosen else { return nil }
        return Arm(
          arm: index, unit: arm.unit, seed: arm.seed, trials: arm.trials, chosen: chosen, warning: arm.warning
        )
      }
    }
  }
}
