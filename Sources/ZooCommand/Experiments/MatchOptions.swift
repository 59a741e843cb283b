import CommandLineKit
import Comparison
import Experiments
import Training
import Zoo

/// The option by which later arms are made equal to the first.
enum MatchOptions {
  static let match = Option.value(
    "match", .choice(MatchKind.allCases.map(\.rawValue)),
    help: "adjust the later models so that they equal the first in this quantity", repeatable: true,
    group: "Training")

  /// What `--match` means: a last paragraph for help.
  static let paragraph = """


    --match adjusts the later models to the first before training, and the certificate lists the changes: \
    parameters are matched by the width of the feed-forward layer, flops and supervised (tokens trained on) by \
    the number of steps, receptive-field by the attention windows. A quantity that cannot be matched is an error.
    """

  /// The arms as they are trained, and what was changed in them.
  ///
  /// - Parameters:
  ///   - suite: what a suite says, where the command line says nothing.
  ///   - folder: of the comparison, where it is made already.
  /// - Throws: `SettingsError` where arms cannot be made equal.
  static func apply(
    _ arms: [ArmPlan], suite: Set<MatchKind>, in folder: RunFolder?, _ arguments: ParsedArguments,
    _ workplace: Workplace
  ) throws -> (plans: [ArmPlan], matched: [MatchedArm]) {
    let said = Set(arguments.options("match").compactMap(MatchKind.init))
    let kinds = said.isEmpty ? suite : said
    guard !kinds.isEmpty else { return (arms, []) }
    let experiment = try Experiment(
      arms, registry: workplace.registry, folder: folder?.url ?? workplace.runs,
      threads: workplace.threads, version: ProgramVersion.current)
    return try Matching(registry: workplace.registry).apply(kinds, to: arms, try experiment.data())
  }
}
