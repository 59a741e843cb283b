import Evaluation
import Statistics
import SyntheticCorpus
import Text
import Zoo

extension ReportBuilder {
  /// Pairs of each paradigm, the same for every budget: models of several budgets are asked alike. An encoder reads
  /// each of their sentences once a token for each measure, which costs as much as training on about 250,000 tokens.
  private static let pairsOfOneParadigm = 40

  /// Choices between minimal pairs of the grammar; nil where no arm has a likelihood.
  func pairs(_ corpus: GeneratedCorpus) throws -> ReportData.Pairs? {
    let scorings = arms.map { try? PairScoring($0.trained) }
    guard scorings.contains(where: { $0 != nil }) else { return nil }
    let drawn = GrammarPair.draw(Self.pairsOfOneParadigm, seed: 1, notIn: corpus.source)
    // A sentence that fits no context cannot be asked.
    let pairs = drawn.pairs.map(MinimalPair.init).filter { pair in
      arms.allSatisfy { $0.trained.fits(pair.good) && $0.trained.fits(pair.bad) }
    }
    guard !pairs.isEmpty else { return nil }
    var columns: [ReportData.Pairs.Column] = []
    var shares: [[String: Measured]] = []
    for (arm, scoring) in scorings.enumerated() {
      guard let scoring else { continue }
      let accuracies = try scoring.accuracies(pairs)
      for measure in scoring.measures {
        columns.append(ReportData.Pairs.Column(arm: arm, measure: measure))
        shares.append(
          Dictionary(
            accuracies.map { ($0.paradigm, $0.right[measure] ?? .init(.nan)) },
            uniquingKeysWith: { first, _ in first }))
      }
    }
    func row(_ paradigm: String, _ chosen: [MinimalPair]) -> ReportData.Pairs.Row {
      ReportData.Pairs.Row(
        paradigm: paradigm, field: paradigm == "all" ? "" : chosen[0].field, count: chosen.count,
        example: paradigm == "all" ? nil : .init(good: chosen[0].good, bad: chosen[0].bad),
        right: shares.map { $0[paradigm] ?? .init(.nan) })
    }
    let names = GrammarPair.Paradigm.allCases.map(\.rawValue)
    let rows = names.compactMap { name -> ReportData.Pairs.Row? in
      let chosen = pairs.filter { $0.paradigm == name }
      return chosen.isEmpty ? nil : row(name, chosen)
    }
    return ReportData.Pairs(
      count: pairs.count, dropped: drawn.droppedAsTrained, columns: columns, rows: rows + [row("all", pairs)])
  }
}
