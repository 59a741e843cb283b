import CommandLineKit
import Foundation
import TestSupport
import Testing

@testable import ZooCommand

/// An architecture that shares nothing with transformers (no width, blocks, mask, position or head to choose, no
/// attention) works in every command, or is refused there with a reason. It is loaded as a plugin.
@Suite struct OutsideArchitectureTests {
  private static let source = #"""
    import Inference
    import Kernels
    import Settings
    import Tensors
    import Transformer
    import Zoo

    /// Sees what stands before it, as far as the convolution reaches.
    struct Before: Mask {
      var seesFuture: Bool { false }
      var withinDocuments: Bool { false }
      func visible(query: Int, time: Int) -> Range<Int> { 0..<query + 1 }
    }

    /// Embeddings, a causal convolution over them, and the product with the token table.
    final class ConvolutionModel: LanguageModel {
      let parameters: ParameterStore
      let dimensions: Dimensions
      let mask: any Mask = Before()
      private let tokens: Tensor
      private let kernel: Tensor

      init(_ settings: Resolved, _ scope: Scope) throws {
        let (channels, reach) = (settings[Convolution.channels], settings[Convolution.reach])
        let vocabulary = settings[ModelSettings.vocabulary] ?? 2
        dimensions = Dimensions(
          vocabulary: vocabulary, context: settings[ModelSettings.context], width: channels, layers: 1)
        tokens = try scope.parameter(
          "tokens", ["vocabulary": vocabulary, "channels": channels], initial: .normal(deviation: 0.02))
        kernel = try scope.parameter(
          "kernel", ["channels": channels, "taps": reach], initial: .normal(deviation: 0.5))
        parameters = scope.store
      }

      func hidden(_ batch: TokenBatch, _ pass: Pass) throws -> Tensor {
        let ids = try pass.context.indices(batch.ids, ["batch": batch.batch, "time": batch.time])
        let x = try pass.embedding([EmbeddingLookup(ids: ids, table: tokens)], name: "tokens")
        return try pass.add(x, try pass.causalConvolution(x, weight: kernel, bias: nil))
      }

      private func rows(_ batch: TokenBatch, _ positions: [Int32], _ pass: Pass) throws -> Tensor {
        try pass.gather(
          try hidden(batch, pass), rows: try pass.context.indices(positions, ["rows": positions.count]),
          name: "rows")
      }

      func logits(_ batch: TokenBatch, at positions: [Int32], _ pass: Pass) throws -> Tensor {
        try pass.linear(try rows(batch, positions, pass), weight: tokens, bias: nil)
      }

      func loss(
        _ batch: TokenBatch, at positions: [Int32], targets: [Int32], weights: [Float]?, lossWeight: Double,
        _ pass: Pass
      ) throws -> LossResult {
        try pass.linearCrossEntropy(
          try rows(batch, positions, pass), weight: tokens, bias: nil,
          targets: try pass.context.indices(targets, ["predictions": targets.count]),
          weights: try weights.map { try pass.context.tensor($0, ["predictions": $0.count]) },
          lossWeight: lossWeight, name: "loss")
      }
    }

    struct Convolution: Architecture {
      static let name = "convolution"
      static let channels = Key.integer("channels", 1...1024, default: 16, help: "of every token")
      static let reach = Key.integer("reach", 1...64, default: 4, help: "tokens that a position sees")
      let summary = "a causal convolution"
      let kind = ArchitectureKind.decoder
      let defaultObjective = "causal-lm"
      let source = "Kalchbrenner et al. 2014"
      var keys: [any SettingKey] { [Self.channels, Self.reach] }
      func compose(_ descriptor: Resolved, in scope: Scope, from registry: Registry) throws
        -> any LanguageModel
      { try ConvolutionModel(descriptor, scope) }
    }

