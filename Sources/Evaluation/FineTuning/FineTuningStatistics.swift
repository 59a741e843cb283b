import Statistics
import Training

extension FineTuningResults.Scores {
  /// The scores of predictions, one list a text; what a text was cut by has none and is wrong.
  init(_ predicted: [[Int32]], of examples: [LabelledExample], classes: Int) {
    var counts = ClassCounts(classes: classes)
    var (right, texts) = ([Bool](), [Int]())
    for (text, (predicted, example)) in zip(predicted, examples).enumerated() {
      for (place, wanted) in example.wanted.enumerated() {
        let guess = place < predicted.count ? predicted[place] : nil
        counts.add(guess, for: wanted)
        right.append(guess == wanted)
        texts.append(text)
      }
    }
    let accuracy: Measured =
      counts.total == examples.count
      ? .share(correct: counts.right, of: counts.total) : .share(right: right, clusters: texts)
    self.init(
      right: counts.right, count: counts.total, accuracy: accuracy,
      macroF1: counts.macroF1)
  }
}
