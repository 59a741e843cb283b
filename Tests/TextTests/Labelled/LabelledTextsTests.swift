import Foundation
import TestSupport
import Testing

@testable import Text

@Suite struct LabelledTextsTests {
  private func read(_ content: String, _ name: String = "mine.tsv") throws -> LabelledTexts {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent(name)
      try Data(content.utf8).write(to: url)
      return try LabelledTexts.read(url.path)
    }
  }

  /// A named column is that of the text of a classification, and has to be there.
  @Test func theColumnOfTheTextIsNamed() throws {
    func read(_ content: String, _ name: String, _ field: String) throws -> LabelledTexts {
      try withTemporaryFolder { folder in
        let url = folder.appendingPathComponent(name)
        try Data(content.utf8).write(to: url)
        return try LabelledTexts.read(url.path, field: field)
      }
    }
    let pairs = "sentence1\tsentence2\tlabel\na\tb\tx\n"
    #expect(try read(pairs, "p.tsv", "sentence2").texts.map(\.parts) == [["b"]])
    #expect(try read(pairs.replacing("\t", with: ","), "p.csv", "sentence1").form == .classification)
    let object = #"{"text": "a", "body": "b", "label": "x"}"#
    #expect(try read(object, "p.jsonl", "body").texts.map(\.parts) == [["b"]])
    for (content, name, field) in [
      (pairs, "p.tsv", "sentence3"), ("text,label\na,b\n", "p.csv", "txt"), (object, "p.jsonl", "bodi"),
      (#"{"sentence": "a", "label": "x"}"#, "p.jsonl", "text"),
    ] {
      let error = try #require(#expect(throws: TextError.self) { try read(content, name, field) })
      #expect(error.place.hasSuffix("\(name):1") && error.reason.contains("\"\(field)\""), "\(error)")
      #expect(error.suggestion.contains("label"), "\(error)")
    }
    #expect(throws: TextError.self) { try read("words\ttags\na b\tX Y\n", "w.tsv", "words") }
  }

  @Test func tablesOfAllForms() throws {
    let texts = try read("label\tid\tsentence\r\ngood\t1\ta dog \"sees\"\r\n\r\nbad\t2\ta dog see\r\n")
    #expect(texts.form == .classification && texts.name == "mine" && texts.labels == ["bad", "good"])
    #expect(texts.texts.map(\.parts) == [["a dog \"sees\""], ["a dog see"]])
    #expect(texts.texts.map(\.labels) == [["good"], ["bad"]])
    #expect(texts.texts[1].place.hasSuffix("mine.tsv:4"))

    let pairs = try read("\u{FEFF}premise\thypothesis\tlabel\na\tb\t1\n")
    #expect(pairs.form == .pairs)
    #expect(pairs.texts.map(\.parts) == [["a", "b"]] && pairs.texts[0].labels == ["1"])

    let words = try read("words\ttags\nthe dog .\tD N P\n")
    #expect(words.form == .tagging)
    #expect(words.texts[0].parts == ["the", " dog", " ."] && words.texts[0].labels == ["D", "N", "P"])
  }

  @Test func objectsOfAllForms() throws {
    let texts = try read(
      """
      {"text": "a\\tb", "label": 1, "extra": {"x": null}}

      {"label": true, "text": "c", "extra": [1]}
      """, "mine.jsonl")
    #expect(texts.form == .classification)
    #expect(texts.texts.map(\.parts) == [["a\tb"], ["c"]] && texts.texts.map(\.labels) == [["1"], ["true"]])
    // A name that says nothing: the first character does.
    let pairs = try read("{\"first\": \"a\", \"second\": \"b\", \"label\": \"x\"}", "mine")
    #expect(pairs.form == .pairs && pairs.texts[0].parts == ["a", "b"])
    let words = try read("{\"tokens\": [\"New York\", \"is\"], \"tags\": [0, 1]}", "mine.json")
    #expect(words.form == .tagging)
    #expect(words.texts[0].parts == ["New York", " is"] && words.texts[0].labels == ["0", "1"])
  }

  @Test(arguments: [
    ("txt\tlabel\na\t1\n", 1, "did you mean text for txt?"),
    ("a text\tgood\nanother\tbad\n", 1, "first, second and label"),
    ("text\tlabel\na\t1\nb\n", 3, "1 columns where the first has 2"),
    ("text\tlabel\na\tb\tc\n", 2, "3 columns where the first has 2"),
    ("text\tlabel\n \t1\n", 2, "\"text\" is empty"),
    ("text\tlabel\na\t\n", 2, "give every text a label"),
    ("text\tlabel\ttext\na\tb\tc\n", 1, "is there twice"),
    ("text\tlabel\ra\tb\rc\td\r", 1, "carriage return"),
    ("{\"text\": \"a\", \"label\": 1, \"text\": \"b\"}\n", 1, "\"text\" is there twice"),
    ("words\ttags\na b\tX\n", 2, "2 words and 1 tags"),
    ("{\"text\": \"a\", \"label\": 1}\n{\"text\": \"a\"\n", 2, "not a JSON object"),
    (
      "{\"text\": \"a\", \"label\": 1}\n{\"text\": \"a\", \"labels\": 1}\n", 2,
      "did you mean it by \"labels\"?"
    ),
    ("{\"text\": \"a\", \"label\": null}\n", 1, "\"label\" is empty or not a text"),
    ("{\"words\": [\"a\", \"\"], \"tags\": [1, 2]}\n", 1, "\"words\" is empty"),
    ("{\"words\": [\"a\", null], \"tags\": [1, 2]}\n", 1, "\"words\" is empty"),
  ])
  func faultsAreNamedWithTheirLine(_ content: String, _ line: Int, _ hint: String) throws {
    let error = #expect(throws: TextError.self) { try read(content, "x") }
    #expect(error?.place.hasSuffix("/x:\(line)") == true, "\(error.debugDescription)")
    #expect("\(error.map { "\($0)" } ?? "")".contains(hint), "\(error.debugDescription)")
  }

  @Test func onlyLineEndsEndLines() throws {
    let texts = try read("text\tlabel\na\u{2028}b\u{B}c\u{85}\tx\r\nd\re\ty")
    #expect(texts.texts.map(\.parts) == [["a\u{2028}b\u{B}c\u{85}"], ["d\re"]])
    #expect(texts.labels == ["x", "y"])
    // A space before a combining mark parts words; a file need not end with a line end.
    let words = try read("words\ttags\nthe \u{301}x\tD N")
    #expect(words.texts[0].parts == ["the", " \u{301}x"])
  }

  @Test func aMissingLineOfNamesIsSaidWithTheLabelsColumn() throws {
    let rows = (0..<6).map { "\($0 % 2 == 0 ? "good" : "bad")\tsentence number \($0)" }
    let error = #expect(throws: TextError.self) { try read(rows.joined(separator: "\n"), "it's.tsv") }
    #expect(error?.place.hasSuffix("/it's.tsv:1") == true)
    #expect(error?.reason.contains("column 1 looks like the label (2 different values in 6 lines)") == true)
    #expect(error?.suggestion.contains("printf 'label\\ttext\\n' | cat - '") == true)
    #expect(error?.suggestion.hasSuffix("/it'\\''s.tsv' > named.tsv") == true)
    // What was advised is then read.
    let named = try read("label\ttext\n" + rows.joined(separator: "\n"))
    #expect(named.form == .classification && named.labels == ["bad", "good"] && named.texts.count == 6)
  }

  @Test func badLinesAreLeftOutWhereAsked() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("x.tsv")
      try Data("text\tlabel\na\t1\nb\nc\t\nd\t2\n".utf8).write(to: url)
      var places: [String] = []
      let texts = try LabelledTexts.read(url.path) { places.append($0.place) }
      #expect(texts.texts.map(\.parts) == [["a"], ["d"]])
      #expect(places == ["\(url.path):3", "\(url.path):4"])
    }
  }

  @Test func filesWithoutTexts() throws {
    for content in ["", "\n \n", "text\tlabel\n"] { #expect(throws: TextError.self) { try read(content) } }
    #expect(throws: TextError.self) { try LabelledTexts.read("/none/such.tsv") }
  }
}

