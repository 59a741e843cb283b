import Reporting

/// The atlas of heads as a table for other programs.
public enum HeadTable {
  /// Comma-separated values with a line of headings: one line per model, state and head.
  ///
  /// Layers and heads are counted from 1, as pictures name them. After each measure stands that of a uniform
  /// head; what was not measured is empty.
  ///
  /// - Parameters:
  ///   - heads: the measures of the heads.
  ///   - names: the models' names, by arm.
  public static func csv(_ heads: HeadResults, names: [String]) -> String {
    let columns = HeadMeasures.columns
    let headings =
      ["model", "step", "layer", "head", "role", "importance", "importance_low", "importance_high"]
      + columns.flatMap { [$0.key, $0.key + "_uniform"] }
    var lines = [headings]
    for model in heads.models {
      let name = names.indices.contains(model.arm) ? names[model.arm] : "\(model.arm)"
      for state in model.states {
        lines += state.heads.map { head in
          [name, "\(state.step)", "\(head.place.layer + 1)", "\(head.place.head + 1)"]
            + [head.role.rawValue] + CommaSeparated.fields(head.importance)
            + columns.flatMap { column in
              [head.measures, head.uniform].map { CommaSeparated.field(column.value($0)) }
            }
        }
      }
    }
    return CommaSeparated.text(lines)
  }

  /// The matches of encoder heads and decoder heads in the same form: one line per pair, without a match only the
  /// headings.
  public static func matches(_ heads: HeadResults, names: [String]) -> String {
    let headings = [
      "encoder", "encoder_layer", "encoder_head", "decoder", "decoder_layer", "decoder_head", "likeness",
      "likeness_on_other_sentences", "share_of_draws_below", "likeness_untrained", "encoder_kept",
      "decoder_kept",
    ]
    func name(_ arm: Int, _ place: ModelAttention.Place) -> [String] {
      [names.indices.contains(arm) ? names[arm] : "\(arm)", "\(place.layer + 1)", "\(place.head + 1)"]
    }
    return CommaSeparated.text(
      [headings]
        + heads.matches.flatMap { match in
          match.pairs.map { pair in
            let numbers = [
              pair.similarity, pair.shuffled, pair.quantile, pair.untrained, pair.encoderKept,
              pair.decoderKept,
            ]
            return name(match.encoder, pair.encoder) + name(match.decoder, pair.decoder)
              + numbers.map(CommaSeparated.field)
          }
        })
  }

  /// Layer and head as tables name them, counted from 1.
  public static func name(_ place: ModelAttention.Place) -> String {
    "L\(place.layer + 1) H\(place.head + 1)"
  }

  /// Headings of the measures.
  public static var headings: [String] { HeadMeasures.columns.map { $0.title.lowercased() } }

  /// A head's measures in the order of the headings.
  public static func values(_ head: HeadResults.Head) -> [Double?] {
    HeadMeasures.columns.map { $0.value(head.measures) }
  }
}
