import Experiments
import Reporting
import SyntheticCorpus
import Tensors
import Text
import Training
import Zoo

extension ReportBuilder {
  /// What fine-tuning makes of all arms, as `zoo finetune` does it; nil if not requested, or where the text has
  /// no grammar.
  func fineTuning() throws -> [FineTuningResults]? {
    guard !design.tasks.isEmpty, experiment.corpus != nil else { return nil }
    let models = try arms.map { arm in
      FineTuningModel(
        name: arm.plan.name, arm.trained, initial: try experiment.untrained(arm).model,
        steps: arm.record.state.step)
    }
    let device = try Context.cpu(threads: experiment.threads, seed: 1).device
    return try design.tasks.map { task in
      let texts = task.draw(GrammarTask.usualCount, seed: 1, notIn: experiment.source)
      return try FineTuningComparison(
        models, on: try LabelledSplit(texts), texts.form, name: texts.name, plan: FineTuningResults.Plan(),
        registry: experiment.registry
      ).run(on: device) { progress in
        watch("fine-tuning on \(texts.name), \(progress.done + 1) of \(progress.total): \(progress.text)")
      }.results
    }
  }

  /// One sentence a task and pair of trained models.
  func fineTuningVerdicts(_ tasks: [FineTuningResults]?) -> [Verdict] {
    (tasks ?? []).flatMap { results in
      // Later models against the first come before each against itself untrained.
      zip(results.models.dropFirst(), results.differences).map { model, difference in
        let (name, first) = (model.name, results.models[0].name)
        let (better, worse) = difference.texts.value > 0 ? (name, first) : (first, name)
        let range = Number.interval(difference.texts.interval, Number.points)
        return Verdict(
          statement: "Fine-tuned on \(results.task.name): "
            + (difference.isDecided
              ? "\(better) is better than \(worse)." : "not decided between \(name) and \(first)."),
          numbers: "\(name) − \(first) = \(Number.points(difference.texts.value)) points (\(range)) of "
            + "\(Number.grouped(results.task.testLabels)) \(results.unit), Holm-adjusted p \(difference.p)",
          comparable: true,
          because:
            "the same head, epochs, grid and texts; \(ofSeed), so this describes these trained models only")
      }
    }
  }
}
