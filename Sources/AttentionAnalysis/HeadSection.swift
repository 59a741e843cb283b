import Foundation
import Inference
import Reporting

/// The atlas of heads in a report: what each head does and is worth, before and after training.
package struct HeadSection {
  /// Pictures of single heads that a page holds at most.
  static let maxPictures = 400

  private let heads: HeadResults
  private let name: (Int) -> String

  /// Heads of models with these names.
  package init(_ heads: HeadResults, name: @escaping (_ arm: Int) -> String) {
    self.heads = heads
    self.name = name
  }

  /// The section; nil without heads.
  package var section: Section? {
    guard heads.models.contains(where: { !$0.states.isEmpty }) else { return nil }
    return Section(
      id: "heads", short: "Heads", title: "Roles of the attention heads", conclusion: conclusion,
      explanation:
        "Every head was measured on the same \(heads.sentences) held-out sentences. A rule derives its role "
        + "from these measures: a head has a role if it closes at least \(Number.percent(HeadRole.minGain, 0)) of the gap "
        + "between uniform and full attention (from a verb to its subject: "
        + "\(Number.percent(HeadRole.minAgreementGain, 0)), and at least twice the attention to a distractor noun); broad "
        + "means an entropy of at least \(Number.fixed(HeadRole.broadEntropy, 1)) of the maximum. The bar is the "
        + "importance of the head: the increase of the model's loss on \(heads.windows) held-out windows when the output "
        + "of the head is set to zero. Choose a picture to enlarge the head with its tokens.",
      blocks: heads.models.flatMap(model) + heads.matches.flatMap(match) + rollouts, isDetail: true)
  }

  private var conclusion: String {
    let models = heads.models.compactMap { model -> String? in
      guard let heads = model.states.last?.heads, !heads.isEmpty else { return nil }
      let roles = Dictionary(grouping: heads, by: \.role).mapValues(\.count)
      let most = roles.max { ($0.value, "\($1.key)") < ($1.value, "\($0.key)") }
      return most.map {
        "\(name(model.arm)): \($0.value) of \(Number.counted(heads.count, "head")) \($0.key.rawValue)"
      }
    }
    return models.isEmpty ? "" : "The most frequent kind of head: \(models.joined(separator: "; "))."
  }

  /// Whether the page has room for a picture of each head in each state.
  private var hasPictures: Bool {
    heads.models.reduce(0) { $0 + $1.states.reduce(0) { $0 + $1.heads.count } } <= Self.maxPictures
  }

  private func model(_ model: HeadResults.Model) -> [Block] {
    let ends =
      model.states.count > 1 ? [model.states[0], model.states[model.states.count - 1]] : model.states
    let panels = ends.map { state in
      Block.Panel(model: model.arm, title: model.title(of: state), [.grid(grid(model, state))])
    }
    return [.panels(panels)] + checkpoints(of: model)
      + (model.unread.map { unread in
        unread.isEmpty
          ? [] : [.note("Left out of the heads of \(name(model.arm)) during training: \(unread.inWords).")]
      } ?? []) + [.details("All measures of \(name(model.arm))", measures(model))]
  }

  private func grid(_ model: HeadResults.Model, _ state: HeadResults.State) -> Block.Grid {
    let layers = Dictionary(grouping: state.heads, by: \.place.layer).sorted { $0.key < $1.key }
    let columns = layers.map(\.value.count).max() ?? 0
    let most = state.heads.compactMap { $0.importance?.value }.filter(\.isFinite).max() ?? 0
    return Block.Grid(
      "Heads of \(name(model.arm)), \(model.title(of: state))", columns: (0..<columns).map { "H\($0 + 1)" },
      rows: layers.map { layer, heads in
        .init("L\(layer + 1)", heads.map { cell($0, in: state, most: most, unit: model.unit) })
      })
  }

  private func cell(_ head: HeadResults.Head, in state: HeadResults.State, most: Double, unit: String)
    -> Block.Grid.Cell
  {
    let strongest = HeadRole.strongest(head.measures, uniform: head.uniform)
    let leans = head.role == .mixed ? strongest.flatMap { $0.excess >= 0.5 ? $0.role : nil } : nil
    return Block.Grid.Cell(
      head.role.rawValue, note: leans.map { "towards \($0.rawValue)" } ?? "",
      remarks: [
        head.measures.entropy.map { "entropy \(Number.fixed($0, 2))" },
        head.measures.distance.map { "distance \(Number.fixed($0, 1))" },
      ].compactMap { $0 }, picture: picture(head.place, in: state),
      bar: head.importance.map { importance in
        let range = Number.interval(importance.interval, Self.signed)
        return Block.Grid.Bar(
          share: most > 0 && importance.value.isFinite ? max(0, importance.value / most) : 0,
          text: Self.signed(importance.value),
          remark: "\(Self.signed(importance.value)) \(unit)\(range.isEmpty ? "" : " (\(range))")")
      }, head: .init(layer: head.place.layer, head: head.place.head))
  }

  private func picture(_ place: ModelAttention.Place, in state: HeadResults.State) -> Data? {
    guard hasPictures, let picture = state.picture, picture.isDrawable else { return nil }
    let codes = picture.head(layer: place.layer, head: place.head)
    return codes.isEmpty ? nil : Data(codes)
  }

  /// One line per head, one column per checkpoint.
  private func checkpoints(of model: HeadResults.Model) -> [Block] {
    guard model.states.count > 2, let last = model.states.last else { return [] }
    let grid = Block.Grid(
      "Every head of \(name(model.arm)) in the checkpoints that were kept",
      columns: model.states.map(model.title),
      rows: last.heads.map { head in
        .init(
          Self.name(head.place),
          model.states.map { state in
            state.heads.first { $0.place == head.place }.map {
              .init($0.role.rawValue, picture: picture(head.place, in: state))
            }
          })
      })
    return [.details("Heads of \(name(model.arm)) during training", [.grid(grid)])]
  }

  private var rollouts: [Block] {
    let panels = heads.models.compactMap { model -> Block.Panel? in
      guard let picture = model.rollout, picture.isDrawable else { return nil }
      return Block.Panel(
        model: model.arm, title: "rollout",
        [
          .heatMap(
            Block.HeatMap(
              "Attention rollout of \(name(model.arm))", labels: picture.tokens,
              codes: Data(picture.head(layer: picture.layers - 1, head: 0))))
        ])
    }
    guard !panels.isEmpty else { return [] }
    return [
      .note(
        "Attention rollout: the contribution of each input token to a vector after the last layer, if only attention and "
          + "the residual stream are considered (the product of ½·mean attention + ½·identity over the layers; Abnar and "
          + "Zuidema 2020)."), .panels(panels),
    ]
  }
}