    /// How long the tokens of the held-out text are.
    struct TokenLength: Evaluation {
      let most: Int
      func measure(_ subject: EvaluationSubject) throws -> [EvaluationFigure] {
        let tokenizer = subject.model.tokenizer
        let text = subject.text.withHeldOut { Array($0.prefix(most)) }
        let count = text.withUnsafeBufferPointer { tokenizer.encode($0) }.count
        return [EvaluationFigure("bytes per token", Double(text.count) / Double(count), count: count, moreIsBetter: true)]
      }
    }

    @_cdecl("zoo_register_Convolve")
    public func register(_ registration: UnsafeMutableRawPointer) {
      PluginRegistration.register(registration) { registry in
        try registry.add(Convolution())
        let most = Key.integer("bytes", 1...1_000_000, default: 500, help: "of the text, at most")
        try registry.add("token-length", to: .evaluation, summary: "bytes per token", keys: [most]) {
          TokenLength(most: $0[most])
        }
      }
    }
    """#

  /// What every command is asked, and what is said where it cannot do that with such a model.
  private static let uses: [(words: [String], refusal: String?)] = [
    (["list", "convolution"], nil), (["list", "token-length"], nil), (["describe", "m.json5"], nil),
    (["describe", "m.json5", "--json"], nil),
    (["train", "m.json5", "--out", "run"] + small, nil),
    (["train", "m.json5", "--out", "masked", "--set", "recipe.objective=masked-lm"] + small, nil),
    (["compare", "m.json5", "gpt context=16", "--out", "c", "--with", "token-length"] + small, nil),
    (["compare", "s.json5", "--out", "s"] + small, nil),
    (
      ["compare", "m.json5", "m.json5 reach=2", "--match", "parameters", "--out", "m"] + small,
      "no feed-forward"
    ),
    (["compare", "run", "c", "--out", "again"], nil), (["compare", "--resume", "c"], nil),
    (["ablate", "m.json5", "--swap", "reach=1", "--out", "a"] + small, nil),
    (["report", "c"], nil), (["report", "run", "c", "--out", "both"], nil),
    (["runs"], nil), (["eval", "run", "c"], nil), (["eval", "run", "--with", "token-length"], nil),
    (["eval", "run", "--with", "{ type: 'token-length', bytes: 100 }", "--json"], nil),
    (["eval", "run", "--with", "likelihood", "--with", "hidden-words"], nil),
    (["generate", "run", "--prompt", "the", "--length", "4"], nil), (["embed", "run", "the dog"], nil),
    (["generate", "run", "--prompt-ids", "7,8", "--length", "2"], nil),
    (["tokens", "run", "--input", "texts.json"], nil),
    (["logits", "run", "--input", "ids.json", "--out", "l.safetensors", "--loss"], nil),
    (["fill", "masked", "the [MASK] runs"], nil), (["fill", "run", "the [MASK] runs"], "predict"),
    (["export", "run", "exported"], "no class of transformers has all parts"),
    (["import", "run"], "config.json"),
    (["pairs", "--out", "p.jsonl", "--count", "2"], nil), (["score", "run", "p.jsonl", "--skip-bad"], nil),
    (["surprisal", "run", "texts.json", "--skip-bad"], nil),
    (["attention", "run", "--text", "the dog"], "has no attention weights"),
    (["heads", "c", "--windows", "2"], "has no attention weights"),
    (["probe", "run", "--sentences", "50"], "does not use a Stack"),
    (
      [
        "finetune", "run", "--data", "labels.tsv", "--epochs", "1", "--seeds", "1", "--learning-rate", "1e-3",
        "--pooling", "mean", "--save", "labelled",
      ], nil
    ), (["classify", "labelled", "the dog"], nil),
    (["classify", "run", "the dog"], "no classification head"),
    (["figure", "curves", "run", "--out", "f.svg"], nil),
    (["figure", "verdicts", "c", "--out", "d.svg"], nil),
    (["profile", "m.json5", "--profile-steps", "1", "--steps", "1", "--batch", "2"], nil),
  ]

  private static let small = [
    "--steps", "4", "--batch", "2", "--set", "recipe.evaluationWindows=2",
  ]

  @Test func everyCommandKnowsIt() throws {
    let commands = Set(ZooProgram.program.commands.map(\.name)).subtracting(["plugin", "install"])
    #expect(Set(Self.uses.map { $0.words[0] }) == commands)
    try withTemporaryFolder { folder in
      let place = folder.appending(path: "Convolve")
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      try Data(Self.source.utf8).write(to: place.appending(path: "Convolve.swift"))
      try Data("{ architecture: 'convolution', context: 16 }".utf8).write(
        to: folder.appending(path: "m.json5"))
      try Data(
        """
        { summary: 'which cuts the text into longer tokens?', seeds: 2, evaluations: ['token-length'],
          primary: 'token-length/bytes per token',
          arms: [{ model: 'm.json5' }, { model: 'gpt', set: ['context=16', 'tokenizer=bytes'] }] }
        """.utf8
      ).write(to: folder.appending(path: "s.json5"))
      let labels = (0..<40).map { "\($0.isMultiple(of: 2) ? "yes" : "no")\tthe dog \($0)\n" }.joined()
      try Data(("label\ttext\n" + labels).utf8).write(to: folder.appending(path: "labels.tsv"))
      try Data(#"{"ids": [[6, 7, 8]], "labels": [[6, 7, 8]]}"#.utf8).write(
        to: folder.appending(path: "ids.json"))
      try Data(#"["the dog"]"#.utf8).write(to: folder.appending(path: "texts.json"))
      let built = try ZooProcess.run(["plugin", "build", "Convolve"], in: folder)
      try #require(built.status == 0, "\(built.errors)")
      for (words, refusal) in Self.uses {
        let outcome = try ZooProcess.run(words + ["--plugin", "Convolve/Convolve.so"], in: folder)
        if let refusal {
          #expect(
            (1...2).contains(outcome.status) && outcome.errors.contains(refusal),
            "\(words): \(outcome.status) \(outcome.errors)")
        } else {
          #expect(outcome.status == 0, "\(words): \(outcome.status) \(outcome.errors)")
        }
      }
      try theEvaluationIsInTheReports(of: folder)
    }
  }

  /// A plugin's evaluation is in the page, the tables and the data of every report, and decides where a suite says so.
  private func theEvaluationIsInTheReports(of folder: URL) throws {
    for place in ["c", "s", "both"] {
      func text(_ name: String) throws -> String {
        try String(contentsOf: folder.appending(path: "\(place)/\(name)"), encoding: .utf8)
      }
      #expect(try text("report.html").contains("<h2 id='evaluation-token-length"), "\(place)")
      for name in ["report.md", "report.tex"] {
        #expect(try text(name).contains("bytes per token"), "\(place)")
      }
      let report = try JSONDecoder().decode(Report.self, from: Data(try text("report.json").utf8))
      let own = report.evaluations.filter { $0.evaluation == "token-length" }
      #expect(!own.isEmpty && own.allSatisfy { $0.settings["bytes"] == "500" })
      #expect(own.contains { $0.figures.allSatisfy { $0.allSatisfy { $0.value >= 1 } } })
      guard place == "s" else { continue }
      #expect(report.seeds?.measures.first?.name == "bytes per token")
    }
    let stored = try FileManager.default.contentsOfDirectory(
      atPath: folder.appending(path: "run/evaluations").path)
    #expect(stored.contains { $0.hasPrefix("token-length-") })
  }

  /// What the test reads of a report.
  private struct Report: Decodable {
    struct Evaluated: Decodable {
      struct Figure: Decodable { let value: Double }
      let evaluation: String
      let settings: [String: String]
      let figures: [[Figure]]
    }
    struct Seeds: Decodable {
      struct Measure: Decodable { let name: String }
      let measures: [Measure]
    }
    let evaluations: [Evaluated]
    let seeds: Seeds?
  }
}
