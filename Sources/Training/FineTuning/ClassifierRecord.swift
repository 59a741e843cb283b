import Foundation
import Text
import Wording
import Zoo

/// What the classification head of a fine-tuned model was trained for: a checkpoint holds it as JSON text.
public struct ClassifierRecord: Codable, Sendable, Equatable {
  /// The name of the task, or of the file.
  public var task: String
  /// What the labels are said of.
  public var form: LabelledTexts.Form
  /// The labels, in the order of the classes.
  public var labels: [String]
  /// Learning rate, pooling and seed.
  public var point: FineTuningPoint
  /// Epochs, batch size and schedule.
  public var options: FineTuningOptions
  /// The fraction of the labels of the test split that were right.
  public var testAccuracy: Double

  /// A record of a head.
  package init(
    task: String, form: LabelledTexts.Form, labels: [String], point: FineTuningPoint,
    options: FineTuningOptions, testAccuracy: Double
  ) {
    (self.task, self.form, self.labels) = (task, form, labels)
    (self.point, self.options, self.testAccuracy) = (point, options, testAccuracy)
  }

  /// The record of a checkpoint.
  ///
  /// - Throws: `TrainerError` for a model without a head, and for a record that is damaged.
  public init(of checkpoint: ModelFile.OpenCheckpoint) throws {
    let place = checkpoint.url.path
    guard let json = checkpoint.record.classifier else {
      throw TrainerError(
        place: place, reason: "the model has no classification head",
        suggestion: "fine-tune it and keep the result with: "
          + "\(ShellCommand("finetune", checkpoint.url.shownPath, "--save", "NEW"))")
    }
    guard let record = try? JSONDecoder().decode(Self.self, from: Data(json.utf8)), record.labels.count > 1,
      Set(record.labels).count == record.labels.count
    else {
      throw TrainerError(
        place: place, reason: "the record of the classification head is damaged",
        suggestion: "fine-tune the model again")
    }
    self = record
  }

  /// As JSON text.
  ///
  /// - Throws: an encoding error, never in practice.
  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}
