import Inference
import Reporting

extension HeadsEvaluation {
  /// Every head of every model, and the heads that are alike in encoders and decoders.
  public func section(_ results: EvaluationResults<Result>) -> Section? {
    Self.combined(results).flatMap { heads in
      HeadSection(heads) { index in
        results.models.first { $0.index == index }?.name ?? "model \(index + 1)"
      }.section
    }
  }

  /// How heads were measured.
  public func methods(_ results: EvaluationResults<Result>) -> String {
    guard let heads = Self.combined(results) else { return "" }
    let importance =
      heads.windows == 0
      ? "" : ", and the rise of the loss on \(heads.windows) held-out windows when its output is zero"
    let matches =
      heads.matches.isEmpty
      ? ""
      : "; heads of encoders and decoders are matched one to one (Hungarian method) by the Jensen-Shannon divergence of "
        + "their rows, with other sentences of the same length as the null distribution"
    return
      "Attention heads: where each attends on \(heads.sentences) held-out sentences\(importance)\(matches)."
  }

  /// The heads of all models that were asked alike, as one table; nil without models.
  private static func combined(_ results: EvaluationResults<Result>) -> HeadResults? {
    guard let first = results.models.first?.result else { return nil }
    return HeadResults(
      sentences: first.sentences, items: results.models.map(\.result.items).max() ?? 0,
      windows: results.models.map(\.result.windows).max() ?? 0,
      models: results.models.map { model in
        var heads = model.result.model
        heads.arm = model.index
        return heads
      },
      matches: results.models.flatMap { model in
        // A decoder that is not among the models any more has no place to point to.
        model.result.partners.compactMap { partner in
          guard let decoder = results.models.first(where: { $0.result.identity == partner.decoder }) else {
            return nil
          }
          var match = partner.match
          (match.encoder, match.decoder) = (model.index, decoder.index)
          return match
        }
      })
  }
}
