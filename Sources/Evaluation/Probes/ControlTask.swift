import Tensors

/// Labels that say nothing: each word has one of its own, drawn with the frequencies of the real labels. A probe
/// can only memorise them, so what it gets right of them is what it could get right without any
/// structure in the vectors.
///
/// - Source: Hewitt and Liang, "Designing and interpreting probes with control tasks", 2019.
struct ControlTask: Sendable {
  /// Running sums of the labels' shares.
  private let sums: [Double]
  private let name: String
  private let seed: UInt64

  /// The control of a task whose real labels are those of the examples.
  init(_ task: ProbeTask, _ labels: [Int], seed: UInt64) {
    var counts = [Int](repeating: 0, count: task.labels.count)
    for label in labels { counts[label] += 1 }
    var sum = 0.0
    sums = counts.map { count in
      sum += Double(count) / Double(max(1, labels.count))
      return sum
    }
    name = task.rawValue
    self.seed = seed
  }

  /// The label of a word: the same wherever it stands.
  func label(_ type: String) -> Int {
    let key = RandomStream(seed: seed).key("control of \(name): \(type)")
    let draw = (Double(key.low) + 0.5) / 4_294_967_296 * (sums.last ?? 0)
    return sums.firstIndex { $0 > draw } ?? sums.count - 1
  }
}
