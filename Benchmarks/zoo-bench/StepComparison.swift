import Foundation
import ZooCommand

/// Who was measured.
enum Subject: String, Codable, CodingKeyRepresentable, CaseIterable {
  case zoo
  case oneThread = "zoo, 1 thread"
  case eager = "PyTorch"
  case compiled = "torch.compile"
}

/// One shape, measured for everyone in turn.
struct StepComparison: Codable {
  /// What is measured.
  let shape: StepCase
  /// How many threads.
  let threads: Int
  /// The machine's limits at the beginning of every round.
  private(set) var limits: [MachineLimits] = []
  /// The measurements of every round.
  private(set) var rounds: [Subject: [StepMeasurement]] = [:]

  /// Runs `rounds` rounds; in each, everyone is measured once.
  ///
  /// - Parameter python: an interpreter with PyTorch; nil measures no peer.
  /// - Throws: `ChildFailure`.
  static func run(_ shape: StepCase, threads: Int, rounds: Int, seconds: Double, python: String?) throws
    -> StepComparison
  {
    var comparison = StepComparison(shape: shape, threads: threads)
    for _ in 0..<rounds {
      let limits = ["limits", "--threads", "\(threads)", "--precision", shape.precision.rawValue]
      comparison.limits.append(
        try ChildProcess.measure(ChildProcess.ownProgram, limits, as: MachineLimits.self))
      for subject in Subject.allCases {
        guard
          let command = try comparison.command(subject, seconds: seconds, python: python)
        else { continue }
        comparison.rounds[subject, default: []].append(
          try ChildProcess.measure(command[0], Array(command.dropFirst()), as: StepMeasurement.self))
      }
    }
    return comparison
  }

  private func command(_ subject: Subject, seconds: Double, python: String?) throws -> [String]? {
    switch subject {
    case .zoo, .oneThread:
      let count = subject == .zoo ? threads : 1
      return [
        ChildProcess.ownProgram, "step", shape.name, "--threads", "\(count)", "--seconds", "\(seconds)",
      ]
    case .eager, .compiled:
      guard let python else { return nil }
      let script = ChildProcess.peer("step.py")
      let sizes = try shape.sizes()
      return [
        python, script, subject == .eager ? "eager" : "compile", sizes.isEncoder ? "encoder" : "decoder",
      ]
        + [
          sizes.layers, sizes.heads, sizes.width, shape.context, shape.batch, sizes.vocabulary,
          sizes.predictions, threads,
        ].map(String.init) + ["\(seconds)", shape.precision.rawValue]
    }
  }

  /// The median of a figure over the rounds; nil when the subject was not measured.
  func median(_ subject: Subject, _ figure: (StepMeasurement) -> Double?) -> Double? {
    middle((rounds[subject] ?? []).compactMap(figure))
  }

  /// Bytes a parameter of the optimiser's pass: weight, gradient and two moments are read, all but the
  /// gradient are written.
  private static let optimiserBytes = 28.0

  /// Seconds that a step of ours takes at the least: its matrix products at their peak, and the optimiser's
  /// traffic at the memory's bandwidth. What else passes through memory could be avoided, so it is not
  /// forgiven.
  func roofline(_ limits: MachineLimits, _ measurement: StepMeasurement) -> Double {
    (measurement.executedFlops ?? 0) / limits.flops
      + Self.optimiserBytes * Double(measurement.parameters) / limits.bandwidth
  }

  /// The least time over the time that was taken, the median over rounds.
  var shareOfRoofline: Double? {
    middle(zip(limits, rounds[.zoo] ?? []).map { roofline($0, $1) / $1.step })
  }

  /// How many times faster than the better peer, the median over rounds.
  var advantage: Double? {
    let (ours, eager, compiled) = (rounds[.zoo] ?? [], rounds[.eager] ?? [], rounds[.compiled] ?? [])
    return middle(zip(ours, zip(eager, compiled)).map { min($1.0.step, $1.1.step) / $0.step })
  }

  /// How many times faster than on one thread, the median over rounds.
  var threadGain: Double? {
    middle(zip(rounds[.zoo] ?? [], rounds[.oneThread] ?? []).map { $1.step / $0.step })
  }

  /// The fraction of a step that making its batch takes, the median over rounds.
  var dataShare: Double? { median(.zoo) { measured in measured.data.map { $0 / measured.step } } }

  /// Peak memory less the 16 bytes a parameter that training needs anyway, and less what a peer's process
  /// held before there was a model.
  func extraBytes(_ subject: Subject) -> Double? {
    median(subject) { measured in
      let base = subject == .zoo || subject == .oneThread ? 0 : measured.importBytes
      return Double(measured.peakBytes - base - 16 * measured.parameters)
    }
  }
}

/// The median: the mean of the middle two of an even number; nil of none.
func middle(_ values: [Double]) -> Double? {
  guard !values.isEmpty else { return nil }
  let sorted = values.sorted()
  return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}
