@testable import HuggingFace

extension WrongVariant {
  /// All mistakes.
  static let all = encoders + decoders + gatedDecoders

  /// Mistakes in decoders whose feed-forward layers have no gate. Width 24, 3 heads of width 8 (BLOOM: 6 of width 4;
  /// NeoX: width 32, 4 heads), 40 hidden units.
  private static let decoders: [WrongVariant] =
    rows(
      "openai-gpt", in: "gpt1",
      conv1D + [
        ("norms before branches", .settings(["block.placement.type=pre"])),
        ("exact GELU, as the name says", .settings(["block.feedForward.type=gelu"])),
        ("epsilon", .settings(["block.norm.epsilon=1e-5"])),
      ])
    + rows(
      "gpt2", in: "gpt2",
      conv1D + [
        ("norms behind branches", .settings(["block.placement.type=post"])),
        ("exact GELU", .settings(["block.feedForward.type=gelu"])),
        ("epsilon", .settings(["block.norm.epsilon=1e-12"])),
      ])
    + rows(
      "gptj", in: "gptj",
      [
        (
          "rotation of halves",
          .tensors(
            "attention.projection.weight", .without(.pairsToHalves(headWidth: 8, rotated: 6), rows: 0..<48))
        ),
        ("all channels rotate", .settings(["position.fraction=1"])),
        ("branches one after the other", .settings(["block.placement.type=pre"])),
        ("bias of tokens", .tensors("head.bias", .zeros())),
        ("exact GELU", .settings(["block.feedForward.type=gelu"])),
        ("epsilon", .settings(["block.norm.epsilon=1e-12"])),
      ])
    + rows(
      "gpt_neox", in: "neox",
      [
        (
          "queries, keys and values one after the other",
          .tensors("attention.projection.weight", .without(.perHead(parts: 3, headWidth: 8)))
        ),
        (
          "biases one after the other",
          .tensors("attention.projection.bias", .without(.perHead(parts: 3, headWidth: 8)))
        ),
        ("all channels rotate", .settings(["position.fraction=1"])),
        ("one norm for both branches", .settings(["block.sharedNorm=true"])),
        ("branches one after the other", .settings(["block.placement.type=pre", "block.sharedNorm=true"])),
        ("tanh GELU", .settings(["block.feedForward.type=gelu-tanh"])),
        ("epsilon", .settings(["block.norm.epsilon=1e-12"])),
        ("tied", .settings(["head.tied=true"])),
      ])
    + rows(
      "gpt_neox", in: "neox-serial",
      [
        ("parallel branches", .settings(["block.placement.type=parallel", "block.sharedNorm=false"])),
        ("rotated fraction", .settings(["position.fraction=0.25"])),
        ("rotary base", .settings(["position.base=10000"])),
      ])
    + rows(
      "bloom", in: "bloom",
      [
        (
          "queries, keys and values one after the other",
          .tensors("attention.projection.weight", .without(.perHead(parts: 3, headWidth: 4)))
        ),
        (
          "biases one after the other",
          .tensors("attention.projection.bias", .without(.perHead(parts: 3, headWidth: 4)))
        ),
        ("no distances", .settings(["position=none"])),
        ("slopes of two heads swapped", .firstHeads(width: 4, of: 6)),
        ("norm of the embedding", .settings(["embedding.norm=false"])),
        ("exact GELU", .settings(["block.feedForward.type=gelu"])),
        ("epsilon", .settings(["block.norm.epsilon=1e-12"])),
      ])
    + rows(
      "opt", in: "opt",
      [
        ("positions from the first row", .tensors("embedding.position.weight", .late(2))),
        ("activation", .settings(["block.feedForward.type=gelu"])),
        ("epsilon, which the code has", .settings(["block.norm.epsilon=1e-12"])),
        ("queries scaled twice", .settings(["block.attention.scale=0.125"])),
        ("norms behind branches", .settings(["block.placement.type=post"])),
      ])
    + rows(
      "opt", in: "opt-narrow",
      [
        ("norms before branches", .settings(["block.placement.type=pre"])),
        ("positions from the first row", .tensors("embedding.position.weight", .late(2))),
        ("map to the width of tokens", .tensors("head.map.weight", .swapped(0..<8, 8..<16))),
      ])

  /// Mistakes in GPT-1 and GPT-2.
  private static let conv1D: [(String, Mistake)] = [
    ("square maps not transposed", .tensors("attention.output.weight", .without(.transposed))),
    ("positions one row late", .tensors("embedding.position.weight", .late(1))),
    ("keys and values swapped", .tensors("attention.projection.weight", .swapped(24..<48, 48..<72))),
    ("bias of values", .tensors("attention.projection.bias", .zeros(48..<72))),
    ("bias of the output", .tensors("attention.output.bias", .zeros())),
  ]
}
