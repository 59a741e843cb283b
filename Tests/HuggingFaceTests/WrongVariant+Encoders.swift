@testable import HuggingFace

extension WrongVariant {
  /// Rows of one case.
  static func rows(_ family: String, in hubCase: String, _ rows: [(String, Mistake)]) -> [WrongVariant] {
    rows.map { WrongVariant(name: $0.0, family: family, hubCase: hubCase, mistake: $0.1) }
  }

  /// Mistakes in encoders. Width 24, 3 heads of width 8 (EuroBERT: 4 of width 6, 2 of keys), 40 hidden units.
  static let encoders: [WrongVariant] =
    rows(
      "bert", in: "bert",
      absolute + [
        ("epsilon of other encoders", .settings(["block.norm.epsilon=1e-5"])),
        ("segments not read", .tensors("embedding.segment.weight", .zeros())),
        ("segments swapped", .tensors("embedding.segment.weight", .swapped(0..<1, 1..<2))),
      ])
    + rows("bert", in: "bert-tanh", [("exact GELU", .settings(["block.feedForward.type=gelu"]))])
    + rows("bert", in: "bert-untied", [("tied", .settings(["head.tied=true"]))])
    + rows(
      "roberta", in: "roberta",
      offset + [
        ("epsilon of BERT", .settings(["block.norm.epsilon=1e-12"]))
      ])
    + rows(
      "camembert", in: "camembert",
      offset + [
        ("epsilon of RoBERTa", .settings(["block.norm.epsilon=1e-5"]))
      ])
    + rows(
      "xlm-roberta", in: "xlm-roberta",
      offset + [
        ("epsilon of RoBERTa", .settings(["block.norm.epsilon=1e-5"]))
      ])
    + rows(
      "distilbert", in: "distilbert",
      absolute + [
        ("epsilon, which the code has", .settings(["block.norm.epsilon=1e-5"]))
      ])
    + rows(
      "albert", in: "albert",
      [
        ("exact GELU", .settings(["block.feedForward.type=gelu"])),
        ("epsilon of other encoders", .settings(["block.norm.epsilon=1e-5"])),
        ("bias of the map from narrow vectors", .tensors("embedding.map.bias", .zeros())),
        ("norm of narrow vectors", .settings(["embedding.norm=false"])),
        ("activation of the head", .settings(["head.activation=relu"])),
        ("bias of tokens", .tensors("head.bias", .zeros())),
        ("segments not read", .tensors("embedding.segment.weight", .zeros())),
        ("norms before branches", .settings(["block.placement.type=pre"])),
      ])
    + rows(
      "electra", in: "electra",
      [
        ("tanh GELU", .settings(["block.feedForward.type=gelu-tanh"])),
        ("epsilon of other encoders", .settings(["block.norm.epsilon=1e-5"])),
        ("bias of the map from narrow vectors", .tensors("embedding.map.bias", .zeros())),
        ("bias of the discriminator's first layer", .tensors("head.transform.bias", .zeros())),
        ("bias of the discriminator", .tensors("head.bias", .zeros())),
        ("segments not read", .tensors("embedding.segment.weight", .zeros())),
      ])
    + rows(
      "electra", in: "electra-generator",
      [
        ("activation of the blocks in the head", .settings(["head.activation=relu"])),
        ("bias of tokens", .tensors("head.bias", .zeros())),
      ])
    + rows(
      "deberta-v2", in: "deberta-masked",
      [
        ("exact GELU", .settings(["block.feedForward.type=gelu"])),
        ("epsilon of other encoders", .settings(["block.norm.epsilon=1e-5"])),
        ("no distances", .settings(["position=none"])),
        ("table of distances not normalised", .settings(["position.norm=false"])),
        ("longest distance", .settings(["position.maxDistance=40"])),
        ("distances one row late", .tensors("embedding.position.weight", .late(1))),
        ("scale of scores without distances", .settings(["block.attention.scale=0.35355339059327373"])),
        ("queries for keys", .tensors("attention.projection.weight", .swapped(0..<24, 24..<48))),
      ])
    + rows(
      "deberta-v2", in: "deberta-plain",
      [
        ("segments not read", .tensors("embedding.segment.weight", .zeros())),
        ("norm of the table of distances", .settings(["position.norm=true"])),
        ("epsilon of the family", .settings(["block.norm.epsilon=1e-7"])),
      ])
    + rows(
      "eurobert", in: "eurobert",
      [
        ("causal mask", .settings(["mask=causal"])),
        ("rotary base", .settings(["position.base=500000"])),
        ("gate and value swapped", .tensors("feedForward.input.weight", .swapped(0..<40, 40..<80))),
        ("keys and values swapped", .tensors("attention.projection.weight", .swapped(24..<36, 36..<48))),
        ("epsilon", .settings(["block.norm.epsilon=1e-6"])),
        ("tied", .settings(["head.tied=true"])),
      ])
    + rows(
      "nomic_bert", in: "nomic",
      [
        ("rotary base of others", .settings(["position.base=10000"])),
        ("gate and value swapped", .tensors("feedForward.input.weight", .swapped(0..<40, 40..<80))),
        ("norms before branches", .settings(["block.placement.type=pre"])),
        ("activation of the head", .settings(["head.activation=gelu"])),
        ("epsilon of other encoders", .settings(["block.norm.epsilon=1e-5"])),
        ("segments not read", .tensors("embedding.segment.weight", .zeros())),
      ])
    + rows(
      "modernbert", in: "modernbert",
      modern + [
        ("a norm before the first attention", .settings(["block.placement.firstNorm=true"])),
        ("window of local layers too short", .settings(local(4, in: [1, 2, 4]))),
        ("window of local layers too long", .settings(local(6, in: [1, 2, 4]))),
        ("global layers one layer late", .settings(local(5, in: [0]) + local(nil, in: [1]))),
        ("one rotary base", .settings(["position.localBase=null"])),
      ])
    + rows(
      "modernbert-decoder", in: "modernbert-decoder",
      modern + [
        ("window of the training", .settings(local(5, in: [1, 2, 4]))),
        ("rotary base of the class in local layers", .settings(["position.localBase=100"])),
        ("bias of hidden units", .tensors("feedForward.input.bias", .zeros())),
      ])
    + rows(
      "neobert", in: "neobert",
      [
        (
          "queries, keys and values one after the other",
          .tensors("attention.projection.weight", .without(.perHead(parts: 3, headWidth: 8)))
        ),
        (
          "rotation of halves",
          .tensors(
            "attention.projection.weight", .without(.pairsToHalves(headWidth: 8, rotated: 8), rows: 0..<48))
        ),
        ("gate and value swapped", .tensors("feedForward.input.weight", .swapped(0..<32, 32..<64))),
        ("causal mask", .settings(["mask=causal"])),
        ("epsilon", .settings(["block.norm.epsilon=1e-12"])),
        ("bias of tokens", .tensors("head.bias", .zeros())),
      ])

