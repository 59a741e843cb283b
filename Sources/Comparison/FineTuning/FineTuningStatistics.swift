import Foundation
import Statistics
import Training

extension FineTuningResults.Scores {
  /// The scores of predictions, one list a text; what a text was cut by has none and is wrong.
  init(_ predicted: [[Int32]], of examples: [LabelledExample], classes: Int) {
    var counts = ClassCounts(classes: classes)
    var right: [Double] = []
    for (predicted, example) in zip(predicted, examples) {
      var hits = 0
      for (place, wanted) in example.wanted.enumerated() {
        let guess = place < predicted.count ? predicted[place] : nil
        counts.add(guess, for: wanted)
        if guess == wanted { hits += 1 }
      }
      right.append(Double(hits))
    }
    let isOneEach = counts.total == examples.count
    let share = Double(counts.right) / Double(max(1, counts.total))
    let texts = PairedComparison(perText: right, of: examples)
    let interval: Interval?
    if isOneEach {
      interval = .wilson(correct: counts.right, of: counts.total)
    } else if counts.right == 0 || counts.right == counts.total {
      // Where no text differs from another, their spread says nothing: as many texts, all right or all wrong.
      interval = .wilson(correct: counts.right == 0 ? 0 : examples.count, of: examples.count)
    } else {
      interval = texts.interval()?.within(0...1)
    }
    self.init(
      right: counts.right, count: counts.total, accuracy: Measured(share, interval: interval),
      macroF1: counts.macroF1)
  }
}

extension PairedComparison {
  /// The share of labels of which `sums` counts, with the text as unit: the words of one text are no
  /// independent draws.
  ///
  /// The share is a ratio of two sums over texts; each text's value here is the ratio plus its own deviation,
  /// so that their mean is the ratio and their spread its linearised variance. With one label a text they are
  /// the sums themselves.
  ///
  /// - Source: Cochran, "Sampling techniques", 1977, chapter 6.
  init(perText sums: [Double], of examples: [LabelledExample]) {
    let counts = examples.map { Double($0.wanted.count) }
    let all = max(1, counts.reduce(0, +))
    let ratio = sums.reduce(0, +) / all
    let scale = Double(sums.count) / all
    self.init(differences: zip(sums, counts).map { ratio + ($0 - ratio * $1) * scale })
  }
}
