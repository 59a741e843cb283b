import Inference
import Reporting
import Statistics

/// Linear probes of the hidden states in a report, layer by layer.
package struct ProbeSection {
  private let probes: ProbeResults
  private let name: (Int) -> String
  private let percent = Block.NumberStyle.percent(decimals: 1)

  /// Probes of models with these names.
  package init(_ probes: ProbeResults, name: @escaping (_ arm: Int) -> String) {
    self.probes = probes
    self.name = name
  }

  /// The section; nil without probes.
  package var section: Section? {
    guard !probes.rows.isEmpty else { return nil }
    return Section(
      id: "probes", short: "Probes", title: "Linear probes of the hidden states", conclusion: conclusion,
      explanation: lead + " " + method,
      blocks: [comparisons(.leftOnly), .panels(charts(.leftOnly))].compactMap { $0 } + wholeSentence + [
        .details("Every probe as a table", [table])
      ])
  }

  private var arms: [Int] { Set(probes.rows.map(\.arm)).sorted() }

  private var conclusion: String {
    let best = arms.compactMap { arm -> String? in
      let rows = probes.rows.filter { $0.arm == arm && $0.task == .predictedAcross && $0.side == .leftOnly }
      guard let row = rows.max(by: { $0.accuracy.value < $1.accuracy.value }) else { return nil }
      return "\(name(arm)) \(Number.percent(row.accuracy.value)) at layer \(row.layer)"
    }
    return best.isEmpty
      ? "" : "A subject's number past other nouns is read off right, at best: \(best.inWords)."
  }

  // MARK: What both kinds know

  /// Models that saw the same, at their best layers; nil where no two did.
  private func comparisons(_ side: ChoiceContext) -> Block? {
    let chosen = probes.comparisons.filter { $0.side == side }
    guard !chosen.isEmpty else { return nil }
    return .table(
      Block.Table(
        "\(Self.title(side)): each model at its best layer, chosen on other sentences",
        columns: [
          .text("Property"), .text("Model"), .number("Layer"), .number("Accuracy"), .text("Compared with"),
          .number("Layer"), .number("Accuracy"), .number("Difference, points"),
        ],
        rows: chosen.map { comparison -> [Block.Cell] in
          func cells(_ arm: Int, _ layer: Int) -> [Block.Cell] {
            let row = probes.row(arm, side, comparison.task, layer)
            return [
              .model(arm), .count(layer), row.map { .measured($0.accuracy, percent) } ?? .empty,
            ]
          }
          return [.text(comparison.task.rawValue)] + cells(comparison.arm, comparison.layer)
            + cells(comparison.against, comparison.layerAgainst)
            + [.measured(comparison.difference, .points)]
        }))
  }

  private static func title(_ side: ChoiceContext) -> String {
    side == .leftOnly ? "Sentence up to the word" : "Whole sentence"
  }

  // MARK: Layer by layer

  private func charts(_ side: ChoiceContext) -> [Block.Panel] {
    probes.tasks.compactMap { chart($0, side) }
  }

  private func chart(_ task: ProbeResults.Task, _ side: ChoiceContext) -> Block.Panel? {
    let rows = probes.rows.filter { $0.side == side && $0.task == task.task }
    let series = arms.filter { arm in rows.contains { $0.arm == arm } }.flatMap { arm in
      let own = rows.filter { $0.arm == arm }
      // Bands of the untrained models would only hide the trained ones'.
      return [
        Block.Lines.Series(model: arm, own.map { .init(Double($0.layer), $0.accuracy) }),
        Block.Lines.Series(
          model: arm, note: "untrained", isDashed: true,
          own.map { .init(Double($0.layer), Measured($0.untrained.value)) }),
      ]
    }
    guard !series.isEmpty else { return nil }
    let values = series.flatMap { $0.points.map(\.y.value) } + [task.mostFrequent]
    let least = values.filter(\.isFinite).min() ?? 0
    // Two labels on one line cannot be read.
    let isOneLine = abs(task.mostFrequent - task.wordAlone) < 0.04
    return Block.Panel(
      title: Self.heading(task.task),
      remark: "accuracy on \(Number.grouped(task.count)) questions; dashed: before training",
      [
        .lines(
          Block.Lines(
            "\(task.task.rawValue), \(Self.title(side).lowercased())", xLabel: "layer", yLabel: "accuracy",
            series: series, yRange: max(0, ((least - 0.02) * 10).rounded(.down) / 10)...1,
            references: isOneLine
              ? [.init(max(task.mostFrequent, task.wordAlone), "word alone, most frequent label")]
              : [.init(task.mostFrequent, "most frequent label"), .init(task.wordAlone, "word alone")],
            style: .percent(decimals: 0)))
      ])
  }

  private static func heading(_ task: ProbeTask) -> String {
    switch task {
    case .wordClass: "Class of the word"
    case .depth: "Nesting depth at the word"
    case .number: "Number of the subject, at the word before its verb"
    case .numberAcross, .predictedAcross: "The same, a noun of the other number between"
    case .predicted: "Number of the subject, where its verb is predicted"
    }
  }

  /// What only encoders know is a question of its own.
  private var wholeSentence: [Block] {
    let charts = charts(.bothSides)
    guard !charts.isEmpty else { return [] }
    return [
      .details(
        "Encoders given the whole sentence",
        [
          .note(
            "Not comparable with a decoder: the words after the probed one include the verb, whose form shows the "
              + "number (except where it is predicted and masked), and the end of the clause. No conclusion uses these "
              + "values."),
          comparisons(.bothSides), .panels(charts),
        ].compactMap { $0 })
    ]
  }

  private var table: Block {
    .table(
      Block.Table(
        "Probes by model, side, task and layer",
        columns: [
          .text("Model"), .text("Sees"), .text("Property"), .number("Layer"), .number("Accuracy"),
          .number("Control accuracy"), .number("Selectivity, points"), .number("Untrained accuracy"),
        ],
        rows: probes.rows.map { row in
          [
            .model(row.arm), .text(ProbeTable.words(row.side)), .text(row.task.rawValue), .count(row.layer),
            .measured(row.accuracy, percent), .measured(row.control, percent),
            .measured(row.selectivity, .points), .measured(row.untrained, percent),
          ]
        }))
  }
}

