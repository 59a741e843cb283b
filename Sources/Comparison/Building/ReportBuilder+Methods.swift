import Experiments
import Settings

extension ReportBuilder {
  /// What a reader needs to repeat the comparison.
  ///
  /// - Throws: nothing that a resolved descriptor or recipe could cause.
  func methods(version: String) throws -> ReportData.Methods {
    func indented(_ json: String) throws -> String {
      try Node.parse(json, file: "settings").json(indented: true)
    }
    return ReportData.Methods(
      trainBytes: experiment.source.trainBytes, heldOutBytes: experiment.source.heldOutBytes,
      isGenerated: experiment.corpus != nil, startsAtLines: experiment.source.startsAtLines,
      threads: experiment.threads, version: version,
      descriptors: try arms.map { try indented($0.plan.descriptor.json) },
      recipes: try arms.map { try indented($0.plan.recipe.json) })
  }
}
