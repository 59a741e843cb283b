import TestSupport
import Testing

@testable import Settings

@Suite struct ReaderTests {
  /// JSON5 text and the canonical JSON that it means.
  static let accepted: [(text: String, json: String)] = [
    ("{}", "{}"),
    ("[]", "[]"),
    ("null", "null"),
    ("\u{FEFF}true", "true"),
    ("{ a: 1, b: [true, null,], }", #"{"a":1,"b":[true,null]}"#),
    ("{ // a comment\n a: 'it\\'s' /* another */, }", #"{"a":"it's"}"#),
    (#"{ "x y": "\u0041\x42\n\"", $d_1: "" }"#, ##"{"x y":"AB\n\"","$d_1":""}"##),
    ("'\\uD83D\\uDE00'", "\"😀\""),
    ("'one \\\ntwo'", "\"one two\""),
    ("[0x1F, -0x10, +7, -7, 0, .5, 5., 1e3, -2.5e-3, 1E+2]", "[31,-16,7,-7,0,0.5,5.0,1000.0,-0.0025,100.0]"),
    ("[1_000, 1_2.5_0, 0xFF_FF, 1e1_0]", "[1000,12.5,65535,10000000000.0]"),
    ("[9223372036854775807, -9223372036854775808]", "[9223372036854775807,-9223372036854775808]"),
    ("'\u{1}\u{2028}'", #""\u0001\u2028""#),
    ("{ größe: 1 }", #"{"größe":1}"#),
    ("{\r\n a: 1\r\n}", #"{"a":1}"#),
  ]

  @Test(arguments: accepted) func meansItsCanonicalForm(_ pair: (text: String, json: String)) throws {
    let node = try Node.parse(pair.text, file: "a")
    #expect(node.json() == pair.json)
    #expect(try Node.parse(node.json(), file: "b") == node)
    #expect(try Node.parse(node.json(indented: true), file: "c") == node)
  }

  /// Text and the facts of every error in it: place, path, figures, what was found, the nearest choice.
  static let refused: [(text: String, problems: [String])] = [
    ("", ["a:1:1"]),
    ("// only a comment", ["a:1:18"]),
    ("{} 1", ["a:1:4 | 1"]),
    ("{ a: 1", ["a:1:1 | \"{\""]),
    ("[1, 2", ["a:1:1 | \"[\""]),
    ("{ a: }", ["a:1:6 | a | }"]),
    ("{ a 1 }", ["a:1:5 | a | 1"]),
    ("{ a: rms }", ["a:1:6 | a | rms | \"rms\""]),
    ("{ a: [1 2] }", ["a:1:9 | a | \"]\" | 2]"]),
    ("{ a: 1 b: 2 }", ["a:1:8 | a | \"}\" | b:"]),
    ("{ a: 1,, b: 2 }", ["a:1:8"]),
    ("{ a: 'x\n}", ["a:1:6 | a"]),
    ("{ a: '\\u12' }", ["a:1:7 | a"]),
    ("{ a: '\\uD800' }", ["a:1:7 | a"]),
    ("{ a: 1 /* }", ["a:1:8 | a", "a:1:1 | \"{\""]),
    ("{ a: 012 }", ["a:1:6 | a | 0 12 | 012"]),
    ("{ a: 1e999 }", ["a:1:6 | a | 1e999"]),
    ("{ a: 9223372036854775808 }", ["a:1:6 | a | 9223372036854775808"]),
    ("{ a: 0x }", ["a:1:6 | a | 0x"]),
    ("{ a: 1__0 }", ["a:1:6 | a | \"_\" | 1__0"]),
    ("{ a: 1_ }", ["a:1:6 | a | \"_\" | 1_"]),
    ("{ a: -007.5 }", ["a:1:6 | a | 0 | -007.5"]),
    ("{ a: 1.2.3 }", ["a:1:6 | a | 1.2.3"]),
    ("{ a: 12px }", ["a:1:6 | a | 12px"]),
    (
      "{ a: -Infinity, b: NaN }",
      [
        "a:1:6 | a | -Infinity",
        "a:1:20 | b | NaN",
      ]
    ),
    ("{ a: 1, b: { a: 1 }, 'a': 2 }", ["a:1:22 | a | a:1:3"]),
    ("{ key-value: 1 }", ["a:1:3 | key-value | \"key-value\""]),
    ("[1, 2}", ["a:1:6 | a:1:1 | } | ]"]),
    (
      "{ a: { b: [1 } }",
      [
        "a:1:14 | a.b | a:1:11 | } | ]",
        "a:1:1 | \"{\"",
      ]
    ),
    (
      String(repeating: "[", count: 101),
      [
        "a:1:101 | " + Array(repeating: "0", count: 100).joined(separator: ".") + " | 100"
      ]
    ),
  ]

  @Test(arguments: refused) func saysWhatIsWrong(_ pair: (text: String, problems: [String])) {
    let error = #expect(throws: SettingsError.self) { try Node.parse(pair.text, file: "a") }
    #expect(error?.problems.map(\.facts) == pair.problems)
  }

  @Test func goesOnAfterErrors() {
    let text = """
      {
        width: 12px,
        layers: four
        context = 64,
        block: { norm: "rms, attention: { heads: 4 } },
        width: 128,
        head: [ 1, ?, 3 ],
      }
      """
    let error = #expect(throws: SettingsError.self) { try Node.parse(text, file: "m.json5") }
    #expect(error?.title == "m.json5")
    #expect(
      error?.problems.map(\.facts) == [
        "m.json5:2:10 | width | 12px",
        "m.json5:3:11 | layers | four | \"four\"",
        "m.json5:4:11 | context | =",
        "m.json5:5:18 | block.norm",
        "m.json5:7:14 | block.head.1 | ?,",
        "m.json5:1:1 | \"{\"",
      ])
  }

  @Test func everyValueKnowsItsPlace() throws {
    let node = try Node.parse("{\n  block: {\n    'norm': [1,\r\n  2] }\n}", file: "f")
    #expect(node.place(at: "block.norm.1")?.description == "f:4:3")
    #expect(node.place(at: "block.norm.7")?.description == "f:3:13")
    #expect(node.members[0].place?.description == "f:2:3")
    #expect(node["block"]?.members[0].place?.description == "f:3:5")
  }

  /// Any cut and any changed character of a text gives a tree or an error, never a crash or a hang.
  @Test func survivesDamage() {
    let text = Array(
      "{ a: [1, 'x\\u0041', { b: -0x1F, }], /* c */ \"d\": .5e-3, // e\n f: null }".unicodeScalars)
    var outcomes = (read: 0, refused: 0)
    for place in text.indices {
      for replacement in ["", "{", "}", "[", "]", ",", ":", "'", "\\", "\n", "/", "*", "é", "-"] {
        var damaged = String.UnicodeScalarView()
        damaged.append(contentsOf: text[..<place])
        damaged.append(contentsOf: replacement.unicodeScalars)
        damaged.append(contentsOf: text[(place + 1)...])
        do {
          _ = try Node.parse(String(damaged), file: "a")
          outcomes.read += 1
        } catch { outcomes.refused += 1 }
      }
    }
    #expect(outcomes.read > 100 && outcomes.refused > 500)
  }
}