// MARK: How to read it

extension ProbeSection {
  private var lead: String {
    "A linear probe (multinomial logistic regression) predicts grammatical properties of a word from the hidden state "
      + "at the last token of the word, in each layer; the models stay unchanged. Layer 0 is the embedding, the last "
      + "layer is the input of the head. Probes were fitted on \(Number.grouped(probes.fitted)) held-out sentences and "
      + "tested on \(Number.grouped(probes.tested)) others; none is in the training text. A decoder's vector depends on "
      + "the sentence up to the word, an encoder's on the whole sentence. Encoders are therefore measured twice: both "
      + "kinds have the same information only if the sentence is cut off after the word, which also happens in training "
      + "windows. Intervals are over sentences and describe these trained models only."
  }

  private var method: String {
    let unfinished =
      probes.unfinished == 0
      ? "" : " \(probes.unfinished) of \(probes.fits) fits did not reach that bound."
    return
      "Depth is probed in sentences with a relative clause, once per depth. The number of a subject is probed at the "
      + "last word before its first verb, with at least one noun between them. No word between them shows it, and if one "
      + "of these nouns has the other number, the nearest noun is misleading. It is also probed where the model predicts "
      + "the verb and needs the number: in a decoder at the same word, in an encoder at a mask after it, with nothing "
      + "behind the mask. “Word alone” is a table of the most frequent label of every word, which needs no vector. A "
      + "control task (Hewitt and Liang 2019) gives every word a random label with the same label frequencies. "
      + "Selectivity is accuracy minus control accuracy: it separates what the vectors encode from what the probe "
      + "memorises. Features are scaled to standard deviation 1 on the fitting sentences; the penalty is "
      + "\(Number.fixed(probes.penalty, 3))/2 times the squared weights, and every fit runs (L-BFGS, double precision) "
      + "until no entry of the gradient is above 10⁻⁵.\(unfinished) Sentences are the units: proportions have a Wilson "
      + "interval over the effective number of answers, differences a t interval with two added sentences, one per model "
      + "(as Bonett and Price 2012)."
  }
}
