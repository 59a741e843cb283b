import Evaluation
import Experiments
import SyntheticCorpus
import Text
import Training
import Zoo

extension ReportBuilder {
  /// What is known because the grammar of the text is; nil for other text.
  func ruler(_ likelihood: ReportData.Likelihood?) throws -> ReportData.Ruler? {
    guard let corpus = experiment.corpus else { return nil }
    var ruler = ReportData.Ruler()
    let tokenizer = arms[0].trained.tokenizer
    // Where there is a likelihood, all arms cut the text alike.
    guard let likelihood, let scores = try scoredRuns(),
      let automaton = TokenAutomaton(corpus.automaton, tokenizer: tokenizer)
    else { return ruler }
    let data = try TrainingData(
      experiment.source, tokenizer: tokenizer)
    let isTrainedForIt = Dictionary(
      likelihood.scores.map { ($0.arm, $0.isTrainedForIt) }, uniquingKeysWith: { first, _ in first })
    ruler.excess = try excess(scores, automaton, data, isTrainedForIt)
    ruler.truth = try truth(isTrainedForIt)
    return ruler
  }

  /// What the scored windows cost the arms beyond the grammar.
  private func excess(
    _ scores: ScoredRuns, _ automaton: TokenAutomaton, _ data: TrainingData, _ isTrainedForIt: [Int: Bool]
  ) throws -> ExcessResults? {
    var frequencies = [Int](repeating: 0, count: data.tokenizer.vocabularySize)
    for token in data.train.ids { frequencies[Int(token)] += 1 }
    let reader = ConstructionReader()
    let judged = try arms.indices.compactMap { index in
      try scores.score(arms[index]).map { (index: index, nats: $0.nats) }
    }
    guard !judged.isEmpty, let windows = scores.windows else { return nil }
    return GrammarExcess(
      tokens: windows.map { window in
        zip(window, reader.constructions(window.map { data.tokenizer.bytes(of: $0) })).map {
          TokenProperty.Token(construction: $1, frequency: frequencies[Int($0)])
        }
      }, truth: windows.map { automaton.bits($0) }, bytes: windows.map { data.bytes(of: $0) }
    ).report(
      judged.map(\.nats),
      arms: judged.map { (index: $0.index, isTrainedForIt: isTrainedForIt[$0.index] ?? false) })
  }
}
