import Installed
import Settings
import Tensors
import TestSupport
import Testing
import Transformer
import Zoo

/// Every setting of every component does something: another value gives other parameters, another output or another
/// loss in training.
@Suite struct SettingEffectTests {
  /// Where a component of a family is in a descriptor.
  private static let places: [String: String] = [
    "attention": "block: { attention: # }", "feedForward": "block: { feedForward: # }",
    "norm": "block: { norm: # }",
    "block": "block: #", "mask": "mask: #",
    "position": "block: { attention: { window: 3, globalEvery: 2 } }, position: #",
    "embedding": "embedding: #",
    "head": "head: #", "initialisation": "initialisation: #",
    "placement": "embedding: { norm: true }, block: { placement: # }",
    "rotaryScaling": "block: { attention: { heads: 1 } }, position: { type: 'rotary', base: 10, scaling: # }",
  ]

  /// What a setting needs beside itself to do anything, by component and setting.
  private static let needs: [String: String] = [
    "globalEvery": "window: 3", "firstGlobal": "window: 3, globalEvery: 2", "segmentCount": "segments: true",
    "queryKeyNormEpsilon": "queryKeyNorm: true", "sharedNorm": "placement: 'parallel'",
    "queryKeyNormGain": "queryKeyNorm: true", "mapped": "tokenWidth: 10", "mapBias": "tokenWidth: 10",
    "queryKeyNormSpan": "queryKeyNorm: true",
  ]

  /// What stands where the default does not fit these small models; the value of the setting itself is replaced.
  private static let standing: [String: [(setting: String, value: String)]] = [
    "mask prefix": [("length", "4")], "position alibi": [("form", "'symmetric'")],
    "rotaryScaling llama3": [("trained", "13")], "rotaryScaling yarn": [("trained", "13"), ("fast", "4")],
  ]

  /// Values where the next one would be none, or would not fit.
  private static let values: [String: [String]] = [
    "heads": ["2"], "keyValueHeads": ["1"], "length": ["3"], "fraction": ["0.5"], "window": ["3"],
    "headWidth": ["6"], "globalEvery": ["2"], "firstGlobal": ["1"], "cap": ["0.01"], "clip": ["0.1"],
    "scale": ["2"],
    "queryKeyNormEpsilon": ["0.01"], "epsilon": ["0.01"], "base": ["100"], "hidden": ["20"],
    "deviation": ["0.5"], "vocabulary": ["40"], "context": ["14"], "width": ["24"], "dropout": ["0.5"],
    "attentionDropout": ["0.5"], "skipEvery": ["2"], "tokenWidth": ["10"], "factor": ["3"], "trained": ["6"],
    "low": ["0.5"], "high": ["2"], "slow": ["0.1"], "fast": ["1.5"], "magnitude": ["2"],
    "buckets": ["4"], "maxDistance": ["6"],
  ]

  /// Settings that no model alone can show, with the reason.
  private static let exempt: [String: String] = [
    "architecture tokenizer": "decides the tokens that a run trains on, before there is a model",
    "architecture blocks": "the layers, which are made of what is tried here",
    "bert embedding": "there is one embedding", "gpt embedding": "there is one embedding",
  ]

  /// Other values of a setting than its default, written as JSON5.
  private static func others(_ setting: Setting, _ components: Catalog) -> [String] {
    if setting.kind != .flag, let values = values[setting.name] { return values }
    func isDefault(_ word: String) -> Bool { setting.default == .text(word) }
    switch setting.kind {
    case .flag: return [setting.default == .flag(true) ? "false" : "true"]
    case .optionalFlag: return ["false"]
    case .choice(let words): return words.filter { !isDefault($0) }.map { "'\($0)'" }
    case .component(let family):
      return components.declarations(family: family).map(\.name).filter { !isDefault($0) }.map { "'\($0)'" }
    case .integer(let range), .optionalInteger(let range), .integerOr(_, let range):
      if case .integer(let value) = setting.default { return ["\(min(value + 1, range.upperBound))"] }
      return ["\(range.lowerBound + 1)"]
    case .number(let range), .optionalNumber(let range):
      if case .number(let value) = setting.default {
        return ["\(value * 3 < range.upperBound ? value * 3 + 0.1 : value / 3)"]
      }
      return ["\(range.lowerBound * 2 + 0.1)"]
    default: return []
    }
  }

