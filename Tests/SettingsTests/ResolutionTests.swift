import TestSupport
import Testing

@testable import Settings

@Suite struct ResolutionTests {
  static let norm = Family<String>("norm")
  static let block = Family<String>("block")

  static func declare(_ family: String, _ name: String, _ keys: [any SettingKey] = []) -> ComponentDeclaration
  {
    ComponentDeclaration(family: family, name: name, summary: "", keys: keys)
  }

  enum Place: String, CaseIterable { case pre, post }

  static let width = Key.integer("width", 1...512, default: 128, help: "width of the stream")
  static let rate = Key.number("rate", 0...1, default: 0, help: "dropped share")
  static let size = Key.integer("size", 1...9, or: "auto", help: "tokens")
  static let window = Key.optionalInteger("window", 1...9, help: "tokens seen")
  static let minutes = Key.optionalNumber("minutes", 0...9, help: "time")
  static let place = Key.choice("place", default: Place.pre, help: "where norms stand")
  static let bias = Key.flag("bias", default: true, help: "whether there are biases")
  static let label = Key.text("label", default: "x", help: "a name")
  static let chosenNorm = Key.component("norm", of: norm, default: "layer", help: "the norm")
  static let blocks = Key.components("blocks", of: block, help: "the layers")
  static let epsilon = Key.number("epsilon", 0...1, default: 0.5, help: "a little")

  static let root = declare(
    "model", "test", [width, rate, size, window, minutes, place, bias, label, chosenNorm, blocks])

  static func catalog() throws -> Catalog {
    try Catalog([
      declare("norm", "layer", [epsilon, Key.flag("bias", default: true, help: "a shift")]),
      declare("norm", "rms", [epsilon]),
      declare("block", "transformer", [Key.component("norm", of: norm, default: "layer", help: "norm")]),
    ])
  }

  static func resolve(_ text: String) throws -> (Resolved?, [Problem]) {
    try catalog().resolve(try Node.parse(text, file: "m"), as: root)
  }

  @Test func defaultsAreFilledIn() throws {
    let (resolved, problems) = try Self.resolve("{ blocks: [{}, { norm: 'rms' }], rate: 1 }")
    #expect(problems.isEmpty)
    let model = try #require(resolved)
    #expect(model[Self.width] == 128)
    #expect(model[Self.rate] == 1)
    #expect(model[Self.size] == nil && model[Self.window] == nil)
    #expect(model[Self.minutes] == nil)
    #expect(model[Self.place] == .pre && model[Self.label] == "x" && model[Self.bias])
    #expect(model[Self.chosenNorm].type == "layer" && model[Self.chosenNorm].path == "norm")
    #expect(model[Self.blocks].map { $0[Self.chosenNorm].type } == ["layer", "rms"])
    #expect(model[Self.blocks][1][Self.chosenNorm].path == "blocks.1.norm")
    #expect(model.declares(Self.width) && !model.declares(Self.epsilon))
    #expect(model.written == ["blocks", "rate"])
  }

