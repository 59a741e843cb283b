import Evaluation
import Experiments
import Foundation
import Inference
import Reporting
import Statistics
import SyntheticCorpus
import Text
import Training
import Wording
import Zoo

extension ReportBuilder {
  func heldOutRows(_ asked: [AskedModels]) -> [ReportData.HeldOutRow] {
    let tasks = Set(arms.map(\.task))
    let isOneTask = tasks.count == 1
    func row(
      _ measure: String, _ unit: String, _ values: [Double?], comparable: Bool, because: String
    ) -> ReportData.HeldOutRow {
      ReportData.HeldOutRow(
        measure: measure, unit: unit, values: values.map { $0.map { Measured($0) } },
        comparable: comparable, because: because)
    }
    // A row holds one task: losses of objectives that hide other shares measure other things.
    var rows = tasks.sorted().map { task in
      row(
        "held-out loss" + (isOneTask ? "" : ", " + task),
        arms.first { $0.task == task }?.record.unit ?? "",
        arms.map { $0.task == task ? $0.evaluation.loss : nil },
        comparable: isOneTask,
        because: isOneTask
          ? "the same task on the same frozen windows"
          : "losses of different tasks, tokenizers or texts are not comparable")
    }
    rows.append(
      row(
        "most probable token is right", "share of predictions", arms.map(\.evaluation.accuracy),
        comparable: isOneTask,
        because: isOneTask
          ? "the same predictions" : "not comparable: different predictions, with different context"))
    if arms.contains(where: { $0.evaluation.bitsPerByte != nil }) {
      rows.append(
        row(
          "bits per byte", "bits per content byte", arms.map(\.evaluation.bitsPerByte),
          comparable: reasonAgainstBitsPerByte == nil,
          because: reasonAgainstBitsPerByte
            ?? "a likelihood of the text, comparable with the floor and with compressors; not defined for objectives that are not a likelihood"
        ))
    }
    for asked in asked {
      for figure in asked.figures(of: arms) where figure.defaultRank != nil {
        let reason = results(asked).reasonAgainst(figure.context) ?? reasonAgainst(figure, asked)
        rows.append(
          ReportData.HeldOutRow(
            measure: figure.heading, unit: figure.unitWithCount,
            values: arms.map { asked.figure(figure.name, of: $0)?.measured }, comparable: reason == nil,
            because: reason ?? "the same questions with the same context"))
      }
    }
    return rows
  }

  private var reasonAgainstBitsPerByte: String? {
    Self.reasonAgainstBitsPerByte(
      of: arms.filter { $0.evaluation.bitsPerByte != nil }.map(\.evaluation.bytes),
      isOneText: experiment.isOneText)
  }

  /// Why likelihoods per byte are not comparable; nil where they are.
  ///
  /// Models of one text may have been scored on windows of other lengths, or on another number of windows: what one
  /// scored more than a tenth more of is not the same text.
  ///
  /// - Parameters:
  ///   - bytes: how many bytes of text each likelihood is of.
  ///   - isOneText: whether all are of one held-out text.
  static func reasonAgainstBitsPerByte(of bytes: [Int], isOneText: Bool) -> String? {
    guard isOneText else {
      return "likelihoods of different texts, of which one may be easier to predict"
    }
    guard let least = bytes.min(), let largest = bytes.max(), Double(largest) > 1.1 * Double(least) else {
      return nil
    }
    return
      "likelihoods of different parts of the held-out text: \(Format.bytes(least)) and \(Format.bytes(largest)); the "
      + "likelihood by the chain rule is of the same bytes"
  }

  func floor() throws -> ReportData.Floor? {
    guard let corpus = experiment.corpus else { return nil }
    let decoders = arms.indices.filter { arms[$0].evaluation.bitsPerByte != nil }
    let texts = try decoders.map { try scoredText(arms[$0]) }
    guard let text = texts.first else { return nil }
    func entropy(_ text: [[UInt8]]) -> Double {
      text.reduce(0.0) { $0 + corpus.automaton.bits($1) } / Double(text.reduce(0) { $0 + $1.count })
    }
    let bytes = Double(text.reduce(0) { $0 + $1.count })
    let whole = text.flatMap { $0 }
    let baselines = corpus.source.withTrain { train in
      whole.withUnsafeBufferPointer { scored in
        [
          ReportData.Floor.Entry(name: "unigram", bitsPerByte: UnigramModel(train).bits(scored) / bytes),
          ReportData.Floor.Entry(
            name: "Kneser-Ney 5-gram", bitsPerByte: KneserNeyModel(train).bits(scored) / bytes),
          ReportData.Floor.Entry(
            name: "zlib -9", bitsPerByte: GeneralCompressor.bits(scored, after: train) / bytes),
        ]
      }
    }
    return ReportData.Floor(
      entropy: entropy(text),
      models: zip(decoders, texts).map { index, own in
        ReportData.Floor.Entry(
          name: arms[index].plan.name, bitsPerByte: arms[index].evaluation.bitsPerByte ?? .nan, arm: index,
          entropy: own == text ? nil : entropy(own))
      }, baselines: baselines,
      note:
        "the grammar's own −log₂ probability of exactly the \(Number.grouped(Int(bytes))) scored bytes, in windows that begin with a sentence and are cut; of whole sentences the grammar's entropy is "
        + "\(Number.fixed(corpus.automaton.entropyBitsPerByte, 4)) bits per byte"
    )
  }

  /// The bytes of the windows that an arm's evaluation scored.
  private func scoredText(_ arm: ArmResult) throws -> [[UInt8]] {
    let (tokenizer, length) = (arm.trained.tokenizer, arm.plan.descriptor.context)
    let heldOut = try experiment.source.tokenizedHeldOut(tokenizer)
    return try WindowSampler.frozen(heldOut, length: length, limit: arm.plan.recipe.evaluationWindows).map {
      $0.prefix(length).flatMap { tokenizer.bytes(of: $0) }
    }
  }

  /// What must not be concluded from losses of several tasks.
  func lossConclusions() -> [ReportData.Conclusion] {
    guard Set(arms.map(\.task)).count > 1 else { return [] }
    let objectives = Set(arms.map { $0.plan.recipe.task(of: $0.objective) })
    let differing = objectives.count > 1 ? "the objectives differ" : "the tokenizers or texts differ"
    return [
      ReportData.Conclusion(
        statement: "The losses are not comparable.",
        numbers: arms.map { "\($0.plan.name) \(Number.fixed($0.evaluation.loss, 3)) \($0.record.unit)" }
          .joined(separator: ", "),
        isComparable: false, because: "\(differing): \(Set(arms.map(\.task)).sorted().inWords)")
    ]
  }
}