@Suite struct LabelledSplitTests {
  private func texts(_ labels: [String], origins: Int? = nil) -> LabelledTexts {
    LabelledTexts(
      name: "mine", form: .classification,
      texts: labels.enumerated().map { index, label in
        LabelledText(["text \(index)"], labels: [label], origin: origins.map { index / $0 })
      })
  }

  @Test func allPartsHaveAllLabelsAndNothingStandsInTwo() throws {
    let all = texts((0..<100).map { $0 < 80 ? "often" : "rare" })
    let split = try LabelledSplit(all)
    #expect(split.labels == ["often", "rare"])
    #expect([split.train, split.development, split.test].map(\.count) == [60, 20, 20])
    for part in [split.train, split.development, split.test] {
      #expect(part.count { $0.labels == ["rare"] } == part.count / 5)
    }
    let parts = (split.train + split.development + split.test).map(\.parts)
    #expect(Set(parts).count == 100)
    #expect(try LabelledSplit(all).test == split.test)
    #expect(try LabelledSplit(all, seed: 2).test != split.test)
  }

  @Test func equalTextsAndTextsOfOneOriginStayTogether() throws {
    let pairs = try LabelledSplit(texts((0..<100).map { $0.isMultiple(of: 2) ? "good" : "bad" }, origins: 2))
    for part in [pairs.train, pairs.development, pairs.test] {
      #expect(Dictionary(grouping: part) { $0.origin }.values.allSatisfy { $0.count == 2 })
    }
    let twice = LabelledTexts(
      name: "mine", form: .classification,
      texts: (0..<60).map { LabelledText(["text \($0 / 2)"], labels: [$0 % 4 < 2 ? "a" : "b"]) })
    let split = try LabelledSplit(twice)
    let (train, test) = (Set(split.train.map(\.parts)), Set(split.test.map(\.parts)))
    #expect(train.isDisjoint(with: test) && split.test.count == test.count * 2)
  }

