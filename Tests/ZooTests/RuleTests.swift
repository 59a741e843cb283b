import Settings
import TestSupport
import Testing
import Zoo

/// Every rule with the smallest descriptor that breaks it and the nearest one that obeys.
@Suite struct RuleTests {
  static let cases: [(rule: String, breaks: String, obeys: String, facts: String)] = [
    (
      "heads-divide-width", "{ block: { attention: { heads: 3 } } }",
      "{ block: { attention: { heads: 4 } } }",
      "m:1:32 | blocks.0.attention.heads | 3 | 16 | 2"
    ),
    (
      "key-heads-divide-heads", "{ block: { attention: { type: 'grouped-query', keyValueHeads: 3 } } }",
      "{ block: { attention: { type: 'grouped-query', keyValueHeads: 4 } } }",
      "m:1:63 | blocks.0.attention.keyValueHeads | 3 | 4"
    ),
    (
      "rotary-needs-pairs", "{ position: 'rotary', width: 15, block: { attention: { heads: 5 } } }",
      "{ position: 'rotary', width: 20, block: { attention: { heads: 5 } } }",
      "m:1:63 | blocks.0.attention.heads | 5 heads of width 3 | 2"
    ),
    (
      "rotary-needs-pairs", "{ position: { type: 'rotary', fraction: 0.4 } }",
      "{ position: { type: 'rotary', fraction: 0.5 } }",
      "base:1:72 | blocks.0.attention.heads | 4 heads of width 4 | 2"
    ),
    (
      "causal-alibi-needs-causal-mask",
      "{ position: { type: 'alibi', form: 'causal' }, mask: 'bidirectional' }",
      "{ position: { type: 'alibi', form: 'causal' }, mask: 'causal' }",
      "m:1:36 | position.form | causal | \"causal\" | symmetric"
    ),
    (
      "buckets-need-distance", "{ position: { type: 'disentangled', buckets: 8, maxDistance: 5 } }",
      "{ position: { type: 'disentangled', buckets: 7, maxDistance: 5 } }",
      "m:1:46 | position.buckets | buckets/2 1 | 8 | 5 1 | null"
    ),
    (
      "prefix-inside-context", "{ mask: { type: 'prefix', length: 12 } }",
      "{ mask: { type: 'prefix', length: 11 } }",
      "m:1:35 | mask.length | 12 | 12"
    ),
    (
      "rotary-needs-pairs", "{ position: 'rotary', block: { attention: { headWidth: 3 } } }",
      "{ position: 'rotary', block: { attention: { heads: 3, headWidth: 6 } } }",
      "m:1:56 | blocks.0.attention.headWidth | 4 heads of width 3 | 2"
    ),
    (
      "global-layers-need-window", "{ block: { attention: { globalEvery: 3 } } }",
      "{ block: { attention: { globalEvery: 3, window: 4 } } }",
      "m:1:38 | blocks.0.attention.globalEvery | 3 | null"
    ),
    (
      "shared-norm-needs-parallel", "{ block: { placement: 'post', sharedNorm: false } }",
      "{ block: { placement: 'parallel', sharedNorm: false } }",
      "m:1:43 | blocks.0.sharedNorm | \"post\" | false | \"parallel\" | true"
    ),
    (
      "shared-layers-are-equal",
      "{ sharedLayers: true, layers: 2, overrides: [{ layers: 1, norm: 'rms' }] }",
      "{ sharedLayers: true, layers: 2, overrides: [{ layers: 1, attention: { window: 4 } }] }",
      "m:1:65 | blocks.1.norm | 0"
    ),
    (
      "pooler-needs-both-sides", "{ architecture: 'bert', mask: 'causal', pooler: true }",
      "{ architecture: 'bert', mask: 'causal', pooler: false }",
      "m:1:49 | pooler | true | \"causal\""
    ),
    (
      "tied-head-needs-width", "{ embedding: { tokenWidth: 6 } }",
      "{ embedding: { tokenWidth: 6 }, head: { type: 'lm', tied: false } }",
      "m:1:1 | head.tied | true | \"masked-lm\" | false"
    ),
    (
      "tied-head-needs-width", "{ embedding: { tokenWidth: 6 }, head: { type: 'lm', map: false } }",
      "{ embedding: { tokenWidth: 6 }, head: { type: 'lm', map: true } }",
      "m:1:39 | head.tied | true | \"masked-lm\" | false"
    ),
    (
      "rotary-scaling-needs-band",
      "{ position: { type: 'rotary', scaling: { type: 'llama3', low: 4, high: 4 } } }",
      "{ position: { type: 'rotary', scaling: { type: 'llama3', low: 3, high: 4 } } }",
      "m:1:63 | position.scaling.low | 4.0 | 4.0"
    ),
    (
      "rotary-scaling-needs-band",
      "{ position: { type: 'rotary', scaling: { type: 'yarn', slow: 32, fast: 8 } } }",
      "{ position: { type: 'rotary', scaling: { type: 'yarn', slow: 8, fast: 32 } } }",
      "m:1:62 | position.scaling.slow | 32.0 | 8.0"
    ),
  ]

  @Test(arguments: cases) func breaksAndObeys(
    _ one: (rule: String, breaks: String, obeys: String, facts: String)
  ) throws {
    let error = #expect(throws: SettingsError.self) { try ModelFixture.descriptor(text: one.breaks) }
    #expect(error?.problems.map(\.facts) == [one.facts])
    #expect(error?.problems.first?.reason.hasPrefix(one.rule + ": ") == true)
    _ = try ModelFixture.descriptor(text: one.obeys)
  }

  @Test func everyRuleIsTested() throws {
    let rules = try Registry.standard().rules.filter { $0.family == "architecture" }
    #expect(rules.map(\.name).sorted() == Set(Self.cases.map(\.rule)).sorted())
  }

  @Test func messagesNameTheirRule() throws {
    for rule in try Registry.standard().rules { #expect(!rule.reason.isEmpty && !rule.name.contains(" ")) }
  }
}
