import Kernels
import Settings
import Text
import Zoo

/// What a recipe lets you choose.
package enum RecipeSettings {
  package static let objective = Key.component(
    "objective", of: .objective, default: Recipe.ownObjective,
    help: "training objective; auto: that of the architecture")
  package static let optimiser = Key.component(
    "optimiser", of: .optimiser, default: "adamw", help: "the optimiser")
  package static let schedule = Key.component(
    "schedule", of: .schedule, default: "cosine", help: "the learning-rate schedule")
  package static let batch = Key.integer(
    "batch", 1...65_536, default: 32, help: "sequences per micro-batch")
  package static let accumulation = Key.integer(
    "accumulation", 1...65_536, default: 1, help: "gradient accumulation: micro-batches per step")
  package static let precision = Key.choice(
    "precision", default: ProductPrecision.fp32,
    help: "precision of matrix products in training; bf16 needs a processor with bfloat16 instructions")
  package static let steps = Key.optionalInteger(
    "steps", 1...1_000_000_000, help: "budget in steps; 2000 if none is given")
  package static let tokens = Key.optionalInteger(
    "tokens", 1...1_000_000_000_000, help: "budget in content tokens")
  package static let minutes = Key.optionalNumber(
    "minutes", 0.01...1_000_000, help: "budget in minutes on this machine")
  package static let supervisedTokens = Key.optionalInteger(
    "supervisedTokens", 1...1_000_000_000_000, help: "budget in predictions trained on")
  package static let flops = Key.optionalNumber(
    "flops", 1...1e27, help: "budget in FLOPs of the training steps' matrix products")
  package static let bytes = Key.optionalInteger(
    "bytes", 1...1_000_000_000_000_000, help: "budget in bytes of text read")
  package static let seed = Key.integer(
    "seed", 0...Int.max, default: 1, help: "random seed of initial weights, data order, masks and dropout")
  package static let data = Key.textOrTexts(
    "data", default: Recipe.embeddedText,
    help:
      "a file, folder or pattern, several separated by commas, a list of paths, - (standard input), or a registered text"
  )
  package static let weights = Key.numbers(
    "weights", 0.001...1000,
    help:
      "how often the windows of each path of data occur in an epoch; then part of each is held out; empty: all are one "
      + "text")
  package static let format = Key.choice(
    "format", default: DataFormat.auto,
    help: "how files are divided into documents; auto: by their names; compressed files are recognised")
  package static let field = Key.textOrTexts(
    "field", default: DataReading.defaultField,
    help: "the field (JSONL) or column (CSV, TSV) that holds the text; a list: that of each path of data")
  package static let skipBad = Key.flag(
    "skipBad", default: false,
    help:
      "true: lines and documents that cannot be used are left out and counted; false: the first is an error"
  )
  package static let windows = Key.choice(
    "windows", default: WindowPlacement.cross,
    help:
      "cross: windows cross the ends of documents; within: none does, and what is shorter than a window is left out"
  )
  package static let heldOutShare = Key.number(
    "heldOutShare", 0.001...0.9, default: 0.1, help: "fraction of the text, at its end, that is held out")
  package static let tuningShare = Key.optionalNumber(
    "tuningShare", 0.001...0.9,
    help:
      "fraction of the training text, at its end, that replaces the held-out text, which is then not used; "
      + "null: none")
  package static let evaluateEvery = Key.optionalInteger(
    "evaluateEvery", 1...1_000_000_000, help: "steps between evaluations; null: 20 evaluations per run")
  package static let evaluationWindows = Key.optionalInteger(
    "evaluationWindows", 1...100_000_000, default: 256,
    help: "number of held-out windows per evaluation; null: all")
  package static let checkpointEvery = Key.optionalInteger(
    "checkpointEvery", 1...1_000_000_000, help: "steps between checkpoints; null: 4 checkpoints per run")
  package static let keepLast = Key.integer(
    "keepLast", 1...1_000_000, default: 2,
    help: "number of recent checkpoints to keep, in addition to the best one")

  /// All of them, in the order in which they are shown.
  static let all: [any SettingKey] = [
    objective, optimiser, schedule, batch, accumulation, precision, steps, tokens, minutes, supervisedTokens,
    flops, bytes, seed, data, weights, format, field, skipBad, windows, heldOutShare, tuningShare,
    evaluateEvery, evaluationWindows, checkpointEvery,
    keepLast,
  ]
}
