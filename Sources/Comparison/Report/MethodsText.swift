import Reporting

/// What was done, in the words of a paper's methods section: nothing but what the report's data says.
struct MethodsText {
  /// A paragraph with its heading.
  struct Paragraph {
    let heading: String
    let text: String
  }

  private let data: ReportData
  private let methods: ReportData.Methods

  /// nil for a report of before its data said so much.
  init?(_ data: ReportData) {
    guard let methods = data.methods else { return nil }
    self.data = data
    self.methods = methods
  }

  /// The paragraphs, in the order in which things were done.
  var paragraphs: [Paragraph] {
    [
      Paragraph(heading: "Text", text: text), Paragraph(heading: "Models", text: models),
      Paragraph(heading: "Training", text: training), Paragraph(heading: "Measures", text: measures),
      Paragraph(heading: "Statistics", text: statistics), Paragraph(heading: "Machine", text: machine),
    ]
  }

  /// A row of the certificate: its one value, or each model's.
  private func row(_ what: String) -> String {
    guard let row = data.certificate.first(where: { $0.what == what }), let first = row.values.first else {
      return "not recorded"
    }
    return row.equal
      ? first
      : zip(data.arms, row.values).map { "\($0.name): \($1)" }.joined(separator: "; ")
  }

  private var text: String {
    let origin =
      methods.isGenerated
      ? "It is made by the embedded grammar, with a fixed seed; held out are sentences that the same grammar "
        + "made later. "
      : "Held out is its end. "
    let shared =
      data.duplicates.map {
        "Of \(Number.grouped($0.heldOut)) held-out lines \(Number.grouped($0.shared)) stand in the training part, "
          + "too. "
      } ?? ""
    return "\(row("text")) (the beginning of its SHA-256); "
      + "\(Number.counted(methods.trainBytes, "byte")) to train on, "
      + "\(Number.grouped(methods.heldOutBytes)) held out. \(origin)\(shared)Tokenizer, trained on the training "
      + "part alone: \(row("tokenizer")). Windows: \(row("windows")), "
      + (methods.startsAtLines ? "each beginning with a line" : "cut anywhere")
      + ", shuffled anew every epoch with the seed."
  }

  private var models: String {
    let each = data.arms.map {
      "\($0.name), \($0.kind == .encoder ? "an encoder" : "a decoder") with "
        + "\(Number.grouped($0.parameters)) parameters"
        + ($0.parametersWithoutEmbeddings.map { " (\(Number.grouped($0)) without embeddings)" } ?? "")
    }
    return
      "\(each.joined(separator: "; ")). Mask: \(row("mask")). Head: \(row("head")). All values are "
      + "stored in single precision; the products of training multiply \(row("precision")). Initial tensors: "
      + "\(row("initial tensors")); with one seed, tensors of one name and shape start "
      + "equal. The whole descriptors stand below."
  }

  private var training: String {
    "Objective: \(row("objective")). Optimiser: \(row("optimiser")). Schedule: \(row("schedule")). Batch: "
      + "\(row("batch")). Budget: \(row("budget")). Dropout: \(row("dropout")). Tuning trials: "
      + "\(row("tuning trials")). With one seed all models read the same windows in the same order. The last "
      + "state of every run is judged; none is chosen by its held-out loss."
  }