  /// A model's parameters, output and losses in bits; nil where the descriptor contradicts itself.
  private static func signature(_ architecture: String, _ text: String) throws -> [String]? {
    let base =
      "{ architecture: '\(architecture)', vocabulary: 37, context: 13, width: 16, layers: 3, tokenizer: 'bytes' }"
    let registry = try Registry.standard()
    let node = try Node.parse(base, file: "base").merging(try Node.parse("{ \(text) }", file: "m"))
    // Weights are large, so that whatever shapes a score or a probability shows.
    let sets = text.contains("initialisation") ? [] : ["initialisation={ type: 'normal', deviation: 0.5 }"]
    guard let descriptor = try? registry.resolve(node, name: "m", sets: sets) else { return nil }
    let (model, context) = try ModelFixture.build(descriptor, seed: 2, trains: true)
    var tokens = ModelFixture.batch(
      rows: 2, time: 12, documents: ModelChecks.documents + ModelChecks.documents)
    tokens.segments = tokens.ids.indices.map { $0 % 12 < 5 ? 0 : 1 }
    tokens.lengths = [12, 10]
    var bits = model.parameters.all.map {
      "\($0.name) \($0.tensor.shape) \($0.tensor.values().map(\.bitPattern).hashValue)"
    }
    bits.append("\(try model.hidden(tokens, .inference(context)).values().map(\.bitPattern))")
    if descriptor.settings[ModelSettings.head].type != "none" {
      for pass in [Pass.inference(context), Pass.training(context, step: 1)] {
        let isDiscriminator = descriptor.settings[ModelSettings.head].type == "discriminator"
        let result = try model.loss(
          tokens, at: [0, 3, 11, 14], targets: isDiscriminator ? [0, 1, 1, 0] : [7, 8, 9, 10],
          lossWeight: 1, pass)
        bits.append("\(result.losses.values().map(\.bitPattern))")
      }
    }
    return bits
  }

  private static func expectEffect(
    _ setting: Setting, of name: String, _ catalog: Catalog, _ text: (String) -> String
  ) throws {
    if exempt["\(name) \(setting.name)"] != nil { return }
    let fixed = standing[name] ?? []
    let others = fixed.filter { $0.setting != setting.name }.map { "\($0.setting): \($0.value), " }.joined()
    let need = others + (needs[setting.name].map { $0 + ", " } ?? "")
    let own = fixed.first { $0.setting == setting.name }.map { "\(setting.name): \($0.value)" } ?? ""
    // On an encoder and on a decoder: some values mean something on one of them only.
    var (seen, tried) = (false, 0)
    for architecture in ["bert", "gpt"] where !seen {
      guard let plain = try signature(architecture, text(need + own)) else { continue }
      for value in Self.others(setting, catalog) {
        guard let changed = try signature(architecture, text("\(need)\(setting.name): \(value)")) else {
          continue
        }
        tried += 1
        seen = seen || changed != plain
      }
    }
    #expect(seen, "\(name) \(setting.name): \(tried) other values change nothing")
  }

  @Test func everySettingOfEveryComponentHasAnEffect() throws {
    let catalog = try Registry.standard().catalog
    var count = 0
    for (family, place) in Self.places {
      for declaration in catalog.declarations(family: family) {
        for setting in declaration.settings {
          count += 1
          try Self.expectEffect(setting, of: "\(family) \(declaration.name)", catalog) { members in
            let part =
              family == "block" || family == "embedding"
              ? "{ \(members) }" : "{ type: '\(declaration.name)', \(members) }"
            return place.replacing("#", with: part)
          }
        }
      }
    }
    #expect(count > 60)
  }

  @Test func everySettingOfAnArchitectureHasAnEffect() throws {
    let catalog = try Registry.standard().catalog
    for name in ["bert", "gpt"] {
      let declaration = try #require(catalog.declarations(family: "architecture").first { $0.name == name })
      for setting in declaration.settings where Self.exempt["architecture \(setting.name)"] == nil {
        try Self.expectEffect(setting, of: name, catalog) { $0 }
      }
    }
  }

  /// The one-sided form: what is on the right loses nothing with its distance.
  @Test func theFormsOfALiBiDiffer() throws {
    func output(_ architecture: String, _ form: String) throws -> [String]? {
      try Self.signature(architecture, "position: { type: 'alibi', form: '\(form)' }")
    }
    #expect(try output("bert", "causal") == nil)
    #expect(try output("bert", "symmetric") != output("bert", "one-sided"))
    #expect(try output("gpt", "causal") == output("gpt", "symmetric"))
    // Behind a causal mask there is nothing on the right; the bias is added in another place, so bits may differ.
    let base =
      "{ layers: 2, position: { type: 'alibi', form: 'FORM' }, initialisation: { type: 'normal', deviation: 0.3 } }"
    let rows = try ["causal", "one-sided"].map { form -> [[Float]] in
      let descriptor = try ModelFixture.descriptor(text: base.replacing("FORM", with: form))
      let (model, context) = try ModelFixture.build(descriptor)
      return try ModelChecks.hidden(model, ModelFixture.batch(rows: 1, time: 12), context)
    }
    for (one, other) in zip(rows[0], rows[1]) { #expect(distance(one, other) < 1e-5) }
  }
}
