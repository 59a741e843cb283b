import Settings
import TestSupport
import Testing
import Zoo

/// Every rule with the smallest descriptor that breaks it and the nearest one that obeys.
@Suite struct RuleTests {
  static let cases: [(rule: String, breaks: String, obeys: String, path: String)] = [
    (
      "heads-divide-width", "{ block: { attention: { heads: 3 } } }",
      "{ block: { attention: { heads: 4 } } }",
      "m:1:32: blocks.0.attention.heads: heads-divide-width: every head takes an equal part of the width; found 3; "
        + "allowed: a divisor of width 16; did you mean 2?"
    ),
    (
      "key-heads-divide-heads", "{ block: { attention: { type: 'grouped-query', keyValueHeads: 3 } } }",
      "{ block: { attention: { type: 'grouped-query', keyValueHeads: 4 } } }",
      "m:1:63: blocks.0.attention.keyValueHeads: key-heads-divide-heads: each key head serves a group of query heads "
        + "of one size; found 3; allowed: a divisor of heads 4"
    ),
    (
      "rotary-needs-pairs", "{ position: 'rotary', width: 15, block: { attention: { heads: 5 } } }",
      "{ position: 'rotary', width: 20, block: { attention: { heads: 5 } } }",
      "m:1:63: blocks.0.attention.heads: rotary-needs-pairs: rotary positions rotate channels in pairs; found 5 heads "
        + "of width 3; allowed: heads of an even width of which at least 2 channels are rotated"
    ),
    (
      "rotary-needs-pairs", "{ position: { type: 'rotary', fraction: 0.4 } }",
      "{ position: { type: 'rotary', fraction: 0.5 } }",
      "base:1:72: blocks.0.attention.heads: rotary-needs-pairs: rotary positions rotate channels in pairs; found 4 heads "
        + "of width 4; allowed: heads of an even width of which at least 2 channels are rotated"
    ),
    (
      "causal-alibi-needs-causal-mask",
      "{ position: { type: 'alibi', form: 'causal' }, mask: 'bidirectional' }",
      "{ position: { type: 'alibi', form: 'causal' }, mask: 'causal' }",
      "m:1:36: position.form: causal-alibi-needs-causal-mask: the causal form has no distance to keys on the right; "
        + "found causal; allowed: symmetric, one-sided (or mask \"causal\"); did you mean symmetric?"
    ),
    (
      "prefix-inside-context", "{ mask: { type: 'prefix', length: 12 } }",
      "{ mask: { type: 'prefix', length: 11 } }",
      "m:1:35: mask.length: prefix-inside-context: a prefix as long as the context leaves nothing to predict; "
        + "found 12; allowed: below context 12"
    ),
    (
      "rotary-needs-pairs", "{ position: 'rotary', block: { attention: { headWidth: 3 } } }",
      "{ position: 'rotary', block: { attention: { heads: 3, headWidth: 6 } } }",
      "m:1:56: blocks.0.attention.headWidth: rotary-needs-pairs: rotary positions rotate channels in pairs; found 4 "
        + "heads of width 3; allowed: heads of an even width of which at least 2 channels are rotated"
    ),
    (
      "global-layers-need-window", "{ block: { attention: { globalEvery: 3 } } }",
      "{ block: { attention: { globalEvery: 3, window: 4 } } }",
      "m:1:38: blocks.0.attention.globalEvery: global-layers-need-window: without a window every layer is global; "
        + "found 3; allowed: null, or a number beside a window; did you mean null?"
    ),
    (
      "shared-norm-needs-parallel", "{ block: { placement: 'post', sharedNorm: false } }",
      "{ block: { placement: 'parallel', sharedNorm: false } }",
      "m:1:43: blocks.0.sharedNorm: shared-norm-needs-parallel: in placement \"post\" no two branches read one norm; "
        + "found false; allowed: true (or placement \"parallel\"); did you mean true?"
    ),
    (
      "shared-layers-are-equal",
      "{ sharedLayers: true, layers: 2, overrides: [{ layers: 1, norm: 'rms' }] }",
      "{ sharedLayers: true, layers: 2, overrides: [{ layers: 1, attention: { window: 4 } }] }",
      "m:1:65: blocks.1.norm: shared-layers-are-equal: layers that share parameters can differ only in their window; "
        + "allowed: what layer 0 has, or sharedLayers false"
    ),
    (
      "pooler-needs-both-sides", "{ architecture: 'bert', mask: 'causal', pooler: true }",
      "{ architecture: 'bert', mask: 'causal', pooler: false }",
      "m:1:49: pooler: pooler-needs-both-sides: the pooler reads the first position, which must see the text; "
        + "found true; allowed: false under mask \"causal\""
    ),
  ]

  @Test(arguments: cases) func breaksAndObeys(
    _ one: (rule: String, breaks: String, obeys: String, path: String)
  ) throws {
    let error = #expect(throws: SettingsError.self) { try ModelFixture.descriptor(text: one.breaks) }
    #expect(error?.problems.map(\.description) == [one.path])
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
