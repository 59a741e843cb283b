import Foundation
import Installed
import Settings
import TestSupport
import Testing
import Transformer
import Zoo

@Suite struct DescriptorTests {
  @Test(arguments: ModelFixture.tiny + ModelFixture.published) func everyPresetReadsBackAsItself(
    _ name: String
  ) throws {
    let descriptor = try ModelFixture.descriptor(name)
    let again = try Registry.standard().descriptor(json: descriptor.json, name: descriptor.name)
    #expect(again.settings == descriptor.settings)
    #expect(again.json == descriptor.json)
  }

  @Test func theLibraryHoldsWhatIsPromised() throws {
    #expect(
      ModelFixture.published == [
        "bert", "bert-4x128", "bert-6x384", "bert-8x512", "bert-base", "gpt", "gpt-4x128", "gpt-6x384",
        "gpt-8x512", "gpt2",
      ])
    for (name, layers, heads, width, context) in [
      ("bert-4x128", 4, 4, 128, 64), ("gpt-6x384", 6, 6, 384, 256), ("bert-8x512", 8, 8, 512, 256),
      ("bert-base", 12, 12, 768, 512), ("gpt2", 12, 12, 768, 1024),
    ] {
      let settings = try ModelFixture.descriptor(name).settings
      let blocks = settings[ModelSettings.blocks]
      #expect(blocks.count == layers)
      #expect(blocks.allSatisfy { $0[BlockSettings.attention][AttentionSettings.heads] == heads })
      #expect(settings[ModelSettings.width] == width && settings[ModelSettings.context] == context)
    }
  }

  @Test func twinsDifferInMaskAndHeadAlone() throws {
    let differences = diff(
      try ModelFixture.descriptor("bert").settings, try ModelFixture.descriptor("gpt").settings)
    #expect(
      Set(differences.map { $0.path.split(separator: ".")[0] }) == ["architecture", "mask", "head", "pooler"])
    #expect(differences.prefix(2).map(\.path) == ["architecture", "mask"])
  }

  /// A property that no tiny preset shows is a property that no test holds.
  @Test func tinyPresetsCoverEveryComponent() throws {
    var used: Set<String> = []
    func visit(_ node: Settings.Resolved) {
      used.insert(node.declaration.family + " " + node.type)
      for (name, part) in node.parts {
        visit(part)
        used.insert("\(node.declaration.family) \(node.type) \(name) \(part.type)")
      }
      ModelSettings.blocks(of: node).forEach(visit)
      for line in node.declaration.settings {
        switch node.plainValue(of: line) {
        case .text(let text): used.insert("\(node.declaration.family) \(node.type) \(line.name) \(text)")
        case .flag(let flag): used.insert("\(node.declaration.family) \(node.type) \(line.name) \(flag)")
        default: break
        }
      }
    }
    for name in ModelFixture.tiny { visit(try ModelFixture.descriptor(name).settings) }
    let catalog = try Registry.standard().catalog
    var families: Set<String> = ["architecture"]
    func reach(_ declaration: ComponentDeclaration) {
      for setting in declaration.settings {
        switch setting.kind {
        case .component(let family), .list(let family):
          guard family != "tokenizer", families.insert(family).inserted else { continue }
          catalog.declarations(family: family).forEach(reach)
        default: break
        }
      }
    }
    catalog.declarations(family: "architecture").forEach(reach)
    #expect(families.count >= 12)
    for family in families {
      for declaration in catalog.declarations(family: family) {
        #expect(used.contains("\(family) \(declaration.name)"))
      }
    }
    for wanted in [
      "block transformer placement pre", "block transformer placement post",
      "block transformer placement sandwich",
      "block transformer placement parallel", "norm layer bias false", "position alibi form causal",
      "position alibi form symmetric", "position alibi form one-sided", "mask causal withinDocuments true",
      "mask bidirectional withinDocuments true",
      "head lm tied false", "head masked-lm tied false", "attention multi-query queryKeyNorm true",
      "attention grouped-query bias false", "attention grouped-query sinks true",
      "block transformer sharedNorm false", "embedding tokens segments true", "embedding tokens scale true",
      "position disentangled norm true",
    ] { #expect(used.contains(wanted), "\(wanted)") }
  }

  @Test func everyErrorAtOnce() {
    let text = """
      {
        widht: 32,
        context: 0,
        mask: "casual",
        layers: 3,
        block: { norm: "rmss", attention: { heads: 4, window: -1 } },
        overrides: [{ layers: "1..<9", norm: "rms" }, { layers: 0, feedForward: "swigloo" }],
        dropout: 1.5,
      }
      """
    let error = #expect(throws: SettingsError.self) {
      try ModelFixture.descriptor(text: text, sets: ["context.x=1", "blocks.7.norm=rms"])
    }
    #expect(
      error?.description == """
        m: 10 problems
          --set context.x=1: context.x: this value has no parts; found x
          m:7:25: overrides.0.layers: no such layers; found "1..<9"; allowed: layers below 3: 0, "0..<2" or "0...1"
          --set blocks.7.norm=rms: blocks.7.norm: no such element; found 7; allowed: 0 to 2, or *
          m:2:3: widht: unknown setting of architecture "gpt"; allowed: vocabulary, context, width, embedding, \
        position, mask, blocks, sharedLayers, head, initialisation, dropout, attentionDropout, tokenizer, layers, block, \
        overrides; did you mean width?
          m:3:12: context: out of range (maximum input length, in tokens); found 0; allowed: a whole number from 1 to 1_000_000
          m:4:9: mask: no such mask; found "casual"; allowed: bidirectional, causal, prefix; did you mean causal?
          m:6:18: blocks.*.norm: no such norm; found "rmss"; allowed: layer, rms; did you mean rms?
          m:6:57: blocks.*.attention.window: out of range (attention window in tokens: a position sees only nearer keys; \
        null: no limit); found -1; allowed: a whole number from 1 to 1_000_000, or null
          m:7:75: blocks.0.feedForward: no such feedForward; found "swigloo"; allowed: gated-mlp, geglu, gelu, \
        gelu-tanh, mlp, reglu, relu, relu-squared, silu, swiglu; did you mean swiglu?
          m:8:12: dropout: out of range (dropout rate of residual branches and embedding); found 1.5; allowed: a number \
        from 0 to 0.99
        """)
  }

  @Test(arguments: [
    (
      "{ architecture: 'gtp' }",
      "m:1:17 | architecture | \"gtp\" | gpt"
    ),
    ("{ architecture: 3 }", "m:1:17 | architecture | 3"),
    (
      "{ layers: 0 }",
      "m:1:11 | layers | 0 | 1 1000"
    ),
    (
      "{ blocks: [{}] }",
      "base:1:72 | layers | m:1:11"
    ),
    (
      "{ overrides: 3 }",
      "m:1:14 | overrides | 3 | { \"0..<2\" }"
    ),
    (
      "{ overrides: [{ norm: 'rms' }] }",
      "m:1:15 | overrides.0.layers | 1 0 \"0..<2\" \"0...1\""
    ),
    (
      "{ extends: 'gpt' }",
      "m:1:3 | extends | \"gpt\""
    ),
  ]) func refuses(_ pair: (text: String, problem: String)) {
    let error = #expect(throws: SettingsError.self) { try ModelFixture.descriptor(text: pair.text) }
    #expect(error?.problems.map(\.facts) == [pair.problem])
  }

  @Test func layersAreExpandedAndOverridden() throws {
    let text = """
      { layers: 4, block: { norm: "rms" }, overrides: [
        { layers: "0..<2", attention: { window: 3 } }, { layers: 3, norm: "layer" }, { layers: "1...1", placement: "post" },
      ] }
      """
    let blocks = try ModelFixture.descriptor(text: text).settings[ModelSettings.blocks]
    #expect(blocks.map { $0[BlockSettings.attention][AttentionSettings.window] } == [3, 3, nil, nil])
    #expect(blocks.map { $0[BlockSettings.norm].type } == ["rms", "rms", "rms", "layer"])
    #expect(blocks.map { $0[BlockSettings.placement].type } == ["pre", "post", "pre", "pre"])
  }

  @Test func editsReachTheShortAndTheLongForm() throws {
    func norms(_ sets: [String]) throws -> [String] {
      try ModelFixture.descriptor("tiny/gpt", sets: sets).settings[ModelSettings.blocks].map {
        $0[BlockSettings.norm].type
      }
    }
    #expect(try norms(["block.norm=rms"]) == ["rms", "rms"])
    #expect(try norms(["blocks.*.norm=rms"]) == ["rms", "rms"])
    #expect(try norms(["blocks.1.norm=rms"]) == ["layer", "rms"])
    #expect(try norms(["layers=3", "blocks.2.norm=rms"]) == ["layer", "layer", "rms"])
    // A descriptor that was read from a run has its blocks written out.
    let registry = try Registry.standard()
    let long = try Node.parse(try ModelFixture.descriptor("tiny/gpt").json, file: "run")
    let edited = try registry.resolve(long, name: "run", sets: ["block.norm=rms"])
    #expect(edited.settings[ModelSettings.blocks].map { $0[BlockSettings.norm].type } == ["rms", "rms"])
  }

  @Test func theVocabularyComesFromTheTokenizer() throws {
    let registry = try Registry.standard()
    let open = try ModelFixture.descriptor("gpt-4x128")
    #expect(open.vocabulary == nil)
    let sized = try registry.descriptor(open, vocabulary: 700)
    #expect(sized.vocabulary == 700 && sized.name == "gpt-4x128")
    #expect(try registry.descriptor(sized, vocabulary: 600).vocabulary == 700)
    let error = #expect(throws: SettingsError.self) { try registry.descriptor(sized, vocabulary: 701) }
    #expect(error?.problems.first?.nearest == nil && error?.problems.first?.found == "700")
  }
}
