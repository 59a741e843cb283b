extension Certificate {
  /// Every row in which arms may differ and whose difference can be declared: what a comparison may name as
  /// intended. Rows that a certificate declares by itself, of matching and of chosen learning rates, are not
  /// among them.
  public static let rowNames = [
    "text", "tokenizer", "windows", "initial tensors", "batch", "budget", "optimiser", "schedule",
    "objective",
    "mask", "head", "parameters", "parameters without embeddings", "FLOPs a step", "FLOPs a token, training",
    "FLOPs a token, forward", "receptive field of a layer", "receptive field at the top", "supervised share",
    "text bytes a token", "steps of the run", "supervised tokens of the run", "FLOPs of the run",
    "text read by the run", "dropout", "tuning trials", textSeen,
  ]
}
