import CommandLineKit
import Foundation
import Installed
import Kernels
import Settings
import Tensors
import Text
import Training
import Transformer
import Zoo
import ZooCommand

/// A training step that is measured: a preset at one batch, context and vocabulary.
struct StepCase: Codable, Sendable {
  /// The name in tables.
  private(set) var name: String
  /// The preset, which is what a peer of the same sizes is written after.
  let preset: String
  /// Content tokens of a sequence.
  let context: Int
  /// Sequences of a step.
  let batch: Int
  /// Entries of the token table; nil: what characters of a text need.
  let vocabulary: Int?
  /// Further edits of the preset.
  let sets: [String]
  /// What matrix products multiply.
  private(set) var precision = ProductPrecision.fp32

  init(
    _ preset: String, context: Int, batch: Int, vocabulary: Int? = nil, suffix: String = "",
    sets: [String] = []
  ) {
    self.sets = sets
    name = preset + suffix
    self.preset = preset
    self.context = context
    self.batch = batch
    self.vocabulary = vocabulary
  }

  /// Every shape of the suite; those in bfloat16 only where a machine has instructions for it.
  static let all =
    inSinglePrecision
    + inSinglePrecision.filter {
      ["gpt-6x384", "gpt-8x512", "gpt2 256×2", "bert-6x384", "bert-base"].contains($0.name)
    }.map { shape in
      var shape = shape
      shape.precision = .bf16
      shape.name += " " + shape.precision.rawValue
      return shape
    }

  private static let inSinglePrecision = [
    StepCase("gpt-4x128", context: 64, batch: 12),
    StepCase("gpt-6x384", context: 256, batch: 8),
    StepCase("gpt-8x512", context: 256, batch: 8, vocabulary: 8192),
    StepCase("gpt2", context: 64, batch: 4, vocabulary: 50_257, suffix: " 64×4"),
    StepCase("gpt2", context: 256, batch: 2, vocabulary: 50_257, suffix: " 256×2"),
    StepCase("bert-4x128", context: 64, batch: 12),
    StepCase("bert-6x384", context: 256, batch: 8),
    StepCase("bert-8x512", context: 256, batch: 8, vocabulary: 8192),
    StepCase("bert-base", context: 128, batch: 4, vocabulary: 30_522),
  ]

  /// The case of that name.
  ///
  /// - Throws: `UsageError` with the nearest name.
  static func named(_ name: String) throws -> StepCase {
    if let found = all.first(where: { $0.name == name }) { return found }
    let nearest = nearestName(to: name, among: all.map(\.name)) ?? all[0].name
    throw UsageError("no shape is called \"\(name)\"; did you mean \"\(nearest)\"?")
  }

  /// Characters of the text that replaces a real one: with the special tokens 65 entries, as a text
  /// in English has.
  private static let characters = (0..<60).map { UInt8(40 + $0) }

  /// A trainer with initial values over a text without meaning: no time depends on values.
  ///
  /// - Throws: what building throws.
  func trainer(_ context: Context) throws -> Trainer {
    let registry = try Registry.standard()
    // The published models drop out; peers are measured without, so that products dominate on both sides.
    var sets = self.sets + ["context=\(self.context)", "dropout=0", "attentionDropout=0"]
    sets += vocabulary.map { ["tokenizer=bytes", "vocabulary=\($0)"] } ?? ["tokenizer=characters"]
    let open = try registry.descriptor(preset: preset, sets: sets, from: try Presets.standard())
    let key = RandomStream(seed: 7).key("text")
    let text = (0..<max(65_536, 2 * batch * (self.context + 1))).map { index in
      Self.characters[Int(philox(SIMD4(UInt32(index), 0, 0, 0), key: key)[0]) % Self.characters.count]
    }
    let data = try TrainingData(
      TextSource(name: "bench", train: text, heldOut: text, startsAtLines: false), settings: open.tokenizer,
      registry: registry)
    let descriptor = try registry.descriptor(open, vocabulary: data.tokenizer.vocabularySize)
    let recipe = try Recipe.load(
      nil,
      sets: [
        "batch=\(batch)", "evaluationWindows=\(batch)", "schedule=constant",
        "precision=\(precision.rawValue)",
      ], registry: registry)
    return try Trainer(descriptor, recipe, data, registry: registry, context: context, totalSteps: .max)
  }
}

extension StepCase {
  /// What a peer must know to be of the same sizes.
  struct Sizes {
    let isEncoder: Bool
    let layers: Int
    let heads: Int
    let width: Int
    let vocabulary: Int
    let predictions: Int
  }

  /// The sizes, read off a model without data.
  ///
  /// - Throws: what building throws.
  func sizes() throws -> Sizes {
    let trainer = try trainer(try Context.dry(threads: 1))
    let sizes = trainer.model.dimensions
    return Sizes(
      isEncoder: trainer.model.mask.seesFuture, layers: sizes.layers,
      heads: AttentionSettings.headCounts(of: trainer.descriptor.settings)[0],
      width: sizes.width,
      vocabulary: sizes.vocabulary, predictions: batch * trainer.objective.predictions(context: context))
  }
}
