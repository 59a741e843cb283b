import AttentionAnalysis
import Foundation
import Inference

@testable import Comparison
@testable import Evaluation
@testable import Experiments
@testable import Reporting
@testable import Statistics

/// A rich invented report, with text that tries to break the page.
enum ReportFixture {
  /// Text that must arrive as text.
  static let nasty = "</script><b onload='x'>\"&amp;\" ]]> \u{1} <!-- 'q' \u{FFFE}"

  /// Names of invented arms; the first two are the twin pair.
  static let names = ["bert", "gpt", "gpt norm=rms", "gpt ff=gelu", "gpt position=none", "a", "b", "c"]

  static func arm(_ index: Int) -> ReportData.Arm {
    let isEncoder = index == 0
    return .init(
      name: names[index % names.count], kind: isEncoder ? .encoder : .decoder, colour: index,
      parameters: isEncoder ? 1_265_920 : 1_249_280, parametersWithoutEmbeddings: 1_053_696,
      objective: isEncoder ? "masked LM, 15 %" : "causal LM",
      unit: isEncoder ? "nats per masked token" : "nats per token", steps: 2400, tokens: 4_915_200,
      supervisedTokens: isEncoder ? 737_280 : 4_915_200, flops: 3.41e13, seconds: 168.4,
      finalTrainLoss: isEncoder ? 0.861 : 1.302, finalHeldOutLoss: isEncoder ? 0.874 : 1.318,
      bitsPerByte: isEncoder ? nil : 0.832)
  }

  /// A value that looks like noise and is the same every time.
  static func noise(_ seed: Int) -> Double {
    let product = UInt64(truncatingIfNeeded: seed &+ 1) &* 0x9E37_79B9_7F4A_7C15
    return Double(product >> 40 & 0xFFFF) / 65_535 - 0.5
  }

  static func curves(arms: Int) -> [ReportData.Curve] {
    (0..<arms).flatMap { arm -> [ReportData.Curve] in
      let floor = arm == 0 ? 0.86 : 1.28 + 0.05 * Double(arm)
      func point(_ step: Int, _ value: Double, _ interval: Interval? = nil) -> CurvePoint {
        let tokens = Double(step) * 2048
        return .init(
          step: step, tokens: tokens, supervisedTokens: arm == 0 ? tokens * 0.15 : tokens,
          flops: tokens * 6.9e6, seconds: Double(step) * 0.07 * (1 + 0.1 * Double(arm)), value: value,
          interval: interval)
      }
      func loss(_ step: Int) -> Double {
        floor + 5.2 * exp(-Double(step) / 160) + 0.9 * exp(-Double(step) / 700)
      }
      func accuracy(_ step: Int, _ top: Double) -> CurvePoint {
        let share = 0.5 + (top - 0.5) / (1 + exp(-(Double(step) - 900) / 180))
        let right = Int((share * 500).rounded())
        let measured = Measured.share(correct: right, of: 500)
        return point(step, measured.value, measured.interval)
      }
      let evaluations = Array(stride(from: 0, through: 2400, by: 200))
      return [
        .init(
          arm: arm, metric: .trainingLoss,
          points: stride(from: 1, through: 2400, by: 4).map {
            point($0, loss($0) + 0.16 * noise($0 + arm * 31))
          }),
        .init(arm: arm, metric: .heldOutLoss, points: evaluations.map { point($0, loss($0) + 0.015) }),
        .init(
          arm: arm, metric: .init(rawValue: "verbs.leftOnly"),
          points: evaluations.map { accuracy($0, arm == 0 ? 0.83 : 0.95) }),
        .init(
          arm: arm, metric: .init(rawValue: "verbs.bothSides"),
          points: evaluations.map { accuracy($0, arm == 0 ? 0.985 : 0.955) }
        ),
      ]
    }
  }

  static func scores(_ arms: Int, of count: Int, loss: Double) -> [ReportData.Verbs.Score] {
    (0..<arms).map { arm in
      func share(_ value: Double) -> Measured {
        .share(correct: Int((max(0.4, value - loss) * Double(count)).rounded()), of: count)
      }
      return .init(
        arm: arm, leftOnly: share(arm == 0 ? 0.832 : 0.952 - 0.03 * Double(arm - 1)),
        bothSides: share(arm == 0 ? 0.984 : 0.956 - 0.03 * Double(arm - 1)))
    }
  }

