import Comparison

extension ExperimentJob {
  static let probes = Option.flag(
    "probes", help: "also show what linear probes read off the models' vectors, layer by layer")

  /// A design with what `--probes` adds to it.
  ///
  /// Probes need a text whose grammar is known: a flag that asks for them on another is refused, a suite that
  /// is run on another goes without.
  ///
  /// - Throws: `UsageError`.
  static func probed(_ design: Design, _ plans: [ArmPlan], _ arguments: ParsedArguments) throws -> Design {
    var design = design
    let isAsked = arguments.flag("probes")
    if isAsked { design.probes = true }
    guard design.probes == true, plans.contains(where: { $0.recipe.data != nil }) else { return design }
    guard !isAsked else {
      throw UsageError(
        "--probes: what words are and how they agree is known of the embedded corpus alone; leave out --probes, "
          + "or the data")
    }
    arguments.console.warning("the suite's probes are left out: the grammar of this text is not known")
    design.probes = nil
    return design
  }
}
