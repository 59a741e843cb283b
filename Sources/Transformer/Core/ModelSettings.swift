import Settings

/// The settings that every transformer descriptor has: an architecture adds its own and its defaults.
public enum ModelSettings {
  /// The declarations, with a mask and a head as the architecture's defaults.
  public static func transformer(mask: String, head: String) -> [Setting] {
    [
      Setting(
        "vocabulary", .integerOr(["tokenizer"], 2...10_000_000), default: .text("tokenizer"),
        help: "tokens that the model knows; tokenizer: as many as the tokenizer has"),
      Setting("context", .integer(1...1_000_000), default: .integer(128), help: "longest input, in tokens"),
      Setting("width", .integer(1...100_000), default: .integer(128), help: "width of the residual stream"),
      Setting("embedding", .component("embedding"), default: .text("tokens"), help: "tokens to vectors"),
      Setting(
        "position", .component("position"), default: .text("learned"), help: "how positions are told apart"),
      Setting("mask", .component("mask"), default: .text(mask), help: "what each position may see"),
      Setting("blocks", .list("block"), default: nil, help: "the layers, first to last"),
      Setting(
        "sharedLayers", .flag, default: .flag(false),
        help: "whether all layers use the parameters of the first"),
      Setting("head", .component("head"), default: .text(head), help: "vectors to predictions"),
      Setting(
        "initialisation", .component("initialisation"), default: .text("normal"), help: "how weights start"),
      Setting(
        "dropout", .number(0...0.99), default: .number(0), help: "dropped share of branches and embedding"),
      Setting(
        "attentionDropout", .number(0...0.99), default: .number(0), help: "dropped share of attention weights"
      ),
    ]
  }
}
