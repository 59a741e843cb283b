import Evaluation
import Foundation
import HuggingFace
import Inference
import Installed
import Settings
import Tensors
import TestSupport
import Testing
import Zoo

@Suite("Models of the hub")
struct ImportTests {
  @Test("compute what transformers computed, layer by layer", arguments: HubCase.kept)
  func equal(_ name: String) throws {
    try withTemporaryFolder { folder in
      let found = try HubCase(kept: name).differences(try HubCase(kept: name).imported(into: folder))
      #expect(found.keys.contains { $0.hasSuffix("logits") } && found.keys.contains { $0.hasSuffix("Norm") })
      for (output, difference) in found { #expect(difference < 1e-4, "\(name): \(output)") }
    }
  }

  @Test("write what transformers wrote, token for token", arguments: ["gpt2", "llama"])
  func written(_ name: String) throws {
    try withTemporaryFolder { folder in
      let given = HubCase(kept: name)
      let (ours, theirs) = try given.written(by: try given.imported(into: folder))
      #expect(ours == theirs)
      #expect(theirs.count == 12 && Set(theirs).count > 2)
    }
  }

  @Test("score texts as transformers does")
  func scored() throws {
    try withTemporaryFolder { folder in
      let given = HubCase(kept: "gpt2")
      let model = try LoadedModel(
        try given.imported(into: folder), registry: try Registry.standard(),
        context: try Context.cpu(threads: 1, seed: 1))
      #expect(model.isImported && !model.hasKnownInitialValues)
      let scoring = try WindowScoring(model, ScoringOptions(forSentencesOf: model, start: .nothing))
      var count = 0
      for (index, input) in try given.inputs().enumerated() {
        let logits = try given.expected("\(index).logits")
        let time = input.ids[0].count
        for (row, ids) in input.ids.enumerated() {
          let length = input.lengths?[row] ?? time
          let window = Array(ids.prefix(length))
          guard length > 1, scoring.refusal(of: window) == nil else { continue }
          let nats = try scoring.nats([window])[0]
          for place in 1..<length {
            let width = logits.count / input.ids.count / time
            let start = (row * time + place - 1) * width
            let all = logits[start..<start + width].map(Double.init)
            let total = log(all.reduce(0) { $0 + exp($1) })
            #expect(abs(nats[place] - (total - all[Int(window[place])])) < 1e-3)
            count += 1
          }
        }
      }
      #expect(count > 5)
    }
  }

  @Test(
    "end texts where their files say so",
    arguments: [
      (#""eos_token_id": [5, 7]"#, [5, 7]), (#""eos_token_id": 3"#, [3]), (#""eos_token_id": null"#, [299]),
      (#""temperature": NaN"#, [299]),
    ] as [(String, [Int32])])
  func ends(_ said: String, _ ends: [Int32]) throws {
    try withTemporaryFolder { folder in
      let hub = folder.appendingPathComponent("hub")
      try FileManager.default.copyItem(at: HubCase(kept: "gpt2").folder, to: hub)
      let file = hub.appendingPathComponent("generation_config.json")
      try replace(#""eos_token_id": 50256"#, with: #""eos_token_id": 299"#, in: hub)
      try Data("{\(said)}".utf8).write(to: file)
      #expect(try HubCase(folder: hub).imported(into: folder).record.imported?.endTokens == ends)
      try Data(#"{"eos_token_id": "</s>"}"#.utf8).write(to: file)
      let error = #expect(throws: SettingsError.self) {
        try HubCase(folder: hub).imported(into: folder)
      }
      #expect("\(try #require(error))".contains("eos_token_id"))
    }
  }

  /// Replaces text in the configuration of a folder.
  private func replace(_ text: String, with other: String, in hub: URL) throws {
    let config = hub.appendingPathComponent("config.json")
    let said = try String(contentsOf: config, encoding: .utf8)
    try #require(said.contains(text))
    try Data(said.replacing(text, with: other).utf8).write(to: config)
  }

  @Test("have a row for each token that their files name")
  func tokens() throws {
    try withTemporaryFolder { folder in
      let hub = folder.appendingPathComponent("hub")
      try FileManager.default.copyItem(at: HubCase(kept: "gpt2").folder, to: hub)
      let registry = try Registry.standard()
      // What transformers writes for a small vocabulary, too.
      let notes = try HubImport(folder: hub, registry: registry).notes.filter { $0.subject == "no token" }
      #expect(notes.count == 1 && notes[0].text.contains("50256 (bos_token_id, eos_token_id)"))
      try replace(#""eos_token_id": 50256"#, with: #""eos_token_id": [299, 300]"#, in: hub)
      try Data(#"{"eos_token_id": 3, "decoder_start_token_id": 301, "bad_words_ids": [[7], [302]]}"#.utf8)
        .write(to: hub.appendingPathComponent("generation_config.json"))
      // What is wrong with the descriptor is said with it.
      try replace(#""n_head": 3"#, with: #""n_head": 5"#, in: hub)
      let error = try #require(
        #expect(throws: SettingsError.self) { try HubImport(folder: hub, registry: registry) })
      #expect(
        error.problems.map(\.found)
          == ["5", "301", "302", "300"], "\(error)")
      #expect(
        error.problems.last?.path == "eos_token_id"
          && error.problems.last?.allowed?.contains("300 rows") == true)
    }
  }

  @Test("are refused with all that is wrong with configuration and descriptor")
  func allAtOnce() throws {
    try withTemporaryFolder { folder in
      let hub = folder.appendingPathComponent("hub")
      try FileManager.default.copyItem(at: HubCase(kept: "gpt2").folder, to: hub)
      func paths() throws -> [String] {
        let error = #expect(throws: SettingsError.self) {
          try HubImport(folder: hub, registry: try Registry.standard())
        }
        return try #require(error).problems.map(\.path)
      }
      try replace(#""n_head": 3"#, with: #""n_head": 5, "number": 1"#, in: hub)
      try replace(#""scale_attn_weights": true"#, with: #""scale_attn_weights": false"#, in: hub)
      let found = try paths()
      #expect(
        found.prefix(2) == ["scale_attn_weights", "number"] && found.contains("n_head"))
      // Without the rotation there is no descriptor.
      try FileManager.default.removeItem(at: hub)
      try FileManager.default.copyItem(at: HubCase(kept: "llama").folder, to: hub)
      try replace(#""num_attention_heads": 4"#, with: #""num_attention_heads": 5"#, in: hub)
      let heads = try paths()
      #expect(!heads.isEmpty && heads.allSatisfy { $0.hasSuffix("eads") })
      try replace(#""rope_type": "default""#, with: #""rope_type": "unknown""#, in: hub)
      #expect(try paths() == ["rope_parameters"])
    }
  }

  /// `rope_scaling` counts where `rope_parameters` is there, too, as in `transformers`; neither is ignored.
  @Test(
    "turn as both keys of the rotation say",
    arguments: [
      (#""rope_scaling": {"type": "linear", "factor": 3.0}"#, "linear"),
      (#""rope_scaling": null"#, nil), (#""rope_scaling": {}"#, nil),
    ] as [(String, String?)])
  func rotated(_ said: String, _ kind: String?) throws {
    try withTemporaryFolder { folder in
      let plain = #""rope_parameters": {"rope_theta": 10000.0, "rope_type": "default"}"#
      let hub = try Self.llama(in: folder, plain + ", " + said)
      let record = try HubCase(folder: hub).imported(into: folder).record
      let scaling = try Node.parse(record.descriptor, file: "descriptor")["position"]?["scaling"]
      #expect(
        (scaling?["type"]?.text ?? scaling?.text ?? "none") == kind ?? "none", "\(record.descriptor)")
    }
  }

  @Test(
    "are refused where a key of the rotation is no object",
    arguments: [
      #""rope_parameters": 5"#, #""rope_parameters": [1]"#, #""rope_parameters": "x""#,
      #""rope_scaling": "x", "rope_theta": 77.0"#,
      #""rope_parameters": {"rope_type": "default"}, "rope_scaling": {"rope_type": "longrope", "foo": 1}"#,
    ])
  func wronglyRotated(_ said: String) throws {
    try withTemporaryFolder { folder in
      let hub = try Self.llama(in: folder, said)
      let error = #expect(throws: SettingsError.self) {
        try HubCase(folder: hub).imported(into: folder)
      }
      #expect("\(try #require(error))".contains("rope_"))
    }
  }

  /// The kept LLaMA with other keys of the rotation.
  private static func llama(in folder: URL, _ rotation: String) throws -> URL {
    let hub = folder.appendingPathComponent("hub")
    try FileManager.default.copyItem(at: HubCase(kept: "llama").folder, to: hub)
    let file = hub.appendingPathComponent("config.json")
    var keys = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any] ?? [:]
    for key in ["rope_parameters", "rope_scaling", "rope_theta"] { keys[key] = nil }
    let others = String(decoding: try JSONSerialization.data(withJSONObject: keys), as: UTF8.self)
    try Data((others.dropLast() + ", " + rotation + "}").utf8).write(to: file)
    return hub
  }

  @Test("differ by each mistake that an import could make", arguments: HubCase.kept)
  func mistaken(_ name: String) throws {
    try withTemporaryFolder { folder in
      let given = HubCase(kept: name)
      let checkpoint = try given.imported(into: folder)
      let variants = WrongVariant.all.filter { $0.hubCase == name }
      #expect(!variants.isEmpty)
      for variant in variants {
        let move = try variant.move(of: checkpoint, on: try given.inputs(), in: folder)
        #expect(move >= WrongVariant.smallestMove, "\(variant)")
      }
    }
  }

  @Test("have mistakes to be found in every family")
  func families() throws {
    #expect(Set(WrongVariant.all.map(\.family)) == Set(try Registry.standard().names(of: .hubFamily)))
  }

  @Test("are the same after export and import", arguments: HubCase.kept)
  func exported(_ name: String) throws {
    try withTemporaryFolder { folder in
      let given = HubCase(kept: name)
      let exported = HubCase(folder: folder.appendingPathComponent("exported"))
      let again = folder.appendingPathComponent("again")
      for new in [exported.folder, again] {
        try FileManager.default.createDirectory(at: new, withIntermediateDirectories: false)
      }
      let first = try given.imported(into: folder)
      try HubExport(first, registry: try Registry.standard()).writeModel(to: exported.folder)
      for file in ["inputs.json", "expected.safetensors"] {
        try FileManager.default.copyItem(
          at: given.folder.appendingPathComponent(file), to: exported.folder.appendingPathComponent(file))
      }
      let second = try exported.imported(into: again)
      #expect(second.record.descriptor == first.record.descriptor)
      #expect(try exported.differences(second) == given.differences(first))
    }
  }
}
