import Evaluation
import Inference
import Tensors
import Text
import Training
import Zoo

/// One model of a comparison, trained, with everything that was measured on the way.
public struct ArmResult {
  /// What was trained.
  public let plan: ArmPlan
  /// Encoder or decoder.
  public let kind: ArchitectureKind
  /// What it was trained for.
  public let objective: any Objective
  /// The objective's name with what is not the default in it, and where the arms differ in them the tokenizer and the
  /// text: losses compare only within one.
  public package(set) var task: String
  /// The run's folder.
  public let folder: RunFolder
  /// How a command line names the model.
  package let reference: String
  /// What `run.json` says.
  public let record: RunRecord
  /// What was predicted before training.
  public let forecast: RunForecast
  /// The trained model.
  public let trained: LoadedModel
  /// Trained values without embeddings.
  public let parametersWithoutEmbeddings: Int
  /// Loss of logged steps.
  public let trainPoints: [CurvePoint]
  /// Loss of evaluations.
  public let heldOutPoints: [CurvePoint]
  /// Everything that the run logged.
  package let curves: RunCurves
  /// Whether the run was asked the very questions while it trained that all arms are asked now.
  package let sharesQuestions: Bool
  /// The last evaluation.
  public let evaluation: EvaluationReport
  /// Where the time of some steps in the middle went.
  public let profile: [Profiler.Row]
  /// Whether it was trained here: of an imported model neither text nor recipe nor steps are known.
  package var isTrainingKnown = true
}
