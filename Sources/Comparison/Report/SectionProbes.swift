import Evaluation
import Foundation
import Inference
import Reporting
import Statistics

/// Linear probes of the hidden states, layer by layer.
struct SectionProbes {
  private let data: ReportData
  private let probes: ProbeResults

  /// The section, or nil if not requested.
  static func section(_ data: ReportData) -> ReportSection? {
    guard let probes = data.probes, !probes.rows.isEmpty else { return nil }
    return SectionProbes(data: data, probes: probes).section
  }

  private var section: ReportSection {
    ReportSection(
      id: "probes", short: "Probes", title: "Linear probes of the hidden states",
      lead: """
        A linear probe (multinomial logistic regression) predicts grammatical properties of a word from the hidden state \
        at the last token of the word, in each layer; the models stay unchanged. Layer 0 is the embedding, \
        the last layer is the input of the head. Probes were fitted on \(Number.grouped(probes.fitted)) held-out \
        sentences and tested on \(Number.grouped(probes.tested)) others; none is in the training text. A decoder's \
        vector depends on the sentence up to the word, an encoder's on the whole sentence. Encoders are therefore \
        measured twice: both kinds have the same information only if the sentence is cut off after the word, which \
        also happens in training windows. Intervals are over sentences and describe these trained models only.
        """,
      body: """
        \(comparisons(.leftOnly))<div class='panels' style='margin-top:18px'>\(charts(.leftOnly))</div>
        \(method)\(wholeSentence)\
        <details><summary>Every probe as a table</summary>\(table)</details>

        """)
  }

  // MARK: What both kinds know

  /// Models that saw the same, at their best layers.
  private func comparisons(_ side: ChoiceContext) -> Markup? {
    let chosen = probes.comparisons.filter { $0.side == side }
    guard !chosen.isEmpty else { return nil }
    let rows = chosen.map { comparison -> [Markup] in
      func cell(_ arm: Int, _ layer: Int) -> Markup {
        let found = row(arm, side, comparison.task, layer)
        return """
          \(found?.accuracy.cell { Number.percent($0, 1) } ?? "–")\
          <span class='ci'>layer \(layer), selectivity \(Number.points(found?.selectivity.value ?? .nan))</span>
          """
      }
      return [
        "\(comparison.task.rawValue)", data.label(comparison.arm), cell(comparison.arm, comparison.layer),
        data.label(comparison.against), cell(comparison.against, comparison.layerAgainst),
        comparison.difference.cell(Number.points),
      ]
    }
    return ReportTable(
      caption: "\(Self.title(side)): each model at its best layer, chosen on other sentences",
      columns: [
        "Property", "Model", .number("Accuracy"), "Compared with", .number("Accuracy"),
        .number("Difference, points"),
      ], rows: rows
    ).markup
  }

  private static func title(_ side: ChoiceContext) -> String {
    side == .leftOnly ? "Sentence up to the word" : "Whole sentence"
  }

  private func row(_ arm: Int, _ side: ChoiceContext, _ task: ProbeTask, _ layer: Int)
    -> ProbeResults.Row?
  {
    probes.rows.first { $0.arm == arm && $0.side == side && $0.task == task && $0.layer == layer }
  }

  // MARK: Layer by layer

  private func charts(_ side: ChoiceContext) -> [Markup] {
    probes.tasks.compactMap { chart($0, side) }
  }

