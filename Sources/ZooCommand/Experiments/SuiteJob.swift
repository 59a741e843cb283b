import CommandLineKit
import Comparison
import Experiments

extension ExperimentJob {
  /// A suite as an experiment; the command line's options are over what the suite says of all arms, and what
  /// it says of one arm is over them.
  ///
  /// - Throws: `SettingsError` with what is wrong in an arm.
  static func begin(_ suite: Suite, _ arguments: ParsedArguments, _ workplace: Workplace) throws
    -> ExperimentJob
  {
    let plans = try suite.arms.map { arm in
      try ArmWords(model: arm.model, edits: arm.sets).plan(
        arm.name, arguments, workplace, shared: suite.sets, against: arm.against)
    }
    return try begin(
      plans, title: suite.summary, folderName: suite.name,
      declared: suite.declared.isEmpty ? whatTwinsDifferIn : suite.declared, design: suite.design,
      seeds: suite.seeds, match: suite.matches, tuning: suite.tuning, arguments, workplace)
  }
}
