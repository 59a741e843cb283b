import Evaluation
import Foundation
import Reporting
import Statistics

/// What linear probes read off the vectors, layer by layer.
struct SectionProbes {
  private let data: ReportData
  private let probes: ProbeResults

  /// The section, or nil where nobody asked.
  static func section(_ data: ReportData) -> ReportSection? {
    guard let probes = data.probes, !probes.rows.isEmpty else { return nil }
    return SectionProbes(data: data, probes: probes).section
  }

  private var section: ReportSection {
    ReportSection(
      id: "probes", short: "Probes", title: "What can be read off the vectors?",
      lead: """
        A linear probe (multinomial logistic regression) tries to read what the grammar says of a word off the \
        vector at the word's last token, layer by layer; the models stay as they are. Layer 0 is the embedding, \
        the last layer what the head reads. Probes were fitted on \(Number.grouped(probes.fitted)) held-out \
        sentences and are measured on \(Number.grouped(probes.tested)) others; none stands in the training \
        text. A decoder's vector knows the sentence up to the word. An encoder's knows all of it, and so \
        encoders are measured twice: only with the sentence cut off behind the word, as windows of training are anywhere, do both kinds \
        know the same. Intervals are over sentences: they are about these trained models.
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
      caption: "\(Self.title(side)): each model at its best layer, which was chosen on other sentences",
      columns: [
        "What is read off", "Model", .number("Right"), "Against", .number("Right"),
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
      xLabel: "layer", yLabel: "share right", series: lines,
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
      <p class='unit'>share right of \(Number.grouped(task.count)) questions; dashed: before training</p>\
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
      ? "" : " \(probes.unfinished) of \(probes.fits) fits ended above that bound."
    return """
      <p class='note'>Depth is asked in sentences with a relative clause, once for each depth. The number of a \
      subject is asked at the last word before its first verb, with at least \
      one noun between them: no word on the way tells it, and where one of these nouns has the other number, \
      the nearest noun misleads. It is asked once more where the model predicts the verb and so has use for the \
      number: a decoder at the same word, an encoder at a mask behind it, with nothing else behind. “Word alone” is a table of every word's most frequent label: what needs no \
      vector. A control task (Hewitt and Liang 2019) gives every word a label of its own by chance, with the \
      frequencies of the real ones; selectivity is accuracy minus control accuracy, and tells what the vector \
      gives away from what the probe learns by heart. Columns are scaled to deviation 1 on the sentences that \
      are fitted on; the penalty is \(Number.fixed(probes.penalty, 3))/2 times the squared weights, and every \
      fit is driven (L-BFGS, double precision) until no entry of the gradient is above 10⁻⁵.\(unfinished) \
      Sentences are the units: of shares by Wilson's interval over the effective number of answers, of \
      differences by a t interval with two sentences more, one for each model (as Bonett and Price 2012).</p>

      """
  }

  /// What only encoders know is a question of its own.
  private var wholeSentence: Markup? {
    let charts = charts(.bothSides)
    guard !charts.isEmpty else { return nil }
    return """
      <details><summary>Encoders with the whole sentence in view</summary>
      <p class='note'>Not to be held against a decoder: behind the word stand, among others, the verb whose form \
      says the number (not where it is predicted: there it is masked) and the end of the clause. No verdict rests on these.</p>
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
        "Model", "Sees", "What is read off", .number("Layer"), .number("Right"), .number("Control right"),
        .number("Selectivity, points"), .number("Untrained right"),
      ], rows: rows
    ).markup
  }
}
