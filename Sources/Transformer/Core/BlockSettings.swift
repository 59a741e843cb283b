import Settings

/// The settings of the core's block.
public enum BlockSettings {
  public static let placement = Key.component(
    "placement", of: .placement, default: "pre", help: "placement of the norms")
  public static let norm = Key.component("norm", of: .norm, default: "layer", help: "the norms of the block")
  public static let sharedNorm = Key.flag(
    "sharedNorm", default: true,
    help: "one norm for both branches of placement parallel; false: one norm per branch")
  public static let attention = Key.component(
    "attention", of: .attention, default: "multi-head", help: "the attention layer")
  public static let feedForward = Key.component(
    "feedForward", of: .feedForward, default: "gelu", help: "the feed-forward layer")
}