extension HeadSection {
  /// Layer and head on one line.
  private static func name(_ place: ModelAttention.Place) -> String {
    HeadTable.name(place).replacingOccurrences(of: " ", with: "\u{A0}")
  }

  /// A change with its sign; none where it rounds to nothing.
  private static func signed(_ value: Double) -> String {
    abs(value) < 0.0005 ? "0.000" : (value > 0 ? "+" : "") + Number.fixed(value, 3)
  }

  /// Every measure after training, with its values before training and of a uniform head below it.
  private func measures(_ model: HeadResults.Model) -> [Block] {
    guard let last = model.states.last else { return [] }
    let first = model.states.count > 1 ? model.states[0] : nil
    func number(_ value: Double?) -> String { value.map { Number.fixed($0, 2) } ?? "–" }
    let rows = last.heads.map { head -> [Block.Cell] in
      let before = first?.heads.first { $0.place == head.place }
      let worth = head.importance.map { importance -> Block.Cell in
        .noted(Self.signed(importance.value), note: Number.interval(importance.interval, Self.signed))
      }
      return [.text(Self.name(head.place)), .text(head.role.rawValue), worth ?? .empty]
        + HeadMeasures.columns.map { column -> Block.Cell in
          let value = column.value(head.measures)
          let beside = [before.flatMap { column.value($0.measures) }, column.value(head.uniform)]
          return value == nil
            ? .empty : .noted(number(value), note: beside.map(number).joined(separator: " · "))
        }
    }
    return [
      .note(
        "In small print below each number: the same head before training · a uniform head. Induction is measured on "
          + "repeated random tokens. Attention from verbs is measured at the verb itself and at the position where its form "
          + "is predicted (in a decoder the position before the verb, in an encoder a mask). Importance is in \(model.unit), "
          + "with its 95 % interval over windows."),
      .table(
        Block.Table(
          "Heads of \(name(model.arm))",
          columns: [.text("Head"), .text("Role"), .number("Importance")]
            + HeadMeasures.columns.map { .number($0.title) }, rows: rows)),
    ]
  }

