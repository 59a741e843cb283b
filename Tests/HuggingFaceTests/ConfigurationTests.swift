import Foundation
import Installed
import Settings
import TestSupport
import Testing
import Zoo

@testable import HuggingFace

/// Values of keys that `transformers` would take otherwise, or not at all.
@Suite("Keys of a configuration")
struct ConfigurationTests {
  /// What a family's table reads from JSON.
  private func read(_ family: String, _ said: String) throws -> (draft: DescriptorDraft, problems: [Problem])
  {
    let config = try HubConfiguration(try Node.parse("{\(said)}", file: "config.json"), file: "config.json")
    let family = try Registry.standard().member(family, of: .hubFamily)
    let found = try family.checkedDraft(
      FamilyReading(config: config, hubClass: family.trunkClass) { _ in false })
    return (found.draft, found.problems)
  }

  /// A value of another type is never the same as an absent one.
  @Test(
    "have their types",
    arguments: [
      (["gemma2", "gemma3_text", "olmo3"], "sliding_window", [#""7""#, "7.5", "[7]", "{}", "true", "0"]),
      (["modernbert", "modernbert-decoder"], "local_attention", [#""8""#, "8.5", "null", "true"]),
      (["modernbert", "modernbert-decoder"], "global_attn_every_n_layers", [#""2""#, "0", "2.0", "null"]),
      (["modernbert-decoder"], "sliding_window", [#""8""#, "null", "8.5"]),
      (["gemma3_text"], "sliding_window_pattern", [#""2""#, "0", "2.0", "true"]),
      (["gptj"], "rotary_dim", [#""4""#, "4.5", "[4]", "true", "3", "0", "1024", "null", "-4"]),
      (
        ["llama", "nanochat", "gemma3_text", "olmo3", "smollm3"], "rope_theta", [#""500000""#, "[1]", "true"]
      ),
      (["gpt_neox"], "rotary_emb_base", [#""500""#, "true"]),
      (["gpt_neox"], "rotary_pct", [#""0.5""#, "[]"]),
      (["modernbert"], "global_rope_theta", [#""500""#]), (["modernbert"], "local_rope_theta", ["[1]"]),
      (["gpt_neox"], "use_parallel_residual", ["1", #""true""#, "null"]),
      (["opt"], "do_layer_norm_before", ["0", #""false""#, "null"]),
      (["opt"], "word_embed_proj_dim", [#""768""#, "7.5"]),
      (
        ["gemma2", "gemma3_text", "olmo3", "modernbert", "qwen2", "qwen3", "smollm3"], "layer_types",
        [#""x""#, "5", "{}", "[]", #"["full_attention"]"#, #"["unknown"]"#, "[1]"]
      ),
      (["smollm3"], "no_rope_layers", [#""x""#, "[1, 0]", "[]", "[2]", "[true]", "5"]),
      (["smollm3"], "no_rope_layer_interval", [#""4""#, "0", "4.0", "null"]),
      (["deberta-v2"], "pos_att_type", [#"["p2c", "c2p", 5]"#]),
      (["deberta-v2"], "position_buckets", ["0.5", #""8""#]),
      (["bert", "gpt2", "llama"], "tie_word_embeddings", [#""true""#, "1", "0"]),
      (["llama", "mistral"], "head_dim", [#""auto""#, "7.5"]), (["gpt2", "gptj"], "n_inner", [#""auto""#]),
      (["roberta"], "max_position_embeddings", ["-9223372036854775808", "2", #""40""#]),
      (["neobert"], "intermediate_size", ["4611686018427387904", #""8""#]),
      (["llama"], "num_key_value_heads", [#""2""#, "true", "0"]),
      (["llama"], "rope_parameters", [#"{"rope_type": 5}"#, #"{"rope_theta": "7"}"#, "[]"]),
      (["olmo3"], "rope_parameters", [#"{"full_attention": 5}"#]),
      (
        ["gemma2", "gemma3_text", "olmo3", "smollm3", "modernbert", "modernbert-decoder", "llama", "qwen2"],
        "num_hidden_layers", ["-3", "0", "1000000000", "9223372036854775807", #""4""#, "2.0", "null"]
      ),
    ])
  func types(_ families: [String], _ key: String, _ values: [String]) throws {
    for family in families {
      for value in values {
        // DeBERTa's defaults are refused on their own.
        let standing = try read(family, "").problems.map(\.path)
        let problems = try read(family, #""\#(key)": \#(value)"#).problems
          .filter { $0.path == key || !standing.contains($0.path) }
        #expect(problems.map(\.path) == [key], "\(family): \(value)")
        #expect(problems.first?.found != nil && problems.first?.allowed != nil)
      }
    }
  }

  @Test("may be null where the class of transformers has a meaning for it")
  func null() throws {
    for key in ["layer_types", "rope_parameters", "rope_scaling", "head_dim", "num_key_value_heads"] {
      #expect(try read("llama", #""\#(key)": null"#).problems.isEmpty || key == "layer_types")
    }
    #expect(try read("gemma3_text", #""layer_types": null"#).problems.isEmpty)
    #expect(try read("mistral", #""sliding_window": null"#).draft["block.attention.window"] == Node(.null))
    // Without a size no layer may have a window.
    let plain = #""num_hidden_layers": 1, "layer_types": ["full_attention"]"#
    #expect(try read("gemma2", plain + #", "sliding_window": null"#).problems.isEmpty)
    #expect(try read("gemma2", #""sliding_window": null"#).problems.map(\.path) == ["layer_types"])
  }

  @Test(
    "are not said twice in two ways",
    arguments: [
      ("gpt2", "n_head", "num_attention_heads", 4), ("gpt2", "n_embd", "hidden_size", 64),
      ("gptj", "n_layer", "num_hidden_layers", 4), ("bloom", "n_head", "num_attention_heads", 4),
      ("bloom", "hidden_size", "n_embed", 64), ("distilbert", "dim", "hidden_size", 64),
      ("openai-gpt", "n_positions", "max_position_embeddings", 64),
    ])
  func spellings(_ family: String, _ key: String, _ other: String, _ value: Int) throws {
    #expect(try read(family, #""\#(key)": \#(value), "\#(other)": \#(value)"#).problems.isEmpty)
    let problems = try read(family, #""\#(key)": \#(value), "\#(other)": \#(value / 2)"#).problems
    #expect(problems.count == 1 && problems[0].path == key && problems[0].reason.contains(other))
  }

  /// `transformers` rotates whole pairs: of three channels it makes four, by angles of its own.
  @Test("rotate an even number of channels")
  func pairs() throws {
    let sizes = #""hidden_size": 48, "num_attention_heads": 4"#
    for said in [#""rotary_pct": 0.25"#, #""rope_parameters": {"partial_rotary_factor": 0.25}"#] {
      let problems = try read("gpt_neox", sizes + ", " + said).problems
      #expect(problems.map(\.path) == ["rope_parameters"])
      let allowed = try #require(problems.first?.allowed).components(separatedBy: " or ").compactMap(
        Double.init)
      #expect(allowed.count == 2)
      for factor in allowed {
        #expect(try read("gpt_neox", sizes + #", "rotary_pct": \#(factor)"#).problems.isEmpty)
      }
    }
    // The default of the class is a quarter, too.
    #expect(try read("gpt_neox", sizes).problems.map(\.path) == ["rope_parameters"])
    #expect(try read("gpt_neox", sizes + #", "rotary_pct": 0.4"#).problems.isEmpty)
  }

  @Test("give the decoder of ModernBERT the window that its class takes")
  func directWindow() throws {
    func window(_ said: String) throws -> Node? {
      let found = try read("modernbert-decoder", said)
      return found.problems.isEmpty ? found.draft["block.attention.window"] : nil
    }
    #expect(try window(#""local_attention": 8, "sliding_window": 4"#) == 4)
    #expect(try window(#""sliding_window": 3"#) == 3)
    #expect(try window(#""local_attention": 9"#) == 4)
    #expect(try window(#""local_attention": 8, "sliding_window": 3"#) == nil)
  }

  @Test("leave no pattern of windows unread")
  func unusedPattern() throws {
    let pattern = #""_sliding_window_pattern": 2"#
    #expect(try read("gemma3_text", pattern).problems.map(\.path) == ["layer_types"])
    #expect(try read("gemma3_text", pattern + #", "sliding_window_pattern": 2"#).problems.isEmpty)
    #expect(try read("gemma3_text", #""_sliding_window_pattern": 6"#).problems.isEmpty)
    let listed = #", "num_hidden_layers": 2, "layer_types": ["sliding_attention", "full_attention"]"#
    #expect(try read("gemma3_text", pattern + listed).problems.isEmpty)
  }

  @Test("are named by errors of the model that they make")
  func named() throws {
    let config = try HubConfiguration(
      try Node.parse(#"{"num_attention_heads": 6}"#, file: "config.json"), file: "config.json")
    let registry = try Registry.standard()
    let family = try registry.member("mistral", of: .hubFamily)
    let found = try family.checkedDraft(
      FamilyReading(config: config, hubClass: family.trunkClass) { _ in false })
    let error = try #require(
      #expect(throws: SettingsError.self) { try registry.resolve(found.draft.node, name: "m") })
    let problems = error.problems.map { $0.named(found.keys, in: config) }
    #expect(problems.contains { $0.path == "num_key_value_heads" }, "\(problems)")
    #expect(problems.allSatisfy { $0.place?.file ?? "config.json" == "config.json" })
  }
}