  static func verbs(arms: Int) -> ReportData.Verbs {
    .init(
      count: 500, scores: scores(arms, of: 500, loss: 0),
      breakdowns: [
        .init(
          property: "attractors between subject and verb",
          groups: (1...3).map { number in
            .init(
              label: "\(number)", count: 260 - 60 * number,
              scores: scores(arms, of: 260 - 60 * number, loss: 0.04 * Double(number - 1)))
          }),
        .init(
          property: "distance in words",
          groups: ["3 to 5", "6 to 9", "10 and more"].enumerated().map { index, label in
            .init(label: label, count: 190, scores: scores(arms, of: 190, loss: 0.03 * Double(index)))
          }),
      ],
      baselines: [.init(name: "Kneser-Ney 5-gram", accuracy: .share(correct: 251, of: 500))])
  }

  static let sentence =
    "[START] the doctor near the old gardens that the pilots admire write s a letter . [SEP]"

  static func picture(
    _ arm: Int, _ state: AttentionPicture.State, layers: Int = 4, heads: Int = 4, sentence: String = sentence
  ) -> AttentionPicture {
    let tokens = sentence.split(separator: " ").map { "·" + $0 }
    let size = tokens.count
    let grid = (0..<layers).map { layer in
      (0..<heads).map { head -> [Float] in
        (0..<size).flatMap { query -> [Float] in
          let weights = (0..<size).map { key -> Double in
            if arm > 0, key > query { return 0 }
            let distance = Double(abs(query - key - head))
            let sharp = state == .trained ? 0.5 + Double(layer) * 0.6 : state == .untrained ? 0.04 : 0.15
            return exp(-sharp * distance + 0.3 * noise(query * 71 + key * 13 + head + layer * 7))
          }
          let sum = weights.reduce(0, +)
          return weights.map { Float($0 / sum) }
        }
      }
    }
    return AttentionPicture(arm: arm, state: state, tokens: tokens, probabilities: grid)
  }

  static func profile(_ arm: Int) -> ReportData.ArmProfile {
    let primitives = [
      "matrixMultiply", "matrixMultiply.gradient", "attention", "attention.gradient", "crossEntropy",
      "feedForward.gelu", "norm.rms", "norm.rms.gradient", "rotary", "embedding", "embedding.gradient",
      "adamW", "residual", "clipGradients", "dropout",
    ]
    var left = 1.0
    let rows = primitives.enumerated().map { index, name -> ReportData.ProfileRow in
      let share = left * 0.34
      left -= share
      return .init(
        primitive: name, selfSeconds: share * 1.4, selfShare: share, totalSeconds: share * 1.5,
        calls: 480 >> (index / 4), gigaflops: index < 4 ? 148 - 20 * Double(index) : nil,
        gigabytes: index > 3 ? 21.5 : nil, stepShare: share * 0.97)
    }
    return .init(
      arm: arm, rows: rows,
      memory: [
        .init(kind: "parameters", bytes: 5_063_680), .init(kind: "gradients", bytes: 5_063_680),
        .init(kind: "optimiser", bytes: 10_127_360), .init(kind: "activations", bytes: 61_341_696),
      ], gemmPeakShare: 0.62, tokensPerSecond: 29_187)
  }

  /// A full report of `arms` arms, two by default.
  static func full(arms count: Int = 2) -> ReportData {
    var report = current(arms: count)
    (report.samples, report.fills) = (samples, fills)
    return report
  }

