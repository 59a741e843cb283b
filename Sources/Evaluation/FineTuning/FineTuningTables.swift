import Reporting
import Text
import Training

/// What each model said of each test text, at the point that it chose.
public struct FineTuningPredictions {
  let labels: [String]
  let seeds: [UInt64]
  let texts: [LabelledText]
  /// By model and start: `[seeds][texts][labels]`.
  let columns: [(name: String, predictions: [[[Int32]]])]

  /// Comma-separated values: one line per label of the test, one column per model, start and seed. Words that were
  /// cut off have no prediction.
  public var csv: String {
    let heads = columns.flatMap { column in seeds.map { "\(column.name) seed \($0)" } }
    var rows = [["text", "place", "content", "label"] + heads]
    for (index, text) in texts.enumerated() {
      let isTagged = text.labels.count > 1 || text.parts.count == text.labels.count
      for (place, label) in text.labels.enumerated() {
        let content = isTagged ? text.parts[place] : text.parts.joined(separator: " | ")
        let said = columns.flatMap { column in
          column.predictions.map { seed in
            place < seed[index].count ? labels[Int(seed[index][place])] : ""
          }
        }
        rows.append(["\(index + 1)", "\(place + 1)", content, label] + said)
      }
    }
    return CommaSeparated.text(rows)
  }
}

extension FineTuningResults {
  /// Every point of the grid as comma-separated values.
  public var gridCSV: String {
    var rows = [
      [
        "model", "start", "learning_rate", "pooling", "seed", "chosen", "training_loss",
        "development_accuracy",
        "development_macro_f1", "test_accuracy", "test_accuracy_low", "test_accuracy_high", "test_macro_f1",
      ]
    ]
    for model in models {
      for start in model.starts {
        for point in start.points {
          let isChosen =
            point.point.learningRate == start.chosen.learningRate
            && point.point.pooling == start.chosen.pooling
          let test = point.test.accuracy
          let numbers = [
            point.loss, point.development.accuracy.value, point.development.macroF1, test.value,
            test.interval?.low, test.interval?.high, point.test.macroF1,
          ]
          rows.append(
            [
              model.name, start.name, "\(point.point.learningRate)", point.point.pooling.rawValue,
              "\(point.point.seed)", isChosen ? "yes" : "no",
            ] + numbers.map { $0.map { "\($0)" } ?? "" })
        }
      }
    }
    return CommaSeparated.text(rows)
  }
}
