import Inference
import Reporting
import Statistics

extension LogitLensEvaluation {
  /// Layers in a table of guesses at most: a table of more is too wide to be read.
  private static let maxShown = 7

  /// A table of all layers for each model, then what they predict in one line.
  package func section(_ results: EvaluationResults<Result>) -> Section? {
    let models = results.models.filter { !$0.result.layers.isEmpty }
    guard !models.isEmpty else { return nil }
    return Section(
      id: "logit-lens", short: "Logit lens", title: "What each layer would predict",
      conclusion: "Half of the predictions are those of the last layer from "
        + "\(models.map { "layer \(Int(figures(of: $0.result)[0].value)) of \($0.name)" }.inWords) on.",
      explanation:
        "The norm that closes the stack and the output head are applied to the vectors after each layer, as if the "
        + "following layers were left out (logit lens, nostalgebraist 2020). Layer 0 is the embedding. A decoder predicts "
        + "every token of \(Number.counted(lines, "held-out line")) from those before it, an encoder each one masked alone. "
        + "The head was trained on the last layer only, so a high loss of an early layer does not show that its vectors "
        + "hold no information; probes do.",
      blocks: models.map { .table(layers($0)) }
        + models.filter { !$0.result.line.isEmpty }.map { .table(line($0)) },
      isDetail: true)
  }

  private func layers(_ model: EvaluationResults<Result>.Model) -> Block.Table {
    func share(_ count: Int, _ layer: Layer) -> Block.Cell {
      .measured(.share(correct: count, of: layer.count), .percent(decimals: 1))
    }
    return Block.Table(
      "Layers of \(model.name)",
      columns: [
        .text("Layer"), .number("Loss, nats per token"), .number("Right"), .number("As the last layer"),
      ],
      rows: model.result.layers.enumerated().map { index, layer in
        [
          .text(index == 0 ? "0, embedding" : "\(index)"), .number(layer.loss, .fixed(3)),
          share(layer.right, layer), share(layer.asLast, layer),
        ]
      })
  }

  private func line(_ model: EvaluationResults<Result>.Model) -> Block.Table {
    let count = model.result.layers.count
    let shown =
      count <= Self.maxShown
      ? Array(0..<count)
      : (0..<Self.maxShown).map { $0 * (count - 1) / (Self.maxShown - 1) }
    return Block.Table(
      "First guess of each layer of \(model.name), with its probability",
      columns: [.text("Token")] + shown.map { .text($0 == 0 ? "embedding" : "layer \($0)") },
      rows: model.result.line.map { token in
        [.code(token.text)]
          + shown.map {
            .noted(
              token.guesses[$0] + (token.guesses[$0] == token.text ? " ✓" : ""),
              note: Number.percent(token.probabilities[$0], 0))
          }
      })
  }
}
