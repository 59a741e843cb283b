import Reporting
import Statistics
import Training

extension FineTuningResults {
  /// What fine-tuning made of one model.
  struct Tuned {
    /// The model's name.
    let name: String
    /// Whether it sees both sides.
    let seesFuture: Bool
    /// What was measured.
    let result: FineTuningEvaluation.Result

    /// Its starts with their predictions of the test.
    var starts: [TunedStart] {
      zip(result.model.starts, result.predictions).map {
        TunedStart(name: "\(name) \($0.name)", start: $0, predictions: $1)
      }
    }
  }

  /// What one model and start came to.
  struct TunedStart {
    let name: String
    let start: Start
    /// The test's predictions at the chosen point, `[seeds][texts][labels]`.
    let predictions: [[[Int32]]]
  }

  /// What fine-tuning made of models that were asked alike; nil without models, and where they were not asked alike, as
  /// only a damaged file has it.
  init?(_ models: [Tuned]) {
    guard let first = models.first?.result, models.allSatisfy({ $0.result.isWhole }),
      models.allSatisfy({ $0.result.wanted == first.wanted })
    else { return nil }
    self.init(
      task: first.task, plan: first.plan,
      models: models.map { model in
        var renamed = model.result.model
        renamed.name = model.name
        return renamed
      }, differences: Self.differences(models, first.plan), notes: Self.notes(models, first.plan))
  }

  /// Later models against the first, and each trained against untrained.
  private static func differences(_ models: [Tuned], _ plan: Plan) -> [Difference] {
    let (wanted, starts) = (models[0].result.wanted, models.map(\.starts))
    let trained = starts.compactMap(\.first)
    var found =
      trained.dropFirst().map { difference($0, trained[0], wanted) }
      + starts.filter { $0.count > 1 }.map { difference($0[0], $0[1], wanted) }
    let corrected: [Double?] =
      plan.seeds.count > 1
      ? JointSignFlips(found.map(\.perSeed)).corrected : holm(found.map { $0.difference.probability ?? 1 })
    for index in found.indices where found[index].difference.probability != nil {
      found[index].difference.corrected = corrected[index]
    }
    return found.map(\.difference)
  }

  /// Two models on the test texts, and how they differ with every seed.
  private static func difference(_ left: TunedStart, _ right: TunedStart, _ wanted: [[Int32]])
    -> (difference: Difference, perSeed: [Double])
  {
    func hits(_ predictions: [[Int32]]) -> [Int] {
      zip(predictions, wanted).map { zip($0, $1).count { $0 == $1 } }
    }
    let pairs = zip(left.predictions, right.predictions).map { (left: hits($0), right: hits($1)) }
    let perText = wanted.indices.map { text in
      pairs.reduce(0.0) { $0 + Double($1.left[text] - $1.right[text]) } / Double(pairs.count)
    }
    let seeds = PairedComparison(
      left.start.results.map(\.test.accuracy.value), right.start.results.map(\.test.accuracy.value))
    let isOneEach = wanted.allSatisfy { $0.count == 1 }
    let probability: Double? =
      if pairs.count > 1 {
        seeds.signFlip
      } else if isOneEach {
        mcNemar(perText.count { $0 > 0 }, perText.count { $0 < 0 })
      } else {
        nil
      }
    let difference = Difference(
      left: left.name, right: right.name,
      texts: .difference(sums: perText, counts: wanted.map(\.count)),
      seeds: pairs.count > 1
        ? Measured(seeds.mean, interval: seeds.interval()?.within(-1...1)) : nil,
      probability: probability)
    return (difference, seeds.differences)
  }

  private static func notes(_ models: [Tuned], _ plan: Plan) -> [String] {
    let form = models[0].result.task.form
    let blind = models.filter { !$0.seesFuture }.map(\.name)
    var notes: [String] = []
    if plan.poolings.contains(.first), !blind.isEmpty {
      let names = blind.joined(separator: ", ")
      notes.append(
        form == .tagging
          ? "first: in \(names) a word's first token has not read the rest of the word"
          : "first: in \(names) the first token has read nothing but itself")
    }
    for model in models where model.result.model.cut > 0 {
      notes.append(
        "\(model.name): texts longer than it reads, which were cut: \(model.result.model.cut)"
          + (form == .tagging ? "; words that were cut count as wrong" : ""))
    }
    let seen = models[0].result.testSeenBefore
    if seen > 0 {
      notes.append("\(seen) test texts are also in the training or development split")
    }
    let tests = 2 * models.count - 1
    let fewest = JointSignFlips.minSeeds
    if plan.seeds.count == 1 {
      notes.append(
        "one seed: differences describe these fine-tuned models, not repeated fine-tuning")
    } else if plan.seeds.count < fewest {
      notes.append(
        "\(Number.counted(tests, "comparison")) \(tests == 1 ? "needs" : "need") \(Number.counted(fewest, "seed")) to be decided at the 5 % level"
      )
    }
    notes.append(
      "one pretraining run per model: the differences do not describe other pretraining runs")
    return notes
  }
}
