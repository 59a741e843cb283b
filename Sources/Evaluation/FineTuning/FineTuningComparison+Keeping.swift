import Foundation
import Inference
import Settings
import Tensors
import Training
import Zoo

/// A fine-tuned model that is to be kept.
public struct FineTunedModel {
  /// The model with its head.
  public let tuner: FineTuner
  /// What the head was trained for.
  public let classifier: ClassifierRecord
}

extension FineTuningResults.Start {
  /// The point whose model is kept: of the chosen ones, a seed each, the first with the most right development labels;
  /// nil where training diverged with every seed.
  var kept: FineTuningResults.GridPoint? {
    let usable = results.filter { $0.loss != nil }
    let most = usable.map(\.development.right).max()
    return usable.first { $0.development.right == most }
  }
}

extension FineTuningComparison {
  /// Fine-tunes a model once more at the point that it chose, from its trained weights, to keep it. Models of other
  /// points are not held in memory.
  ///
  /// - Parameters:
  ///   - results: what `run` found.
  ///   - index: which of the models.
  ///   - device: where it runs.
  ///   - progress: told what is under way.
  /// - Throws: `InferenceError` where training diverged at that point, and where the model comes out differently from
  ///   the one that was measured; what `run` throws.
  public func again(
    _ results: FineTuningResults, model index: Int = 0, on device: any Device,
    progress: (String) -> Void = { _ in }
  ) throws -> FineTunedModel {
    let model = models[index]
    guard let start = results.models[index].starts.first, let wanted = start.kept else {
      throw InferenceError(
        "\(model.name): training diverged at the chosen point, so there is no model to keep; add a lower --learning-rate"
      )
    }
    let outcome = try tuning.outcome(
      model, model.starts[0].values, at: wanted.point, try tuning.parts(model), on: device,
      progress: { progress("\(model.name), \($0)") })
    guard outcome.measured == wanted else {
      throw InferenceError(
        "\(model.name): fine-tuned again, the model came out differently from the one in the table, and is not kept; "
          + "do not use this machine before its memory was tested")
    }
    return FineTunedModel(
      tuner: outcome.tuner,
      classifier: ClassifierRecord(
        task: tuning.name, form: tuning.form, labels: tuning.split.labels, point: wanted.point,
        options: tuning.plan.options, testAccuracy: wanted.test.accuracy.value))
  }
}