  private func match(_ match: HeadResults.Match) -> [Block] {
    let (encoder, decoder) = (name(match.encoder), name(match.decoder))
    func role(_ arm: Int, _ place: ModelAttention.Place) -> String {
      let last = heads.models.first { $0.arm == arm }?.states.last?.heads
      return last?.first { $0.place == place }?.role.rawValue ?? ""
    }
    func number(_ value: Double?) -> Block.Cell { value.map { .number($0, .fixed(3)) } ?? .empty }
    return [
      .panels([
        Block.Panel(title: "Matching heads of \(encoder) and \(decoder)", [.note(matching(match))])
      ]),
      .table(
        Block.Table(
          "Heads of \(encoder) and \(decoder), most similar first",
          columns: [
            .text(encoder), .text(decoder), .number("Similarity"), .number("On other sentences"),
            .number("Above of draws"), .number("Untrained \(decoder)"), .number("Kept of \(encoder)"),
            .number("Kept of \(decoder)"),
          ],
          rows: match.pairs.sorted { $0.similarity > $1.similarity }.map { pair in
            [
              .noted(Self.name(pair.encoder), note: role(match.encoder, pair.encoder)),
              .noted(Self.name(pair.decoder), note: role(match.decoder, pair.decoder)),
              number(pair.similarity), number(pair.shuffled),
              pair.quantile.map { .number($0, .percent(decimals: 0)) } ?? .empty, number(pair.untrained),
              .number(pair.encoderKept, .percent(decimals: 0)),
              .number(pair.decoderKept, .percent(decimals: 0)),
            ]
          })),
    ]
  }

  /// How alike the matched heads are, and how to read that.
  private func matching(_ match: HeadResults.Match) -> String {
    let decoder = name(match.decoder)
    let null = match.shuffled.sorted()
    let range =
      null.isEmpty ? "" : "\(Number.fixed(null[0], 3)) to \(Number.fixed(null[null.count - 1], 3))"
    let below = null.count { $0 < match.similarity }
    let untrained = match.untrained.map {
      ", \(Number.fixed($0, 3)) with the heads of \(decoder) before training"
    }
    return
      "Mean similarity of the matched heads \(Number.fixed(match.similarity, 3)); "
      + (null.isEmpty
        ? ""
        : "on other sentences of the same length \(range) in \(null.count) draws, \(below) of them lower")
      + "\(untrained ?? ""). Similarity is 1 − the Jensen–Shannon divergence of two rows in bits, averaged over the "
      + "rows of \(Number.counted(match.sentences, "sentence")). The encoder's map is restricted to what the decoder "
      + "sees and renormalised; a start token of the decoder is left out. Each head has one partner, in any layer "
      + "(Hungarian method), and all heads are matched again in every draw. If a head has an equally similar partner on "
      + "other sentences, both depend on positions only; if it is above most draws, both respond to the content of this "
      + "text. Two heads with broad attention are similar in any case, as before training."
  }
}
