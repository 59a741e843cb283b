import TestSupport
import Testing

@testable import Settings

@Suite struct EditingTests {
  static let tree = """
    { width: 128, block: { norm: { type: "layer", epsilon: 1e-12 }, attention: "multi-head" },
      blocks: [{ norm: "layer" }, { norm: "layer", heads: 2 }] }
    """

  /// Edits and the tree that comes out, or what is refused.
  static let edits: [(sets: [String], path: String, json: String)] = [
    (["width=256"], "width", "256"),
    (["width=0x10"], "width", "16"),
    (["new=true"], "new", "true"),
    (["name=byte-bpe"], "name", "\"byte-bpe\""),
    (["layers=0..<2"], "layers", "\"0..<2\""),
    (["name = 'two words' "], "name", "\"two words\""),
    (["a.b.c=[1, 2]"], "a", #"{"b":{"c":[1,2]}}"#),
    (["blocks.*.norm=rms"], "blocks", #"[{"norm":"rms"},{"norm":"rms","heads":2}]"#),
    (["blocks.1.norm=rms"], "blocks", #"[{"norm":"layer"},{"norm":"rms","heads":2}]"#),
    (["block.attention.heads=8"], "block.attention", #"{"type":"multi-head","heads":8}"#),
    (["block.norm=rms"], "block.norm", #"{"type":"rms","epsilon":1e-12}"#),
    (["block.norm.type=rms"], "block.norm", #"{"type":"rms","epsilon":1e-12}"#),
    (["block.norm={ type: 'rms' }"], "block.norm", #"{"type":"rms"}"#),
    (["block.norm=rms", "block.norm.epsilon=0.5"], "block.norm", #"{"type":"rms","epsilon":0.5}"#),
    (["width=64", "width=64"], "width", "64"),
  ]

  @Test(arguments: edits)
  func setsWhatThePathNames(_ edit: (sets: [String], path: String, json: String)) throws {
    let node = try Node.parse(Self.tree, file: "t").applying(sets: edit.sets)
    let found = edit.path.split(separator: ".").reduce(node as Node?) { $0?[String($1)] }
    #expect(found?.json() == edit.json)
  }

  static let refused: [(sets: [String], problems: [String])] = [
    (["width"], ["--set width | width | path=value"]),
    (["a..b=1"], ["--set a..b=1 | a..b"]),
    (["=1"], ["--set =1"]),
    (
      ["width="],
      ["--set width= | width | nothing | JSON5"]
    ),
    (
      ["width=12px"],
      ["--set width=12px | width | 12px | JSON5"]
    ),
    (
      ["width=Infinity"],
      [
        "--set width=Infinity | width | Infinity | JSON5"
      ]
    ),
    (["rows.*.norm=rms"], ["--set rows.*.norm=rms | rows.*.norm"]),
    (
      ["blocks.2.norm=rms"],
      ["--set blocks.2.norm=rms | blocks.2.norm | 2 | 0 1 *"]
    ),
    (["width.x=1"], ["--set width.x=1 | width.x | x"]),
    (
      ["blocks.*.norm=rms", "blocks.1.norm=layer", "width=1", "width=2"],
      [
        "--set blocks.1.norm=layer | blocks.1.norm | \"blocks.*.norm=rms\" | \"layer\"",
        "--set width=2 | width | \"width=1\" | 2",
      ]
    ),
    (
      ["block.norm.epsilon=0.5", "block.norm=rms"],
      ["--set block.norm=rms | block.norm | \"block.norm.epsilon=0.5\" | \"rms\""]
    ),
  ]

  @Test(arguments: refused) func refusesWhatItCannotMean(_ edit: (sets: [String], problems: [String])) {
    let error = #expect(throws: SettingsError.self) {
      try Node.parse(Self.tree, file: "t").applying(sets: edit.sets)
    }
    #expect(error?.problems.map(\.facts) == edit.problems)
  }

  @Test func anEditOfATreeWithAPrefixIsNamedAsItWasWritten() throws {
    let error = #expect(throws: SettingsError.self) {
      try Node.parse(Self.tree, file: "t").applying(
        sets: ["width", "a..b=1", "width=1", "width=2"], below: "recipe.")
    }
    #expect(
      error?.problems.map(\.facts) == [
        "--set recipe.width | recipe.width | path=value",
        "--set recipe.a..b=1 | recipe.a..b",
        "--set recipe.width=2 | recipe.width | \"recipe.width=1\" | 2",
      ])
  }

  @Test func objectsMergeAndListsReplace() throws {
    let base = try Node.parse("{ a: 1, b: { c: 2, d: [1, 2] }, e: 'word' }", file: "base")
    let overlay = try Node.parse("{ b: { d: [3], f: null }, e: { g: 4 }, h: true }", file: "overlay")
    #expect(
      base.merging(overlay).json()
        == #"{"a":1,"b":{"c":2,"d":[3],"f":null},"e":{"type":"word","g":4},"h":true}"#)
  }

  @Test func aSwapCarriesWhatTheOldComponentSaid() throws {
    let base = try Node.parse("{ norm: { type: 'layer', epsilon: 1, bias: true } }", file: "base")
    let swapped = base.merging(try Node.parse("{ norm: 'rms' }", file: "overlay"))
    #expect(swapped["norm"]?.members.map(\.isCarried) == [false, true, true])
    let kept = base.merging(try Node.parse("{ norm: 'layer' }", file: "overlay"))
    #expect(kept["norm"]?.members.map(\.isCarried) == [false, false, false])
  }

  @Test func extendsIsFollowed() throws {
    let files = [
      "base": "{ width: 128, block: { norm: 'layer', heads: 4 } }",
      "middle": "{ extends: 'base', block: { norm: 'rms' } }",
      "round": "{ extends: 'trip' }", "trip": "{ extends: 'round' }",
    ]
    func load(_ name: String, _ place: SourcePlace?) throws -> Node {
      try Node.parse(files[name] ?? "0", file: name)
    }
    func resolve(_ text: String) throws -> Node {
      try Extension.resolve(try Node.parse(text, file: "top"), name: "top", load: load)
    }
    let node = try resolve("{ extends: 'middle', width: 64 }")
    #expect(node.json() == #"{"width":64,"block":{"norm":"rms","heads":4}}"#)
    #expect(node.place(at: "block.heads")?.description == "base:1:46")
    for (text, expected) in [
      (
        "{ extends: 'round' }",
        #"trip:1:12 | extends | "round""#
      ),
      ("{ extends: 'top' }", #"top:1:12 | extends | "top""#),
      ("{ extends: 3 }", "top:1:12 | extends | 3"),
    ] {
      let error = #expect(throws: SettingsError.self) { try resolve(text) }
      #expect(error?.problems.map(\.facts) == [expected])
    }
  }
}
