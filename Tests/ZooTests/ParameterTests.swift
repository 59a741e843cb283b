import Settings
import Tensors
import TestSupport
import Testing
import Transformer
import Zoo

/// How many parameters, under which names, with which values.
@Suite struct ParameterTests {
  static let counts: [(preset: String, sets: [String], count: Int)] = [
    ("bert-base", ["head=none"], 108_891_648),
    ("bert-base", [], 109_514_298),
    ("bert-base", ["head=none", "pooler=true"], 109_482_240),
    ("gpt2", [], 124_439_808),
    // As published, counted from the classes of transformers.
    ("ettin/encoder-17m", [], 16_913_600), ("ettin/decoder-17m", [], 16_913_600),
    // By hand: 2·(12·16² + 13·16) block values, 37·16 tokens, 12·16 positions, 32 in the last norm.
    ("tiny/gpt", [], 7376),
  ]

  @Test(arguments: counts) func countsAreExact(_ model: (preset: String, sets: [String], count: Int)) throws {
    let descriptor = try ModelFixture.descriptor(model.preset, sets: model.sets)
    #expect(try ModelFixture.build(descriptor, dry: true).model.parameters.count == model.count)
  }

  static func names(_ preset: String) throws -> [String] {
    let descriptor = try ModelFixture.descriptor(preset, sets: ["vocabulary=1024"])
    return try ModelFixture.build(descriptor, dry: true).model.parameters.all.map {
      "\($0.name) \($0.tensor.shape.sizes)\($0.decays ? "" : " no decay")"
    }
  }

  /// Names are a contract: checkpoints of today are read tomorrow.
  @Test func namesOfGPT() throws {
    let block = [
      "attention.norm.weight [128] no decay", "attention.norm.bias [128] no decay",
      "attention.projection.weight [384, 128]", "attention.projection.bias [384] no decay",
      "attention.output.weight [128, 128]", "attention.output.bias [128] no decay",
      "feedForward.norm.weight [128] no decay", "feedForward.norm.bias [128] no decay",
      "feedForward.input.weight [512, 128]", "feedForward.input.bias [512] no decay",
      "feedForward.output.weight [128, 512]", "feedForward.output.bias [128] no decay",
    ]
    #expect(
      try Self.names("gpt-4x128")
        == ["embedding.position.weight [64, 128]", "embedding.token.weight [1024, 128]"]
        + (0..<4).flatMap { layer in block.map { "blocks.\(layer).\($0)" } }
        + ["finalNorm.weight [128] no decay", "finalNorm.bias [128] no decay"])
  }

  @Test func namesOfBERT() throws {
    let names = try Self.names("bert-4x128")
    #expect(
      names.filter { !$0.hasPrefix("blocks.") } == [
        "embedding.position.weight [64, 128]", "embedding.token.weight [1024, 128]",
        "embedding.segment.weight [2, 128]", "embedding.norm.weight [128] no decay",
        "embedding.norm.bias [128] no decay", "head.transform.weight [128, 128]",
        "head.transform.bias [128] no decay", "head.norm.weight [128] no decay",
        "head.norm.bias [128] no decay",
        "head.bias [1024] no decay",
      ])
    #expect(
      try names.filter { $0.hasPrefix("blocks.") }
        == Self.names("gpt-4x128").filter { $0.hasPrefix("blocks.") })
  }

  static func values(_ descriptor: ModelDescriptor, seed: UInt64 = 1) throws -> [String: [Float]] {
    let (model, _) = try ModelFixture.build(descriptor, seed: seed)
    return Dictionary(uniqueKeysWithValues: model.parameters.all.map { ($0.name, $0.tensor.values()) })
  }

  /// A swap changes what it names and leaves every other tensor's start as it was.
  @Test(arguments: [
    "block.norm=rms", "position=none", "block.feedForward=swiglu", "head={ type: 'lm', tied: false }",
  ])
  func initialValuesDependOnNamesAlone(_ swap: String) throws {
    let before = try Self.values(try ModelFixture.descriptor("tiny/gpt"))
    let after = try Self.values(try ModelFixture.descriptor("tiny/gpt", sets: [swap]))
    let common = before.keys.filter { after[$0]?.count == before[$0]?.count }
    #expect(common.count >= before.count * 2 / 3)
    #expect(before.keys.sorted() != after.keys.sorted() || common.count < before.count)
    for name in common { #expect(sameBits(before[name] ?? [], after[name] ?? []), "\(name)") }
  }

  @Test func twinsStartEqualAndSeedsDiffer() throws {
    let bert = try Self.values(try ModelFixture.descriptor("bert", sets: ["vocabulary=64", "layers=1"]))
    let descriptor = try ModelFixture.descriptor("gpt", sets: ["vocabulary=64", "layers=1"])
    let gpt = try Self.values(descriptor)
    #expect(Set(gpt.keys).isSubset(of: bert.keys))
    for (name, values) in gpt { #expect(sameBits(values, bert[name] ?? []), "\(name)") }
    let other = try Self.values(descriptor, seed: 2)
    let weights = gpt.filter { $0.key.hasSuffix("weight") && !$0.key.lowercased().contains("norm") }
    for (name, values) in weights { #expect(!sameBits(values, other[name] ?? []), "\(name)") }
  }

  @Test func initialValuesHaveTheirDeviation() throws {
    let values = try Self.values(try ModelFixture.descriptor("gpt-4x128", sets: ["vocabulary=1024"]))
    func deviation(_ name: String) -> Double {
      let all = values[name] ?? []
      return (all.reduce(0) { $0 + Double($1) * Double($1) } / Double(max(1, all.count))).squareRoot()
    }
    #expect(abs(deviation("embedding.token.weight") - 0.02) < 2e-4)
    #expect(abs(deviation("blocks.0.attention.projection.weight") - 0.02) < 4e-4)
    #expect(abs(deviation("blocks.3.feedForward.output.weight") - 0.02 / 8.0.squareRoot()) < 2e-4)
    #expect(values["blocks.1.attention.norm.weight"]?.allSatisfy { $0 == 1 } == true)
    #expect(values["blocks.1.attention.output.bias"]?.allSatisfy { $0 == 0 } == true)
  }
}