  private var measures: String {
    var sentences: [String] = []
    if let likelihood = data.likelihood {
      sentences.append(
        "Likelihood: −log₂ of the probability by the chain rule, per byte, of \(likelihood.windows) held-out "
          + "windows of \(Number.counted(likelihood.tokens, "token")) (\(Number.counted(likelihood.bytes, "byte"))), spread evenly over "
          + "the held-out text, the length given and probability shared among tokens of text alone; encoders unmask "
          + "from left to right and in one random order. Only the tokenizer's own way to cut the text is counted, "
          + "so these are upper bounds.")
    }
    if data.floor != nil {
      sentences.append("Floor: the grammar's own probability of exactly the scored bytes.")
    }
    if let verbs = data.verbs {
      sentences.append(
        "Verb forms: \(Number.counted(verbs.count, "sentence")) of the grammar that are not in the training part, each with its "
          + "right and its wrong form; right is what the model holds more probable, with the left side or with "
          + "the whole sentence in view.")
    }
    if data.ruler != nil {
      sentences.append(
        "Minimal pairs: pairs of a right and a wrong sentence of the grammar, neither in the training part; "
          + "decoders by likelihood, encoders by pseudo-log-likelihood, too.")
    }
    if let cloze = data.ruler?.cloze, let all = cloze.rows.last {
      sentences.append(
        "Hidden words: \(all.count) held-out sentences, each with one word to be chosen among at most "
          + "\(cloze.candidates) of its class, with the left side or with the whole sentence in view; several tokens "
          + "of a word by the chain rule.")
    }
    if let probes = data.probes {
      sentences.append(
        "Probes: multinomial logistic regression on the vectors of every layer, fitted on \(probes.fitted) held-out "
          + "sentences and measured on \(probes.tested) others, beside control tasks and the untrained models."
      )
    }
    if let tasks = data.fineTuning, let first = tasks.first {
      sentences.append(
        "Fine-tuning (\(tasks.map(\.task.name).joined(separator: ", "))): a linear head for all, "
          + "\(Number.counted(first.plan.options.epochs, "epoch")) at each of \(Number.counted(first.plan.points.count, "point")) of one grid, chosen on a "
          + "development part and measured on a test part, from trained and from untrained values; McNemar's exact "
          + "test, Holm's correction.")
    }
    if data.writing?.isEmpty == false {
      sentences.append(
        "Writing: texts of one length for all, judged by the grammar's parser where there is one.")
    }
    sentences += (data.evaluations ?? []).map(\.methods).filter { !$0.isEmpty }
    sentences.append(
      "Held-out losses are means over frozen windows, whose masks depend on nothing but their place; they are "
        + "held against each other only within one objective.")
    return sentences.joined(separator: " ")
  }

  private var statistics: String {
    guard let seeds = data.seeds, seeds.count > 1 else {
      return
        "One seed: intervals are over items or windows and hold for these trained models only. Shares have "
        + "Wilson's interval, likelihoods a t interval over windows, both 95 %."
    }
    let families =
      "over all comparisons of the deciding measure, and over all other tests together for the rest"
    let test =
      seeds.addsSeeds
      ? "a sign test by a fair bet that may be looked at after every seed (Ville's inequality), corrected by Holm's "
        + "method \(families); seeds were added until every comparison of the deciding measure was decided, the seeds "
        + "left could decide nothing more even if all agreed, or none was left; of \(seeds.maxCount ?? seeds.count) "
        + "at most \(seeds.count) were trained"
      : signFlips(seeds, families)
    let overstated = seeds.stoppedEarly ? " \(SectionSeeds.overstated)" : ""
    let crossed =
      seeds.measures.contains { $0.differences.contains { $0.overItems != nil } }
      ? " Where a measure is a mean over items, an interval with seeds and items crossed (Satterthwaite's degrees "
        + "of freedom) stands beside it."
      : ""
    let learnt =
      seeds.measures.first { $0.learntFrom != nil }.map {
        " What is learnt in a jump has no t interval, but the number of runs that learnt it "
          + "(\(Number.percent($0.learntFrom ?? 0, 0)) right or more), with Clopper and Pearson's exact interval."
      } ?? ""
    let decides = seeds.measures.first?.name ?? "nothing"
    return "The unit is a training run: \(Number.counted(seeds.count, "seed")), paired. "
      + (seeds.isDeclared ?? (seeds.question != nil)
        ? "Declared to decide: \(decides)."
        : "What decides was not declared beforehand: here it is \(decides).")
      + " Means and paired differences have 95 % t intervals, each "
      + "of one comparison alone; p is by \(test); 0.05 decides.\(overstated)\(crossed)\(learnt) Everything else on "
      + "this page shows the first seed, with intervals that hold for these trained models only."
  }

  /// How p is made where the number of seeds was fixed.
  private func signFlips(_ seeds: ReportData.Seeds, _ families: String) -> String {
    seeds.isJoint
      ? "flipping the signs of whole seeds, \(seeds.patterns), corrected by the largest |t| of all comparisons, stepping "
        + "down (Westfall and Young; Romano and Wolf), \(families)"
      : "flipping signs, \(seeds.patterns), corrected by Holm's method \(families)"
  }

  private var machine: String {
    "\(data.machine); \(methods.threads) \(methods.threads == 1 ? "thread" : "threads"), on which no result "
      + "depends; zoo \(methods.version); \(Number.duration(data.totalSeconds)) in all. Another instruction set may "
      + "round other last bits."
  }
}
