@testable import HuggingFace

extension WrongVariant {
  /// Mistakes in decoders of LLaMA's design. Width 24, 4 heads, 2 of keys, of width 6 (10 where the case says so), 40
  /// hidden units.
  static let gatedDecoders: [WrongVariant] =
    rows(
      "llama", in: "llama3",
      gated + [
        ("rotation not scaled", .settings(["position.scaling=none"])),
        ("factor of the scaling", .settings(["position.scaling.factor=4"])),
        ("context of training", .settings(["position.scaling.trained=40"])),
      ])
    + rows("llama", in: "llama", gated + [("rotary base", .settings(["position.base=500000"]))])
    + rows(
      "llama", in: "llama-linear",
      [
        ("rotation not scaled", .settings(["position.scaling=none"])),
        ("factor of the scaling", .settings(["position.scaling.factor=2"])),
      ])
    + rows(
      "llama", in: "llama-yarn",
      [
        ("rotation not scaled", .settings(["position.scaling=none"])),
        ("cosines not scaled", .settings(["position.scaling.magnitude=1"])),
        ("turns that are divided", .settings(["position.scaling.slow=1"])),
        ("context of training", .settings(["position.scaling.trained=40"])),
      ])
    + rows("llama", in: "llama-tied", [("rotary base", .settings(["position.base=10000"]))])
    + rows(
      "llama", in: "llama-wide",
      [
        ("bias of values", .tensors("attention.projection.bias", .zeros(50..<60))),
        ("bias of the output", .tensors("attention.output.bias", .zeros())),
        ("bias of the feed-forward layers", .tensors("feedForward.output.bias", .zeros())),
      ])
    + rows(
      "mistral", in: "mistral",
      gated + [
        ("no window", .settings(["block.attention.window=null"])),
        ("window too short", .settings(["block.attention.window=5"])),
        ("window too long", .settings(["block.attention.window=7"])),
      ])
    + rows(
      "smollm3", in: "smollm3",
      gated.filter { $0.0 != "tied" } + [
        ("all layers rotate", .settings(["position.skipEvery=null"])),
        ("every second layer does not rotate", .settings(["position.skipEvery=2"])),
        ("rotary base of LLaMA", .settings(["position.base=100"])),
      ])
    + rows(
      "qwen2", in: "qwen2",
      gated.filter { $0.0 != "tied" } + [
        ("biases of queries, keys and values", .tensors("attention.projection.bias", .zeros())),
        ("bias of queries", .tensors("attention.projection.bias", .zeros(0..<24))),
      ])
    + rows(
      "qwen3", in: "qwen3",
      [
        ("queries and keys not normalised", .settings(["block.attention.queryKeyNorm=false"])),
        ("epsilon of queries and keys", .settings(["block.attention.queryKeyNormEpsilon=1e-6"])),
        ("gain of queries", .tensors("attention.queryNorm.weight", .swapped(0..<5, 5..<10))),
        ("queries and keys normalised after the rotation", reordered(.normAfterRotation, keyHeads: 2)),
        ("epsilon", .settings(["block.norm.epsilon=1e-6"])),
        ("gate and value swapped", .tensors("feedForward.input.weight", .swapped(0..<40, 40..<80))),
        ("tied", .settings(["head.tied=true"])),
      ])
    + rows(
      "gemma", in: "gemma",
      gemma + [
        ("epsilon", .settings(["block.norm.epsilon=1e-6"]))
      ])
    + rows(
      "gemma2", in: "gemma2",
      gemma + [
        ("scores not capped", .settings(["block.attention.cap=null"])),
        ("scores capped after the mask", reordered(.capAfterMask, keyHeads: 2)),
        ("logits not capped", .settings(["head.cap=null"])),
        ("scale of scores", .settings(["block.attention.scale=null"])),
        ("no norms behind branches", .settings(["block.placement.type=pre"])),
        ("windows in the other layers", .settings(local(nil, in: [0, 2]) + local(6, in: [1, 3]))),
        ("window too short", .settings(local(5, in: [0, 2]))),
        ("window too long", .settings(local(7, in: [0, 2]))),
        ("epsilon", .settings(["block.norm.epsilon=1e-6"])),
      ])
    + rows(
      "gemma3_text", in: "gemma3",
      gemma + [
        ("queries and keys not normalised", .settings(["block.attention.queryKeyNorm=false"])),
        ("queries and keys normalised after the rotation", reordered(.normAfterRotation, keyHeads: 2)),
        ("gains of queries from zero", .tensors("attention.queryNorm.weight", .plus(-1))),
        ("epsilon of queries and keys", .settings(["block.attention.queryKeyNormEpsilon=1e-6"])),
        ("one rotary base", .settings(["position.localBase=null"])),
        ("scale of scores", .settings(["block.attention.scale=null"])),
        ("global layer one layer late", .settings(local(6, in: [5]) + local(nil, in: [6]))),
        ("window too short", .settings(local(5, in: [0, 1, 2, 3, 4, 6, 7]))),
        ("window too long", .settings(local(7, in: [0, 1, 2, 3, 4, 6, 7]))),
        ("epsilon", .settings(["block.norm.epsilon=1e-6"])),
      ])
    + rows(
      "gemma3_text", in: "gemma3-scaled",
      [
        ("rotation not scaled", .settings(["position.scaling=none"])),
        ("base of the class in global layers", .settings(["position.base=1000000"])),
      ])
    + rows(
      "olmo", in: "olmo",
      rotated + [
        ("RMS norms", .settings(["block.norm.type=rms"])),
        ("epsilon, which the code has", .settings(["block.norm.epsilon=1e-12"])),
      ])
    + rows("olmo", in: "olmo-clipped", [("not clipped", .settings(["block.attention.clip=null"]))])
    + rows(
      "olmo2", in: "olmo2",
      [
        ("norms before branches", .settings(["block.placement.type=pre"])),
        ("norms behind sums", .settings(["block.placement.type=post"])),
        ("queries and keys normalised after the rotation", reordered(.normAfterRotation, keyHeads: 4)),
        ("queries and keys normalised by head", .settings(["block.attention.queryKeyNormSpan=head"])),
        ("queries and keys not normalised", .settings(["block.attention.queryKeyNorm=false"])),
        ("epsilon of queries and keys", .settings(["block.attention.queryKeyNormEpsilon=1e-6"])),
        ("epsilon", .settings(["block.norm.epsilon=1e-6"])),
      ])
    + rows(
      "olmo3", in: "olmo3",
      [
        ("no windows", .settings(["block.attention.window=null"])),
        ("windows in all layers", .settings(["block.attention.window=6"])),
        ("window too short", .settings(local(5, in: [0, 1, 2, 4, 5, 6]))),
        ("window too long", .settings(local(7, in: [0, 1, 2, 4, 5, 6]))),
        (
          "global layers one layer late",
          .settings(local(6, in: [3, 7]) + local(nil, in: [4]))
        ),
        ("norms before branches", .settings(["block.placement.type=pre"])),
      ])
    // Its norm of queries and keys has no gains and follows the rotation; before it, it would be the same.
    + rows(
      "nanochat", in: "nanochat",
      [
        (
          "rotation forwards",
          .tensors("attention.projection.weight", .without(.swappedHalves(headWidth: 6), rows: 0..<36))
        ),
        ("queries and keys not normalised", .settings(["block.attention.queryKeyNorm=false"])),
        ("ReLU not squared", .settings(["block.feedForward.type=relu"])),
        ("logits not capped", .settings(["head.cap=null"])),
        ("norm of the embedding", .settings(["embedding.norm=false"])),
        ("epsilon", .settings(["block.norm.epsilon=1e-6"])),
      ])