  @Test func aTestFileIsTakenWhole() throws {
    let all = texts((0..<50).map { $0 % 2 == 0 ? "a" : "b" })
    let test = LabelledTexts(
      name: "test", form: .classification,
      texts: [LabelledText(["text 3"], labels: ["b"]), LabelledText(["new"], labels: ["a"])])
    let split = try LabelledSplit(all, test: test)
    #expect(split.test == test.texts && split.testSeenBefore == 1)
    #expect([split.train, split.development].map(\.count) == [40, 10])
  }

  @Test func whatCannotBeSplitIsRefused() throws {
    func reason(_ texts: LabelledTexts, _ test: LabelledTexts? = nil) -> String {
      do { return try "no error: \(LabelledSplit(texts, test: test).labels)" } catch { return "\(error)" }
    }
    #expect(reason(texts(["a", "a", "a", "a", "a", "a"])).contains("every label is \"a\""))
    #expect(reason(texts(["a", "b"])).contains("too few to split"))
    let good = texts((0..<50).map { $0 % 2 == 0 ? "good" : "bad" })
    let stranger = LabelledTexts(
      name: "test", form: .classification,
      texts: [LabelledText(["x"], labels: ["goood"], place: "test.tsv:7")])
    #expect(reason(good, stranger).contains("test.tsv:7: the label \"goood\""))
    #expect(reason(good, stranger).contains("did you mean \"good\"?"))
    let pairs = LabelledTexts(name: "test", form: .pairs, texts: [])
    #expect(reason(good, pairs).contains("the test is one of pairs"))
  }
}
