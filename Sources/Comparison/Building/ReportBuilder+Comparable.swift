import Experiments
import Foundation
import Inference
import Reporting
import Text
import Training
import Zoo

/// What may be compared at all: the same task, on one text, in the same tokens.
extension ReportBuilder {
  /// The arms with tasks that tell apart what cannot be compared: a loss a token is another quantity with another
  /// tokenizer or on another text.
  static func tellingTasksApart(_ arms: [ArmResult], isOneText: Bool) -> [ArmResult] {
    let tokenizers = arms.map { $0.trained.tokenizer.fingerprint }
    let isToldByKind =
      Set(arms.map { $0.plan.descriptor.tokenizer.type }).count == Set(tokenizers).count
    let areCutDifferently = Set(arms.map(\.plan.recipe.heldOutShare)).count > 1
    return zip(arms, tokenizers).map { arm, tokenizer in
      var arm = arm
      if Set(tokenizers).count > 1 {
        let words =
          "\(arm.plan.descriptor.tokenizer.type) with \(Number.counted(arm.trained.tokenizer.vocabularySize, "token"))"
        arm.task += "; tokenizer \(words)" + (isToldByKind ? "" : ", \(tokenizer.prefix(8))")
      }
      if !isOneText {
        arm.task +=
          "; text \(TextSource.shownName(arm.record.data)), SHA-256 \(arm.record.dataFingerprint.prefix(8))"
        if areCutDifferently { arm.task += ", \(Number.percent(arm.plan.recipe.heldOutShare)) held out" }
      }
      return arm
    }
  }

  /// Whether an arm's objective taught it to answer with no more than that in view: a model that was trained at
  /// a fixed masking rate has never seen all of the right side hidden, unless it cannot see that side.
  func isTrained(_ arm: ArmResult, toSee side: ChoiceContext) -> Bool {
    side == .bothSides || !arm.trained.model.mask.seesFuture || arm.objective.teachesFromLeft
  }

  /// The models of whose training nothing is known here, by how they came to be.
  var untrained: [(origin: String, arms: [ArmResult])] {
    let unknown = arms.filter { !$0.isTrainingKnown }
    return [
      ("imported", unknown.filter { $0.record.startedFrom == nil }),
      ("fine-tuned", unknown.filter { $0.record.startedFrom != nil }),
    ].filter { !$0.1.isEmpty }
  }

  /// The texts that the arms were trained on, by name.
  var texts: [String] {
    var known: [String] = []
    for arm in arms where arm.isTrainingKnown {
      let text = arm.plan.recipe.data == nil ? "the embedded corpus" : arm.record.data
      if !known.contains(text) { known.append(text) }
    }
    return known
  }

  /// What a reader should know of the held-out table beside what is in its rows.
  func heldOutNotes(_ asked: [AskedModels]) -> [String] {
    var notes: [String] = []
    if !experiment.isOneText {
      notes.append(
        "The models were trained on different texts, or with different held-out parts. Measurements on one held-out "
          + "text (likelihood, verb forms, pairs, heads) are left out, because a model may have been trained on that "
          + "text. Each loss is that of the model's own text.")
    }
    if !arms.map(\.trained.tokenizer).areOne {
      notes.append(
        "The models have different tokenizers, so losses per token are not comparable. The likelihood by the chain rule "
          + "is, in bits per byte: it is measured on the same bytes.")
    }
    let missing = asked.compactMap { one in one.reason.map { "\(one.asked.settings.type) (\($0))" } }
    if !missing.isEmpty { notes.append("Not measured: \(missing.joined(separator: "; ")).") }
    for (origin, arms) in untrained {
      notes.append(
        "\(arms.map(\.plan.name).inWords): \(origin). Training text, recipe and tokens seen are not known, so nothing here "
          + "compares models at equal training, and the measured text may have been among what they were trained on. "
          + "Their steps, tokens and times are those of training here, which is none; untrained, they have random weights "
          + "of the same shape.")
    }
    return notes
  }

  /// A link from the report's folder to that of a run.
  func link(to arm: ArmResult) -> String {
    func parts(_ url: URL) -> [String] { url.standardizedFileURL.pathComponents.filter { $0 != "/" } }
    let (from, to) = (parts(experiment.folder), parts(arm.folder.url))
    let common = zip(from, to).prefix { $0 == $1 }.count
    return ([String](repeating: "..", count: from.count - common) + to[common...]).joined(separator: "/")
  }
}
