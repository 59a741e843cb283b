import CommandLineKit
import Foundation
import TestSupport
import Testing
import Wording

@testable import ZooCommand

/// `zoo export` and `zoo import`, as a user calls them.
@Suite struct HubCommandTests {
  @Test func aModelThatWasExportedIsImportedAgain() throws {
    try withTemporaryFolder { folder in
      func zoo(_ words: String...) throws -> String {
        let outcome = try ZooProcess.run(words, in: folder)
        try #require(outcome.status == 0, "\(words): \(outcome.errors)")
        return outcome.output
      }
      _ = try zoo("train", "tiny/gpt", "--steps", "2", "--batch", "2", "--set", "context=48", "--out", "r")
      _ = try zoo("export", "r", "hub")
      let table = try zoo("import", "hub", "--out", "again")
      #expect(table.contains("GPT-2 (GPT2LMHeadModel)"))
      let write = ["--prompt", "the dog", "--length", "12", "--temperature", "0"]
      #expect(
        try ZooProcess.run(["generate", "again"] + write, in: folder).output
          == ZooProcess.run(["generate", "r"] + write, in: folder).output)
      // What is exported once more is the same to the byte.
      _ = try zoo("export", "again", "twice")
      for name in ["model.safetensors", "config.json", "tokenizer.json"] {
        #expect(
          FileManager.default.contentsEqual(
            atPath: folder.path + "/hub/" + name, andPath: folder.path + "/twice/" + name), "\(name)")
      }
    }
  }

  @Test(arguments: [
    (#"{"model_type": "bertt"}"#, "did you mean bert?"),
    (#"{"model_type": "bert", "hidden_act": "mish"}"#, "hidden_act"),
    (#"{"model_type": "bert", "use_relative": true}"#, "use_relative"),
    (#"{"model_type": "bert", "is_decoder": true}"#, "is_decoder"),
    (#"{"model_type": "bert", "top_p": NaN, "layer_norm_eps": Infinity}"#, "layer_norm_eps"),
    (
      #"{"model_type": "bert", "initializer_range": NaN, "max_length": -Infinity, "use_relative": 1}"#,
      "use_relative"
    ),
    (#"{"model_type": "deberta-v2", "conv_kernel_size": 3}"#, "conv_kernel_size"),
    (#"{"model_type": "deberta-v2", "share_att_key": false}"#, "share_att_key"),
    (#"{"model_type": "deberta-v2", "pos_att_type": "c2p"}"#, "pos_att_type"),
    (#"{"model_type": "deberta-v2", "attention_head_size": 12}"#, "attention_head_size"),
    (#"{"model_type": "bert"}"#, "model.safetensors"), ("[1]", "is not an object"),
  ])
  func aFolderThatCannotBeImportedIsRefused(_ config: String, _ said: String) throws {
    try withTemporaryFolder { folder in
      let hub = folder.appendingPathComponent("hub")
      try FileManager.default.createDirectory(at: hub, withIntermediateDirectories: false)
      try Data(config.utf8).write(to: hub.appendingPathComponent("config.json"))
      if said != "model.safetensors" {
        try FileManager.default.copyItem(
          at: URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/hub/bert/model.safetensors"),
          to: hub.appendingPathComponent("model.safetensors"))
      }
      let outcome = try ZooProcess.run(["import", "hub"], in: folder)
      #expect(outcome.status != 0 && outcome.errors.contains(said), "\(outcome.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("runs").path))
    }
  }

  /// transformers multiplies the width of a head by the share: 0.4 of 8 channels would be 3, of which it makes 4.
  @Test func theShareThatRotatesIsExportedExactly() throws {
    try withTemporaryFolder { folder in
      func zoo(_ words: [String]) throws {
        let outcome = try ZooProcess.run(words, in: folder)
        try #require(outcome.status == 0, "\(words): \(outcome.errors)")
      }
      let sets = [
        "width=32", "block.attention.heads=4", "context=48", "block.norm=layer", "position.type=rotary",
        "position.fraction=0.4",
      ]
      try zoo(
        ["train", "tiny/gpt", "--steps", "2", "--batch", "2", "--out", "r"] + sets.flatMap { ["--set", $0] })
      try zoo(["export", "r", "hub"])
      let config = try String(contentsOf: folder.appendingPathComponent("hub/config.json"), encoding: .utf8)
      #expect(
        config.contains(#""partial_rotary_factor":0.25"#) || config.contains(#""rotary_dim":2"#),
        "\(config)")
      try zoo(["import", "hub", "--out", "again"])
      try Data(#"{"ids": [[5, 6, 7, 8, 9]]}"#.utf8).write(to: folder.appendingPathComponent("i.json"))
      let files = try ["r", "again"].map { run in
        try zoo(["logits", run, "--input", "i.json", "--out", run + ".safetensors"])
        return try Data(contentsOf: folder.appendingPathComponent(run + ".safetensors"))
      }
      #expect(files[0] == files[1])
    }
  }

  /// An imported model is evaluated, trained further and compared, and nothing is claimed of its training that is not known.
  @Test func anImportedModelIsUsedLikeATrainedOne() throws {
    try withTemporaryFolder { folder in
      @discardableResult func zoo(_ words: String...) throws -> (output: String, errors: String) {
        let outcome = try ZooProcess.run(words, in: folder)
        #expect(outcome.status == 0, "\(words): \(outcome.errors)")
        return (outcome.output, outcome.errors)
      }
      let text = (0..<400).map { "the dog \($0) sleeps near the gate.\n" }.joined()
      try Data(text.utf8).write(to: folder.appendingPathComponent("t.txt"))
      try zoo("train", "tiny/gpt", "--steps", "2", "--batch", "2", "--set", "context=48", "--out", "own")
      try zoo("export", "own", "hub")
      try zoo("import", "hub", "--out", "in")
      // What the same weights make of the same text.
      func loss(_ run: String) throws -> Double {
        struct Report: Decodable { let loss: Double }
        let (output, _) = try zoo("eval", run, "--data", "t.txt", "--windows", "2", "--json")
        return try JSONDecoder().decode(Report.self, from: Data(output.utf8)).loss
      }
      #expect(try abs(loss("in") - loss("own")) < 1e-6)
      #expect(try zoo("eval", "in", "--windows", "2").output.contains("what it was trained on is not known"))

      // Training goes on from the weights, and a run that lost its checkpoints but the first is the same in the end.
      let more = ["--data", "t.txt", "--batch", "2", "--set", "recipe.keepLast=9", "--steps", "4"]
      for name in ["a", "b"] {
        let trained = try ZooProcess.run(
          ["train", "--from", "in", "--set", "recipe.checkpointEvery=1", "--out", name] + more, in: folder)
        try #require(trained.status == 0, "\(trained.errors)")
      }
      func step(_ run: String, _ step: Int) -> URL {
        folder.appendingPathComponent("\(run)/checkpoints/step-00000\(step).safetensors")
      }
      for number in 1...4 { try FileManager.default.removeItem(at: step("b", number)) }
      #expect(try loss("b") == loss("in"))
      try zoo("train", "--resume", "b")
      #expect(try Data(contentsOf: step("a", 4)) != Data(contentsOf: step("a", 3)))
      #expect(try loss("b") == loss("a") && loss("a") < loss("in"))
      let record = try String(contentsOf: folder.appendingPathComponent("a/run.json"), encoding: .utf8)
      #expect(record.contains("startedFrom") && record.contains(#""run": "in""#), "\(record.prefix(3000))")

      let compared = try zoo("compare", "in", "a", "--out", "c")
      for row in ["text", "initial tensors", "batch", "optimiser", "tokens read"] {
        let pattern = try Regex("\n\(row) +in +unknown\n")
        #expect(compared.output.contains(pattern), "\(row): \(compared.output)")
      }
      #expect(compared.errors.contains("in: imported"))
      for words in [
        ["attention", "in", "--text", "the dog"], ["probe", "in", "--sentences", "50"],
        ["finetune", "in", "--texts", "40", "--epochs", "1", "--learning-rate", "1e-3", "--pooling", "mean"],
      ] {
        let outcome = try ZooProcess.run(words, in: folder)
        #expect(outcome.status == 0 && outcome.errors.contains("random weights of the same"), "\(outcome)")
      }
      #expect(try zoo("heads", "in", "--windows", "2").output.contains("L1 H1"))
      // Runs of one model are named by their folders, everywhere.
      let both = try zoo("eval", "a", "in", "--windows", "2", "--json").output
      #expect(both.contains("\"a\"") && both.contains("\"in\"") && !both.contains("gpt"), "\(both)")
      // Every layer has its row.
      let layers = try zoo("eval", "a", "--with", "{ type: 'logit-lens', lines: 1 }").output
      #expect(layers.contains("0, embedding") && layers.contains("Loss, nats per token"), "\(layers)")
    }
  }

  @Test func whatWouldChangeTheModelIsRefused() throws {
    try AttackBench.with { bench in
      let run = bench.url("run").path
      for (words, said) in [
        (["--set", "block.norm=rms"], "keeps the descriptor"), (["tiny/gpt"], "keeps the descriptor"),
        (["--resume", run], "own weights"),
      ] {
        let outcome = bench.zoo(["train", "--from", run] + words)
        #expect(outcome.status == 2 && outcome.errors.contains(said), "\(words): \(outcome.errors)")
      }
    }
  }

  /// Imported models are listed with their origin, and so is a run that began with one.
  @Test func runsListImportedModels() throws {
    try withTemporaryFolder { folder in
      func zoo(_ words: String...) throws -> String {
        let outcome = try ZooProcess.run(words, in: folder)
        try #require(outcome.status == 0, "\(words): \(outcome.errors)")
        return outcome.output
      }
      let short = ["--steps", "1", "--batch", "2", "--set", "recipe.evaluationWindows=2"]
      try FileManager.default.createDirectory(
        at: folder.appendingPathComponent("runs"), withIntermediateDirectories: false)
      let trained = try ZooProcess.run(
        ["train", "tiny/gpt", "--set", "context=48", "--out", "runs/own"] + short, in: folder)
      try #require(trained.status == 0, "\(trained.errors)")
      #expect(try !zoo("runs").contains("imported from"))
      _ = try zoo("export", "own", "hub")
      _ = try zoo("import", "hub", "--out", "runs/in")
      let more = try ZooProcess.run(["train", "--from", "in", "--out", "runs/more"] + short, in: folder)
      try #require(more.status == 0, "\(more.errors)")

      let table = try zoo("runs")
      #expect(table.contains(/runs\/in +hub +imported.* hub \(gpt2, GPT2LMHeadModel\)/), "\(table)")
      #expect(table.contains(/runs\/more .*finished.* hub \(gpt2, GPT2LMHeadModel\)/), "\(table)")
      #expect(table.contains(/runs\/own .*finished.* —/), "\(table)")
      let listed = try #require(
        JSONSerialization.jsonObject(with: Data(zoo("runs", "--json").utf8)) as? [[String: Any]])
      #expect(listed.map { $0["name"] as? String } == ["in", "more", "own"])
      #expect(listed.map { $0["status"] as? String } == ["imported", "finished", "finished"])
      #expect(
        listed.map { ($0["imported"] as? [String: String])?["folder"] } == ["hub", "hub", nil])

      // What was measured of an imported model is kept, and its report has it.
      _ = try zoo("eval", "in", "--with", "{ type: 'heads', windows: 2 }")
      _ = try zoo("report", "in", "--out", "page")
      let page = try String(contentsOf: folder.appendingPathComponent("page/report.html"), encoding: .utf8)
      #expect(page.contains("Roles of the attention heads") && page.contains("in was not trained here."))
    }
  }

  /// A discriminator has no loss on a text alone, and the error says what it can be used for.
  @Test func aDiscriminatorIsNotEvaluated() throws {
    try withTemporaryFolder { folder in
      func zoo(_ words: [String]) throws -> ZooProcess.Outcome { try ZooProcess.run(words, in: folder) }
      let trained = try zoo([
        "train", "tiny/discriminator", "--set", "recipe.objective=replaced-tokens", "--set",
        "embedding.segments=true", "--set", "context=48", "--steps", "1", "--batch", "2", "--out", "d",
      ])
      try #require(trained.status == 0, "\(trained.errors)")
      #expect(try zoo(["export", "d", "hub"]).status == 0)
      #expect(try zoo(["import", "hub", "--out", "in"]).output.contains("ElectraForPreTraining"))
      for words in [["eval", "in"], ["eval", "in", "--with", "likelihood"], ["generate", "in"]] {
        let refused = try zoo(words)
        #expect(
          refused.status == 1 && refused.errors.contains("logits (one for each token, above 0"),
          "\(words): \(refused.errors)")
      }
      try Data(#"{"ids": [[72, 105, 80]]}"#.utf8).write(to: folder.appendingPathComponent("ids.json"))
      #expect(try zoo(["logits", "in", "--input", "ids.json", "--out", "l.safetensors"]).status == 0)
      #expect(try zoo(["embed", "in", "the dog"]).status == 0)
      #expect(try zoo(["attention", "in", "--text", "the dog", "--pair", "it sleeps"]).status == 0)
    }
  }

  /// What a terminal shows token by token is what a file gets at once.
  @Test func textOnATerminalIsTheSame() throws {
    try AttackBench.with { bench in
      let model = bench.url("run").path
      for more in [["--prompt", "the dog"], ["--stop", "e", "--stop", "t"], ["--prompt-ids", "70,71"]] {
        let words = ["generate", model, "--length", "40", "--seed", "3"] + more
        let (terminal, shown, _) = Console.captured(isTerminal: true)
        let (file, written, _) = Console.captured()
        #expect(ZooProgram.program.run(words, on: terminal) == 0)
        #expect(ZooProgram.program.run(words, on: file) == 0)
        #expect(shown.text == written.text.visible && !written.text.isEmpty)
      }
    }
  }

  /// Nothing is cut or filled up, whatever the tokenizer's file says.
  @Test func tokensAreNeitherCutNorPadded() throws {
    try withTemporaryFolder { folder in
      let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures")
      let hub = folder.appendingPathComponent("hub")
      try FileManager.default.copyItem(at: fixtures.appendingPathComponent("hub/bert"), to: hub)
      try Data(TinyWordPieces.json.utf8).write(to: hub.appendingPathComponent("tokenizer.json"))
      try Data(#"["The dog [MASK]", "", "the the the the the"]"#.utf8).write(
        to: folder.appendingPathComponent("texts.json"))
      let imported = try ZooProcess.run(["import", "hub", "--out", "r"], in: folder)
      try #require(imported.status == 0, "\(imported.errors)")
      let outcome = try ZooProcess.run(["tokens", "r", "--input", "texts.json", "--json"], in: folder)
      struct Tokens: Decodable, Equatable {
        let ids: [Int]
        let special: [Int]
        let decoded: String
      }
      let found = try JSONDecoder().decode([Tokens].self, from: Data(outcome.output.utf8))
      #expect(
        found == [
          Tokens(ids: [5, 6, 4], special: [2, 5, 6, 4, 3], decoded: "[CLS] the dog [MASK] [SEP]"),
          Tokens(ids: [], special: [2, 3], decoded: "[CLS] [SEP]"),
          Tokens(
            ids: [5, 5, 5, 5, 5], special: [2, 5, 5, 5, 5, 5, 3],
            decoded: "[CLS] the the the the the [SEP]"),
        ])
      for bad in ["[1]", "{}", "", #"["a", null]"#] {
        try Data(bad.utf8).write(to: folder.appendingPathComponent("texts.json"))
        let refused = try ZooProcess.run(["tokens", "r", "--input", "texts.json"], in: folder)
        #expect(refused.status == 1 && refused.errors.contains("list of strings"), "\(refused.errors)")
      }
    }
  }

  /// The settings that a refusal names give a model that is exported.
  @Test(arguments: ["gpt", "bert"]) func theAdviceOfARefusedExportWorks(_ preset: String) throws {
    try withTemporaryFolder { folder in
      let short = ["--steps", "1", "--batch", "2", "--set", "layers=2", "--set", "context=48"]
      _ = try ZooProcess.run(["train", preset, "--out", "r"] + short, in: folder)
      let refused = try ZooProcess.run(["export", "r", "hub"], in: folder)
      #expect(refused.status == 1, "\(refused.errors)")
      let advice = try #require(
        refused.errors.firstMatch(of: /this one with ((?:--set \S+ ?)+)is a (\w+)/), "\(refused.errors)")
      let sets = advice.1.split(separator: " ").map { $0.filter { $0 != "'" } }
      let trained = try ZooProcess.run(["train", preset, "--out", "again"] + short + sets, in: folder)
      #expect(trained.status == 0, "\(trained.errors)")
      let exported = try ZooProcess.run(["export", "again", "hub"], in: folder)
      #expect(exported.status == 0 && exported.output.contains(advice.2), "\(exported.errors)")
    }
  }

  @Test func whatNoClassHasIsRefusedByName() throws {
    try withTemporaryFolder { folder in
      _ = try ZooProcess.run(
        [
          "train", "tiny/gpt", "--steps", "1", "--batch", "2", "--set", "context=48", "--set",
          "position=sinusoidal", "--out", "r",
        ], in: folder)
      let outcome = try ZooProcess.run(["export", "r", "hub"], in: folder)
      #expect(outcome.status == 1 && outcome.errors.contains("position"), "\(outcome.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("hub").path))
      // A class that has no model of these sizes is not the nearest, and its error is not within this one.
      _ = try ZooProcess.run(
        ["train", "tiny/gpt", "--steps", "1", "--batch", "2", "--out", "slopes"]
          + ["context=48", "position=alibi", "block.norm=rms", "block.feedForward=swiglu"].flatMap {
            ["--set", $0]
          },
        in: folder)
      let slopes = try ZooProcess.run(["export", "slopes", "hub"], in: folder)
      #expect(
        slopes.status == 1 && slopes.errors.contains("the nearest, BloomForCausalLM"), "\(slopes.errors)")
      #expect(slopes.errors.contains("blocks.*.norm is rms") && !slopes.errors.contains("problem"))
    }
  }
}
