import Inference
import Reporting
import Statistics

/// Where the bits lie that models need beyond the grammar itself, as a part of the section of likelihoods.
struct ExcessTables {
  private let excess: ExcessResults
  private let name: (Int) -> String

  init(_ excess: ExcessResults, name: @escaping (_ arm: Int) -> String) {
    (self.excess, self.name) = (excess, name)
  }

  /// The total of each model, and collapsed the parts; none without models.
  var blocks: [Block] {
    guard let first = excess.rows.first else { return [] }
    return [
      .details(
        "Excess over the grammar's entropy: where the bits are",
        [.paragraph(conclusion), .paragraph(explanation), .table(totals(first))]
          + [LikelihoodSection.note(excess.rows.filter { !$0.isTrainedForIt }.map { name($0.arm) })]
          .compactMap { $0 } + excess.properties.filter { !$0.groups.isEmpty }.map { .table(table($0)) })
    ]
  }

  private var conclusion: String {
    let said = excess.rows.map { "\(name($0.arm)) \(Number.fixed($0.perByte.value, 4))" }
    return "Bits per byte above the grammar's own: \(said.inWords)."
  }

  private var explanation: String {
    "The same \(Number.counted(excess.windows, "window")) of \(Number.counted(excess.tokens, "token")), from left to right. "
      + "The grammar gives the exact probability of each token given all tokens before it. The excess is the cost of a "
      + "model above that; it is 0 on average for a model that equals the grammar. Tokens are grouped by their "
      + "properties, so a group can be below 0: the model then expects such words more often than they occur, at the "
      + "expense of others. Intervals are 95 % t intervals with windows as units; there is none if fewer than "
      + "\(WindowMeasure.minWindows) windows have such tokens. Differences are paired by window. All values describe "
      + "these trained models only."
  }

  private func totals(_ first: ExcessResults.Row) -> Block.Table {
    let style = Block.NumberStyle.fixed(4)
    return Block.Table(
      "Bits per byte above the grammar's \(Number.fixed(excess.floor, 4))",
      columns: [
        .text("Model"), .number("Above the grammar"), .number("Minus that of \(name(first.arm))"),
        .text("Trained for it?"),
      ],
      rows: excess.rows.map { row in
        [
          .model(row.arm), .measured(row.perByte, style),
          row.difference.map { .measured($0, style) } ?? .empty, .text(row.isTrainedForIt ? "yes" : "no"),
        ]
      })
  }

  private func table(_ property: ExcessResults.Property) -> Block.Table {
    let style = Block.NumberStyle.fixed(3)
    let hasDifference = excess.rows.count == 2 && property.groups.contains { $0.difference != nil }
    let names = excess.rows.map { name($0.arm) }
    return Block.Table(
      "\(property.name): bits per token",
      columns: [.text(""), .number("Tokens"), .number("Grammar")]
        + excess.rows.map { .init(.model($0.arm, note: "above the grammar"), isNumber: true) }
        + (hasDifference ? [.number("\(names[1]) minus \(names[0])")] : []),
      rows: property.groups.map { group in
        let models = excess.rows.indices.map { index -> Block.Cell in
          group.excess.indices.contains(index) ? .measured(group.excess[index], style) : .empty
        }
        return [.text(group.label), .count(group.count), .number(group.floor, .fixed(2))] + models
          + (hasDifference ? [group.difference.map { .measured($0, style) } ?? .empty] : [])
      })
  }
}