  /// Attention with its steps in another order.
  private static func reordered(_ order: MistakenAttention.Order, keyHeads: Int) -> Mistake {
    .settings(["block.attention.type=\(order.rawValue)", "block.attention.keyValueHeads=\(keyHeads)"])
  }

  /// Mistakes in the rotation and in the order of tensors.
  private static let rotated: [(String, Mistake)] = [
    (
      "rotation of neighbours",
      .tensors("attention.projection.weight", .with(.pairsToHalves(headWidth: 6, rotated: 6), rows: 0..<36))
    ),
    ("gate and value swapped", .tensors("feedForward.input.weight", .swapped(0..<40, 40..<80))),
    ("keys and values swapped", .tensors("attention.projection.weight", .swapped(24..<36, 36..<48))),
    ("tied", .settings(["head.tied=true"])),
  ]

  /// Mistakes in LLaMA's design.
  private static let gated: [(String, Mistake)] =
    rotated + [("epsilon", .settings(["block.norm.epsilon=1e-5"]))]

  /// Mistakes in Gemma's design.
  private static let gemma: [(String, Mistake)] = [
    ("gains from zero", .tensors("Norm.weight", .plus(-1))),
    ("gains before attention from zero", .tensors("attention.norm.weight", .plus(-1))),
    ("tokens not scaled", .settings(["embedding.scale=false"])),
    ("exact GELU", .settings(["block.feedForward.activation=gelu"])),
    ("rotary base", .settings(["position.base=100"])),
    ("gate and value swapped", .tensors("feedForward.input.weight", .swapped(0..<40, 40..<80))),
  ]
}
