import Text
import Training
import Zoo

/// Windows that were scored, and what every arm said to them.
struct ScoredWindows {
  /// `[windows][length]`, the first frozen ones.
  let windows: [[Int32]]
  /// By arm, from left to right: `[windows][length]` in nats. Arms without a likelihood have none.
  var nats: [Int: [[Double]]] = [:]
}

extension ReportBuilder {
  /// What is known because the grammar of the text is; nil for other text.
  func ruler(_ likelihood: ReportData.Likelihood?, _ scored: ScoredWindows?) throws -> ReportData.Ruler? {
    guard let corpus = experiment.corpus else { return nil }
    var ruler = ReportData.Ruler(pairs: try pairs(corpus), cloze: try cloze(corpus))
    let tokenizer = arms[0].trained.tokenizer
    // Where there is a likelihood, all arms cut the text alike.
    guard let likelihood, let scored,
      let automaton = TokenAutomaton(corpus.automaton, tokenizer: tokenizer)
    else { return ruler }
    let data = try TrainingData(
      experiment.source, tokenizer: tokenizer, settings: arms[0].plan.descriptor.tokenizer)
    let isTrainedForIt = Dictionary(
      likelihood.scores.map { ($0.arm, $0.isTrainedForIt) }, uniquingKeysWith: { first, _ in first })
    ruler.excess = excess(scored, automaton, data, isTrainedForIt)
    ruler.truth = try truth(data, length: likelihood.tokens, automaton, isTrainedForIt)
    return ruler
  }

  /// What the scored windows cost the arms beyond the grammar.
  private func excess(
    _ scored: ScoredWindows, _ automaton: TokenAutomaton, _ data: TrainingData, _ isTrainedForIt: [Int: Bool]
  ) -> ReportData.Excess? {
    var frequencies = [Int](repeating: 0, count: data.tokenizer.vocabularySize)
    for token in data.train.ids { frequencies[Int(token)] += 1 }
    let reader = ConstructionReader()
    let judged = arms.indices.filter { scored.nats[$0] != nil }
    guard !judged.isEmpty else { return nil }
    return GrammarExcess(
      tokens: scored.windows.map { window in
        zip(window, reader.constructions(window.map { data.tokenizer.bytes(of: $0) })).map {
          TokenProperty.Token(construction: $1, frequency: frequencies[Int($0)])
        }
      }, truth: scored.windows.map { automaton.bits($0) }, bytes: scored.windows.map { data.bytes(of: $0) }
    ).report(
      judged.compactMap { scored.nats[$0] },
      arms: judged.map { (index: $0, isTrainedForIt: isTrainedForIt[$0] ?? false) })
  }
}