  /// Mistakes in BERT and what has its design.
  private static let absolute: [(String, Mistake)] = [
    ("tanh GELU", .settings(["block.feedForward.type=gelu-tanh"])),
    ("positions one row late", .tensors("embedding.position.weight", .late(1))),
    ("norms before branches", .settings(["block.placement.type=pre"])),
    ("keys and values swapped", .tensors("attention.projection.weight", .swapped(24..<48, 48..<72))),
    ("bias of values", .tensors("attention.projection.bias", .zeros(48..<72))),
    ("norm of the embedding", .settings(["embedding.norm=false"])),
    ("activation of the head", .settings(["head.activation=relu"])),
    ("bias of tokens", .tensors("head.bias", .zeros())),
  ]

  /// Mistakes in RoBERTa's design, whose positions begin two rows late.
  private static let offset: [(String, Mistake)] =
    absolute.filter { $0.0 != "positions one row late" } + [
      ("positions from the first row", .tensors("embedding.position.weight", .late(2)))
    ]

  /// Mistakes in ModernBERT, encoder and decoder.
  private static let modern: [(String, Mistake)] = [
    ("tanh GELU", .settings(["block.feedForward.type=gated-mlp", "block.feedForward.activation=gelu-tanh"])),
    ("gate and value swapped", .tensors("feedForward.input.weight", .swapped(0..<40, 40..<80))),
    ("epsilon of BERT", .settings(["block.norm.epsilon=1e-12"])),
    ("norm of the embedding", .settings(["embedding.norm=false"])),
    ("activation of the head", .settings(["head.activation=relu"])),
    ("bias of tokens", .tensors("head.bias", .zeros())),
    ("no windows", .settings(local(nil, in: [1, 2, 4]))),
  ]

  /// Edits of the windows of layers.
  static func local(_ window: Int?, in layers: [Int]) -> [String] {
    layers.map { "blocks.\($0).attention.window=\(window.map(String.init) ?? "null")" }
  }
}