  private func chart(_ task: ProbeResults.Task, _ side: ChoiceContext) -> Markup? {
    let rows = probes.rows.filter { $0.side == side && $0.task == task.task }
    let arms = data.arms.indices.filter { arm in rows.contains { $0.arm == arm } }
    guard !arms.isEmpty else { return nil }
    func series(_ arm: Int, _ share: KeyPath<ProbeResults.Row, Measured>, _ name: String)
      -> LineChart.Series
    {
      let isFaint = share == \.untrained
      return LineChart.Series(
        name: name, colour: data.colour(arm),
        // Bands of the untrained models would only hide the trained ones'.
        points: rows.filter { $0.arm == arm }.map {
          (Double($0.layer), $0[keyPath: share].value, isFaint ? nil : $0[keyPath: share].interval)
        }, isDashed: isFaint)
    }
    let lines = arms.flatMap { arm in
      [
        series(arm, \.accuracy, data.name(arm)),
        series(arm, \.untrained, "\(data.name(arm)), untrained"),
      ]
    }
    let least = (lines.flatMap { $0.points.map(\.y) } + [task.mostFrequent]).filter(\.isFinite).min() ?? 0
    var chart = LineChart(
      title: "\(task.task.rawValue), \(Self.title(side).lowercased())",
      description: lines.map { line in
        "\(line.name): "
          + line.points.map { "layer \(Int($0.x)) \(Number.percent($0.y))" }.joined(separator: ", ")
      }.joined(separator: "; "),
      xLabel: "layer", yLabel: "accuracy", series: lines,
      yRange: max(0, ((least - 0.02) * 10).rounded(.down) / 10)...1,
      references: [(task.mostFrequent, "most frequent label"), (task.wordAlone, "word alone")])
    // Two labels on one line cannot be read.
    if abs(task.mostFrequent - task.wordAlone) < 0.04 {
      chart.references = [(max(task.mostFrequent, task.wordAlone), "word alone, most frequent label")]
    }
    chart.xFormat = { $0 == $0.rounded() ? Number.fixed($0, 0) : "" }
    chart.yFormat = { Number.percent($0, 0) }
    let place = ProbeTask.allCases.firstIndex(of: task.task) ?? 0
    let legend = arms.map { "<li>\(ChartMark.swatch(data.colour($0)))\(data.name($0))</li>" as Markup }
    return """
      <figure class='panel'><figcaption><h3>\(Self.heading(task.task))</h3>\
      <p class='unit'>accuracy on \(Number.grouped(task.count)) questions; dashed: before training</p>\
      <ul class='legend'>\(legend)</ul></figcaption>\
      \(chart.render(id: "probe-\(side.rawValue)-\(place)"))</figure>
      """
  }

  private static func heading(_ task: ProbeTask) -> String {
    switch task {
    case .wordClass: "Class of the word"
    case .depth: "Nesting depth at the word"
    case .number: "Number of the subject, at the word before its verb"
    case .numberAcross: "The same, a noun of the other number between"
    case .predicted: "Number of the subject, where its verb is predicted"
    case .predictedAcross: "The same, a noun of the other number between"
    }
  }

  // MARK: How to read it

  private var method: Markup {
    let unfinished =
      probes.unfinished == 0
      ? "" : " \(probes.unfinished) of \(probes.fits) fits did not reach that bound."
    return """
      <p class='note'>Depth is probed in sentences with a relative clause, once per depth. The number of a subject is \
      probed at the last word before its first verb, with at least one noun between them. No word between them shows \
      it, and if one of these nouns has the other number, the nearest noun is misleading. It is also probed where the \
      model predicts the verb and needs the number: in a decoder at the same word, in an encoder at a mask after it, \
      with nothing behind the mask. “Word alone” is a table of the most frequent label of every word, which needs no \
      vector. A control task (Hewitt and Liang 2019) gives every word a random label with the same label frequencies. \
      Selectivity is accuracy minus control accuracy: it separates what the vectors encode from what the probe \
      memorises. Features are scaled to standard deviation 1 on the fitting sentences; the penalty is \
      \(Number.fixed(probes.penalty, 3))/2 times the squared weights, and every fit runs (L-BFGS, double precision) \
      until no entry of the gradient is above 10⁻⁵.\(unfinished) Sentences are the units: proportions have a Wilson \
      interval over the effective number of answers, differences a t interval with two added sentences, one per model \
      (as Bonett and Price 2012).</p>

      """
  }

  /// What only encoders know is a question of its own.
  private var wholeSentence: Markup? {
    let charts = charts(.bothSides)
    guard !charts.isEmpty else { return nil }
    return """
      <details><summary>Encoders given the whole sentence</summary>
      <p class='note'>Not comparable with a decoder: the words after the probed one include the verb, whose form shows \
      the number (except where it is predicted and masked), and the end of the clause. No conclusion uses these values.</p>
      \(comparisons(.bothSides))<div class='panels' style='margin-top:18px'>\(charts)</div></details>

      """
  }

  private var table: Markup {
    let rows = probes.rows.map { row -> [Markup] in
      func percent(_ measured: Measured) -> Markup { measured.cell { Number.percent($0, 1) } }
      return [
        data.label(row.arm), "\(ProbeTable.words(row.side))", "\(row.task.rawValue)", "\(row.layer)",
        percent(row.accuracy), percent(row.control), row.selectivity.cell(Number.points),
        percent(row.untrained),
      ]
    }
    return ReportTable(
      caption: "Probes by model, side, task and layer",
      columns: [
        "Model", "Sees", "Property", .number("Layer"), .number("Accuracy"), .number("Control accuracy"),
        .number("Selectivity, points"), .number("Untrained accuracy"),
      ], rows: rows
    ).markup
  }
}