  /// The same without what reports of before hold in parts of their own.
  private static func current(arms count: Int) -> ReportData {
    let arms = (0..<count).map(arm)
    let differ = (0..<count).map { $0 == 0 ? "bidirectional" : "causal" }
    return ReportData(
      title: count == 2 ? "bert and gpt learn the same text" : "\(count) ways to build a decoder",
      subtitle: "zoo compare bert gpt --seed 1", date: "24 November 2026, 10:42",
      machine: "AMD EPYC 7763, 2 threads, 8 GiB, AVX2, OpenBLAS 0.3.21", totalSeconds: 351, arms: arms,
      curves: curves(arms: count),
      certificate: [
        .init(
          what: "Content seen (SHA-256)", values: arms.map { _ in "9f2c61ab…e07d" }, equal: true,
          note: "The very same windows in the same order."),
        .init(what: "Tokenizer", values: arms.map { _ in "byte-level BPE, 512" }, equal: true),
        .init(what: "Parameters without embeddings", values: arms.map { _ in "1,053,696" }, equal: true),
        .init(
          what: "Supervised tokens", values: arms.map { "\($0.supervisedTokens)" }, equal: false,
          declared: true, note: "Masked LM learns from 15 % of the tokens that it reads."),
        .init(what: "Mask", values: differ, equal: false, declared: true, note: "This is what is compared."),
        .init(
          what: "Threads", values: arms.indices.map { "\($0 + 1)" }, equal: false,
          note: "Times must not be compared."),
      ],
      shared: [
        "blocks.*.norm: RMSNorm, pre", "blocks.*.feedForward: SwiGLU, 344", "position: rotary",
        "initialisation: normal 0.02", "tokenizer: byte-level BPE",
      ],
      componentDiff: [
        .init(path: "blocks.*.attention.mask", values: differ),
        .init(path: "head.kind", values: arms.map { $0.kind == .encoder ? "mlm-transform" : "tied" }),
        .init(path: "objective.kind", values: arms.map { $0.kind == .encoder ? "masked" : "causal" }),
      ],
      heldOut: [
        .init(
          measure: "Verb form, both sides", unit: "share right",
          values: scores(count, of: 500, loss: 0).map(\.bothSides), comparable: true,
          because: "The same 500 items and the same question for every model."),
        .init(
          measure: "Loss", unit: "own unit", values: arms.map { .init($0.finalHeldOutLoss) },
          comparable: false, because: "A masked token is predicted from both sides, a next token from one."),
        .init(
          measure: "Bits per byte", unit: "bits", values: arms.map { $0.bitsPerByte.map { .init($0) } },
          comparable: false, because: "Masked LM gives no probability of a whole text."),
      ], heldOutNotes: ["Held-out windows are frozen: all evaluations score the same 51,200 tokens."],
      duplicates: .init(shared: 17, heldOut: 1234),
      floor: .init(
        entropy: 0.771, models: [.init(name: "gpt", bitsPerByte: 0.832, arm: 1)],
        baselines: [
          .init(name: "unigram over words", bitsPerByte: 1.912),
          .init(name: "Kneser-Ney 5-gram", bitsPerByte: 1.043),
          .init(name: "zlib, level 9", bitsPerByte: 1.622),
        ], note: "The floor is the grammar's own −log2 probability of exactly the scored bytes."),
      seeds: seeds(arms: count),
      attention: [
        picture(0, .untrained), picture(0, .trained), picture(1, .untrained), picture(1, .trained),
      ], profile: (0..<min(count, 2)).map(profile), verdicts: verdicts,
      footer: .init(
        command: "zoo compare bert gpt --seed 1 --minutes 6",
        versions: ["Transformer Zoo 0.1, Swift 6.3.1", "corpus: generated, seed 1, fingerprint 5d1f…c09a"],
        links: [
          .init(label: "bert", path: "runs/2026-11-24-bert"),
          .init(label: "gpt", path: "runs/2026-11-24-gpt"),
        ])
    ).with(likelihood(arms: count), ruler(arms: count), verbs(arms: count), heads(arms: count))
  }

  static let verdicts: [Verdict] = [
    .init(
      statement: "Seeing both sides of the verb helps the encoder by 15 points.",
      numbers: "98.4 % (96.9 – 99.2) with both sides, 83.2 % (79.7 – 86.2) with the left alone",
      comparable: true, because: "the same model answers the same 500 items."),
    .init(
      statement: "The decoder comes within 8 % of the floor.",
      numbers: "0.832 bits per byte (0.829 – 0.835), floor 0.771", comparable: true,
      because: "floor and model are scored on the same bytes."),
    .init(
      statement: "0.874 nats per masked token is no better than 1.318 nats per token.",
      numbers: "0.874 and 1.318", comparable: false,
      because: "the two objectives predict different things from different contexts."),
  ]

  static let samples: [OldResult<SamplesEvaluation.Sample>] = [
    .init(
      arm: 1,
      .init(
        prompt: "", settings: "temperature 0.8, top-k 40, seed 1",
        sentences: [
          .init(text: "the doctor near the gardens writes a letter .", wellFormed: true),
          .init(text: "some pilots that the teacher admires know every road .", wellFormed: true),
          .init(text: "the boat of the farmers that sleep sing .", wellFormed: false),
          .init(text: "no child sees the river that the sailors cro"),
        ])),
    .init(
      arm: 1,
      .init(
        prompt: "the key to the cabinets", settings: "temperature 0, seed 1",
        sentences: [.init(text: "is old and the doors are open .", wellFormed: true), .init(text: nasty)])),
  ]

  static let fills: [OldResult<FillsEvaluation.Fill>] = [
    .init(
      arm: 0,
      .init(
        text: "the doctor near the old gardens [MASK] a letter .",
        masks: [
          .init(
            correct: "writes",
            guesses: [
              .init(text: "writes", probability: 0.914), .init(text: "reads", probability: 0.052),
              .init(text: "write", probability: 0.011), .init(text: "<b>&", probability: 0.004),
            ])
        ])),
    .init(
      arm: 0,
      .init(
        text: "the [MASK] that the pilots admire [MASK] .",
        masks: [
          .init(
            correct: "girls",
            guesses: [.init(text: "girls", probability: 0.21), .init(text: "boat", probability: 0.14)]),
          .init(
            correct: "sleep",
            guesses: [.init(text: "sleep", probability: 0.62), .init(text: "sleeps", probability: 0.08)]),
        ])),
  ]
}
