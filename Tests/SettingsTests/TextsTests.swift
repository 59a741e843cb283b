import Foundation
import Testing

@testable import Settings

/// Texts of JSON that are objects in a file.
@Suite struct TextsTests {
  @Test func aTreeIsCodedAsWhatItSays() throws {
    let text = #"{"a":[1,2.5,null,true,"x"],"b":{"c":[],"d":{}},"e":"{}"}"#
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let node = try Node.parse(text, file: "t")
    #expect(String(decoding: try encoder.encode(node), as: UTF8.self) == text)
    #expect(try JSONDecoder().decode(Node.self, from: Data(text.utf8)) == node)
    #expect(try JSONDecoder().decode([Node].self, from: Data("[3]".utf8)) == [Node(.integer(3))])
  }

  @Test func textsBecomeObjectsAndTheSameTexts() throws {
    let (one, other) = (#"{"b":1e-05,"a":[1,2.5,null],"c":{"x":"é\n"}}"#, "no object")
    let tree = Node(
      .object([
        .init("text", Node(.text(one))), .init("name", Node(.text(#"{"a":1}"#))),
        .init("list", Node(.list([Node(.object([.init("text", Node(.text(one)))])), Node(.text(other))]))),
        .init("none", Node(.null)),
      ]))
    let paths = ["text", "list.*.text", "none.text", "missing"]
    let open = tree.readingTexts(at: paths)
    #expect(open["text"]?["c"]?["x"]?.text == "é\n" && open["text"]?.members.map(\.key) == ["b", "a", "c"])
    #expect(open["name"]?.text == #"{"a":1}"# && open["none"]?.value == .null)
    #expect(open["list"]?.elements?[0]["text"]?.isObject == true)
    let again = try Node.parse(open.json(indented: true), file: "f").writingTexts(at: paths)
    #expect(again == tree && again["text"]?.text == one)
    // What is no object stays, and what is a text already is taken as it is.
    #expect(tree.writingTexts(at: paths) == tree)
    #expect(Node(.text(other)).readingTexts(at: [""]).text == other)
  }
}
