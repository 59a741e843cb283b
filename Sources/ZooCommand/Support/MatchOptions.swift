import CommandLineKit
import Comparison
import Training
import Zoo

/// The option by which later arms are made equal to the first.
enum MatchOptions {
  static let match = Option.value(
    "match", .choice(MatchKind.allCases.map(\.rawValue)),
    help: "make the later models equal to the first in this", repeatable: true, group: "Training")

  /// What `--match` means: a last paragraph for help.
  static let paragraph = """


    --match makes the later models equal to the first before anything is trained, and the certificate says \
    what was changed: parameters by the feed-forward's width, flops and supervised (tokens trained on) by the \
    number of steps, receptive-field by the windows of attention. What cannot be made equal is refused.
    """

  /// The arms as they are trained, and what was changed in them.
  ///
  /// - Parameter suite: what a suite says, where the command line says nothing.
  /// - Throws: `SettingsError` where arms cannot be made equal.
  static func apply(
    _ arms: [ArmPlan], suite: Set<MatchKind>, _ arguments: ParsedArguments, _ workplace: Workplace
  ) throws -> (plans: [ArmPlan], matched: [MatchedArm]) {
    let said = Set(arguments.options("match").compactMap(MatchKind.init))
    let kinds = said.isEmpty ? suite : said
    guard !kinds.isEmpty else { return (arms, []) }
    let experiment = try Experiment(
      arms, registry: workplace.registry, folder: workplace.runs, threads: workplace.threads,
      version: ProgramVersion.current)
    return try Matching(registry: workplace.registry).apply(kinds, to: arms, try experiment.data())
  }
}