  @Test func theFullTreeReadsBackAsItself() throws {
    let (resolved, _) = try Self.resolve("{ blocks: [{ norm: { type: 'rms', epsilon: 0.25 } }], minutes: 3 }")
    let model = try #require(resolved)
    let text = model.node(typeKey: nil).json()
    #expect(
      text == """
        {"width":128,"rate":0.0,"size":"auto","window":null,"minutes":3.0,"place":"pre","bias":true,"label":"x",\
        "norm":{"type":"layer","epsilon":0.5,"bias":true},\
        "blocks":[{"type":"transformer","norm":{"type":"rms","epsilon":0.25}}]}
        """)
    let (again, problems) = try Self.resolve(text)
    #expect(again == model && problems.isEmpty)
  }

  @Test func everyProblemAtOnce() throws {
    let text = """
      {
        widht: 64,
        width: 1024,
        rate: "high",
        size: "automatic",
        window: 2.5,
        place: "poste",
        bias: 1,
        label: null,
        norm: { type: "rmss" },
        blocks: [{ norm: { type: "rms", epsilom: 2, epsilon: 2 } }, 7, { type: "mamba" }],
      }
      """
    let (resolved, problems) = try Self.resolve(text)
    #expect(resolved == nil)
    #expect(
      problems.map(\.facts) == [
        "m:2:3 | widht | \"test\" | width",
        "m:3:10 | width | 1024 | 1 512",
        "m:4:9 | rate | \"high\" | 0 1",
        "m:5:9 | size | \"automatic\" | 1 9 \"auto\"",
        "m:6:11 | window | 2.5 | 1 9",
        "m:7:10 | place | \"poste\" | post",
        "m:8:9 | bias | 1",
        "m:9:10 | label | null",
        "m:10:17 | norm | \"rmss\" | rms",
        "m:11:35 | blocks.0.norm.epsilom | \"rms\" | blocks.0.norm.epsilon",
        "m:11:56 | blocks.0.norm.epsilon | 2 | 0 1",
        "m:11:63 | blocks.1 | 7",
        "m:11:74 | blocks.2 | \"mamba\"",
      ])
  }

  @Test(arguments: [
    ("{}", "m:1:1 | blocks"),
    (
      "{ blocks: [] }",
      "m:1:11 | blocks | an empty list"
    ),
    ("[]", "m:1:1 | an empty list"),
    (
      "{ blocks: [{}], type: 'x' }",
      "m:1:17 | type | \"test\""
    ),
  ]) func refuses(_ pair: (text: String, problem: String)) throws {
    let (_, problems) = try Self.resolve(pair.text)
    #expect(problems.map(\.facts).first == pair.problem)
  }

  @Test func aSwappedComponentKeepsWhatBothHave() throws {
    let base = try Node.parse(
      "{ blocks: [{}], norm: { type: 'layer', epsilon: 0.25, bias: false } }", file: "m")
    let (resolved, problems) = try Self.catalog().resolve(base.applying(sets: ["norm=rms"]), as: Self.root)
    #expect(problems.isEmpty)
    #expect(resolved?[Self.chosenNorm][Self.epsilon] == 0.25)
    #expect(resolved?[Self.chosenNorm].declares(Self.bias) == false)
  }

  /// A setting of exactly that name is suggested wherever it stands, then the nearest beside, then the nearest anywhere.
  @Test(arguments: [
    ("{ epsilon: 1, blocks: [{}, {}] }", ["norm.epsilon", "blocks.*.norm.epsilon"]),
    ("{ widht: 1, blocks: [{}] }", ["width"]), ("{ layrs: 1, blocks: [{}] }", ["layers"]),
    ("{ epsilo: 1, blocks: [{}] }", ["norm.epsilon", "blocks.*.norm.epsilon"]),
    ("{ blocks: [{}, { width: 3 }] }", ["width"]), ("{ blocks: [{}, { layrs: 3 }] }", ["layers"]),
    ("{ blocks: [{}, { epsilon: 3 }] }", ["norm.epsilon", "blocks.1.norm.epsilon"]),
    ("{ blocks: [{ nrom: 'rms' }] }", ["blocks.0.norm"]), ("{ xyzzy: 1, blocks: [{}] }", []),
  ]) func anUnknownSettingIsLookedForInTheWholeTree(_ pair: (text: String, suggestions: [String])) throws {
    let node = try Node.parse(pair.text, file: "m")
    let (_, problems) = try Self.catalog().resolve(node, as: Self.root, more: ["layers", "layer"])
    #expect(problems.map(\.suggestions) == [pair.suggestions])
  }

  @Test func severalSuggestionsAreAllNamed() {
    let problem = Problem(path: "a", reason: "no", suggestions: ["b.a", "c.a", "d.a"])
    #expect(problem.description == "a: no; did you mean b.a, c.a or d.a?")
    #expect(Problem(path: "a", reason: "no", suggestions: []).description == "a: no")
  }

  @Test func theSameProblemInEveryBlockIsToldOnce() throws {
    let block = try Node.parse("{ norm: 'rmss' }", file: "m")
    let blocks = Node(.object([Node.Member("blocks", Node(.list([block, block, block])))]))
    let (_, problems) = try Self.catalog().resolve(blocks, as: Self.root)
    #expect(
      problems.collapsed().map(\.description) == [
        "m:1:9: blocks.*.norm: no such norm; found \"rmss\"; allowed: layer, rms; did you mean rms?"
      ])
  }

  @Test func aNameIsRegisteredOnce() throws {
    var catalog = try Self.catalog()
    let twin = ComponentDeclaration(
      family: "norm", name: "rms", summary: "", keys: [], file: "Plugin/File.swift")
    let error = #expect(throws: SettingsError.self) { try catalog.add(twin) }
    #expect(
      error?.description == """
        norm "rms": 1 problem
          norm: registered twice, by SettingsTests and by Plugin; found rms
        """)
    #expect(throws: SettingsError.self) {
      try catalog.add(
        Self.declare("norm", "bad", [Key.integer("a", 1...2, default: 3, help: "")]))
    }
    #expect(throws: SettingsError.self) {
      let one = Key.flag("a", default: true, help: "")
      try catalog.add(Self.declare("norm", "bad", [one, one]))
    }
    #expect(catalog.declarations(family: "norm").map(\.name) == ["layer", "rms"])
  }

  @Test func differencesAreToldOnceAndInOrder() throws {
    func model(_ text: String) throws -> Resolved { try #require(try Self.resolve(text).0) }
    let left = try model("{ blocks: [{}, {}] }")
    let right = try model("{ width: 64, blocks: [{ norm: 'rms' }, { norm: 'rms' }, { norm: 'rms' }] }")
    #expect(diff(left, left).isEmpty)
    #expect(
      diff(left, right) == [
        SettingDifference(path: "width", left: "128", right: "64"),
        SettingDifference(path: "blocks", left: "2", right: "3"),
        SettingDifference(path: "blocks.*.norm", left: "layer", right: "rms"),
        SettingDifference(path: "blocks.*.norm.bias", left: "true", right: nil),
      ])
    let mixed = try model("{ blocks: [{}, { norm: 'rms' }] }")
    #expect(diff(left, mixed).map(\.path) == ["blocks.1.norm", "blocks.1.norm.bias"])
    #expect(
      mixed.listing.suffix(7).map { "\($0.path) \($0.value)" }
        == [
          "blocks 2", "blocks.0 transformer", "blocks.0.norm layer", "blocks.0.norm.epsilon 0.5",
          "blocks.0.norm.bias true", "blocks.1 transformer", "blocks.1.norm rms", "blocks.1.norm.epsilon 0.5",
        ].suffix(7))
  }

  @Test(arguments: [
    ("rotery", "rotary"), ("Rotary", "rotary"), ("rot", "rotary"), ("rtoary", "rotary"), ("nope", "none"),
    ("sinusoid", "sinusoidal"), ("xyz", nil), ("a", nil), ("", nil),
  ]) func nearestNames(_ pair: (name: String, nearest: String?)) {
    let names = ["alibi", "learned", "none", "rotary", "sinusoidal"]
    #expect(nearestName(to: pair.name, among: names) == pair.nearest)
  }
}
