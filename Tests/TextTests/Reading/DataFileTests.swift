import Foundation
import TestSupport
import Testing

@testable import Text

/// Texts from files of every form.
@Suite struct DataFileTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func text(
    _ paths: [String], _ reading: DataReading = DataReading()
  ) throws -> (text: String, rule: DocumentRule, skipped: Int) {
    let source = try TextSource.files(paths, reading: reading, heldOutShare: 0)
    return (
      source.withTrain { String(decoding: $0, as: UTF8.self) }, source.documents, source.skipped.count
    )
  }

  private func error(_ paths: [String], _ reading: DataReading = DataReading()) -> String {
    do {
      _ = try text(paths, reading)
      return ""
    } catch { return "\(error)" }
  }

  private static let rows = """
    {"text": "one\\nmore", "n": [1, -2.5e3, {"a": null}]}
    {"n": true, "text": "tw\\u00f6 \\ud83d\\ude80", "body": "b"}

    {"text": "three\\n"}
    """

  @Test func documentsOfJSONLines() throws {
    let path = try folder.write("a.jsonl", Self.rows.utf8)
    let read = try text([path])
    #expect(read.text == "one\nmore\ntwö 🚀\nthree\n")
    #expect(read.rule == .tokens)
    let table = try folder.write(
      "a.csv", "id,text\r\n1,\"one\nmore\"\r\n\r\n2,twö 🚀\n3,\"three\n\"".utf8)
    #expect(try text([table]).text == read.text)
    // The documents are part of the fingerprint, so the same documents have the same.
    #expect(try TextSource.files([path]).fingerprint == TextSource.files([table]).fingerprint)
    let tabs = try folder.write("a.tsv", "text\tid\na \"b\"\t1\nc\t2\n".utf8)
    #expect(try text([tabs]).text == "a \"b\"\nc\n")
    #expect(try text([path], DataReading(format: .text)).text == Self.rows)
    #expect(try text([path], DataReading(format: .text)).rule == .blankLines)
  }

  @Test func quotesOfTables() throws {
    let path = try folder.write(
      "q.csv", "\u{FEFF}text,b\n\"say \"\"a, b\"\"\",1\n\"\"\"\",2\nplain \"x\",3\n\"a\r\nb\",4\n".utf8)
    #expect(try text([path]).text == "say \"a, b\"\n\"\nplain \"x\"\na\r\nb\n")
    #expect(error([try folder.write("o.csv", "text\n\"a\"b\n".utf8)]).contains("o.csv:2: "))
    #expect(error([try folder.write("p.csv", "text\nx\n\"a\n\n".utf8)]).contains("p.csv:3: "))
  }

  @Test func compressedFilesAreTheSameText() throws {
    let plain = try folder.write("t.txt", TextSamples.sentences(30_000).utf8)
    let bytes = Array(TextSamples.sentences(30_000).utf8)
    let whole = try TextSource.files([plain])
    for (name, compressed) in [
      ("g/t.txt.gz", Compressing.gzip(bytes)), ("z/t.txt.zst", Compressing.zstandard(bytes)),
      ("m/t.txt.gz", Compressing.gzip(Array(bytes[..<777])) + Compressing.gzip(Array(bytes[777...]))),
      // Zeros behind a member, as tapes pad it.
      ("p/t.txt.gz", Compressing.gzip(bytes) + [UInt8](repeating: 0, count: 100)),
      ("f/t.txt.zst", Compressing.zstandard(Array(bytes[..<9])) + Compressing.zstandard(Array(bytes[9...]))),
    ] {
      let source = try TextSource.files([folder.write(name, compressed)])
      #expect(source.fingerprint == whole.fingerprint && source.name == whole.name, "\(name)")
      #expect(source.trainBytes == whole.trainBytes && source.documents == whole.documents)
    }
    let rows = try folder.write("a.jsonl.gz", Compressing.gzip(Array(Self.rows.utf8)))
    #expect(try text([rows]).text == "one\nmore\ntwö 🚀\nthree\n")
  }

  @Test(arguments: [0, 5, 20, 100]) func damagedFilesAreNamed(cut: Int) throws {
    let bytes = Array(TextSamples.sentences(50).utf8)
    for (name, compressed) in [("d.gz", Compressing.gzip(bytes)), ("d.zst", Compressing.zstandard(bytes))] {
      let early = try folder.write(name, Array(compressed.dropLast(cut + 1)))
      #expect(error([early]).hasPrefix("\(early): its compressed bytes are damaged"), "\(name) \(cut)")
      var wrong = compressed
      wrong[compressed.count / 2 + cut] ^= 0x55
      let damaged = try folder.write(name, wrong)
      let said = error([damaged])
      #expect(said.isEmpty ? name == "d.zst" : said.hasPrefix("\(damaged)"), "\(name) \(cut): \(said)")
    }
  }

  /// What the name says and the bytes do not.
  @Test(arguments: ["t.txt.gz", "t.jsonl.zst", "T.GZ"]) func namesOfCompressedFilesAreTrue(_ name: String)
    throws
  {
    for bytes in [[0x9C, 0x41, 0, 0xFF, 7, 1], Array("plain text\n".utf8), []] as [[UInt8]] {
      let path = try folder.write(name, bytes)
      let said = error([path])
      #expect(
        said.hasPrefix("\(path): ") && said.contains(name.hasSuffix("zst") ? "zstandard" : "gzip"), "\(said)")
    }
  }

  /// What would give other rows than the file seems to have.
  @Test func namesThatAreThereTwiceAndOldLineEndsAreErrors() throws {
    for (name, content, line, said) in [
      ("k.jsonl", "{\"text\": \"a\"}\n{\"text\": \"a\", \"id\": 1, \"text\": \"b\"}\n", 2, "\"text\""),
      ("l.jsonl", #"{"text": "a", "id": 1, "\u0069d": 2}"#, 1, "\"id\""),
      ("k.csv", "text,id,text\na,1,b\n", 1, "\"text\""), ("k.tsv", "id\tid\ttext\n1\t2\ta\n", 1, "\"id\""),
      ("c.csv", "text,id\ra,1\rb,2\r", 1, "carriage return"),
      ("q.csv", "\"text\"\r\"a\"\r\"b\"\r", 1, "carriage return"),
    ] {
      let found = error([try folder.write(name, content.utf8)])
      #expect(found.contains("\(name):\(line): ") && found.contains(said), "\(found)")
    }
    // Within a row it is a character like others.
    #expect(try text([try folder.write("r.csv", "text\n\"a\rb\"\n".utf8)]).text == "a\rb\n")
  }

  @Test func aFieldOfPlainTextIsAnError() throws {
    let (plain, rows) = (
      try folder.write("f.txt", "a\n".utf8), try folder.write("f.jsonl", #"{"body": "b"}"#.utf8)
    )
    #expect(error([plain], DataReading(field: "zz")).contains("f.txt: is plain text"))
    #expect(error([rows], DataReading(format: .text, field: "zz")).contains("f.jsonl: is plain text"))
    // Of several texts some may have it.
    #expect(try text([plain, rows], DataReading(field: "body")).text == "a\nb\n")
    var each = DataReading()
    each.fields = ["body", "body"]
    #expect(error([plain, rows], each).contains("f.txt: is plain text"))
    each.fields = ["text", "body"]
    #expect(try text([plain, rows], each).text == "a\nb\n")
    #expect(throws: TextError.self) { try TextLines.documents(plain, DataReading(field: "zz")) }
  }

  @Test func aFolderOfOtherFormatsNamesThem() throws {
    _ = try folder.write("d/b.parquet", Array("PAR1".utf8) + [0xFF])
    _ = try folder.write("d/in/c.parquet", Array("PAR1".utf8) + [0xFF])
    let said = error([folder.path + "/d"])
    #expect(said.contains("b.parquet is a Parquet file") && said.contains("read_parquet"), "\(said)")
    _ = try folder.write("e/x.png", [0x89])
    #expect(error([folder.path + "/e"]).contains(".jsonl"))
  }

  @Test func deepLinesAreNamed() throws {
    func line(_ depth: Int) -> String {
      #"{"text": "[", "n": "#
        + String(repeating: "[", count: depth) + "1" + String(repeating: "]", count: depth) + "}"
    }
    for depth in [199, 200, 100_000] {
      let said = error([try folder.write("deep.jsonl", line(depth).utf8)])
      #expect(depth < 200 ? said.isEmpty : said.contains(":1: ") && said.contains("200 levels"), "\(said)")
      // Brackets in texts do not count.
      #expect(
        JSONDepth.isExceeded(
          by: (#"{"\"[[": "#
            + String(repeating: "[", count: depth)).utf8) == (depth > 199))
    }
  }

  @Test func foldersAndPatterns() throws {
    _ = try folder.write("c/b.txt", "b\n".utf8)
    _ = try folder.write("c/a.jsonl", #"{"text": "a"}"#.utf8)
    _ = try folder.write("c/deep/c.md.gz", Compressing.gzip(Array("c".utf8)))
    _ = try folder.write("c/picture.png", [0xFF])
    #expect(try text([folder.path + "/c"]).text == "a\nb\nc\n")
    // As before there were other formats: texts alone.
    #expect(try text([folder.path + "/c"], DataReading(format: .text)).text == "b\n")
    #expect(try text([folder.path + "/c/?.*"]).text == "a\nb\n")
    #expect(try text([folder.path + "/c/*.txt"]).rule == .blankLines)
    #expect(error([folder.path + "/c/*.csv"]).contains("no file matches the pattern"))
    let literal = try folder.write("[x]*.txt", "it".utf8)
    #expect(try text([literal]).text == "it")
  }

  @Test(arguments: [
    (#"{"text": "a"}"# + "\n{", "a.jsonl", 2, "not a JSON object"),
    (#"{"text": "a"} x"#, "a.jsonl", 1, "not a JSON object"),
    (#"{"text": 01}"#, "a.jsonl", 1, "not a JSON object"),
    (#"{"text": "\ud83d"}"#, "a.jsonl", 1, "half of a surrogate pair"),
    (#"{"text": "a", "x": "\ude80\ud83d"}"#, "a.jsonl", 1, "\\ude80 is half"),
    (#"{"text": ""}"#, "a.jsonl", 1, "\"text\" is empty"),
    (#"{"text": 3}"#, "a.jsonl", 1, "is a number"),
    (#"{"txt": "a"}"#, "a.jsonl", 1, "did you mean \"txt\"?"),
    ("text,b\na\n", "a.csv", 2, "1 columns where the first line has 2"),
    ("text\tb\na\t1\n \t2\n", "a.tsv", 3, "\"text\" is empty"),
    ("body\tb\na\t1\n", "a.tsv", 1, "\"body\""),
  ])
  func badLinesAreNamed(_ content: String, _ name: String, _ line: Int, _ reason: String) throws {
    let path = try folder.write(name, content.utf8)
    let said = error([path])
    #expect(said.hasPrefix("\(path):\(line): ") && said.contains(reason), "\(said)")
  }

  @Test func badLinesAreLeftOutAndCounted() throws {
    let skipping = DataReading(skipsBad: true)
    var rows = Array(Self.rows.utf8) + Array("\n".utf8)
    rows += Array(#"{"text": "\ud800"}"#.utf8) + Array("\n".utf8)
    rows += Array(#"{"text": ""#.utf8) + [0xE9] + Array("\"}\n".utf8)
    rows += Array(#"{"text": "last"}"#.utf8)
    let path = try folder.write("a.jsonl", rows)
    let read = try text([path], skipping)
    #expect(read.text == "one\nmore\ntwö 🚀\nthree\nlast\n" && read.skipped == 2)
    let source = try TextSource.files([path], reading: skipping)
    #expect(source.skipped.first.map { $0.contains("a.jsonl:5: ") } == [true, false])
    #expect(source.skipped.first[1].contains("a.jsonl:6: ") && source.skipped.first[1].contains("0xE9"))
    #expect(error([path]).contains("a.jsonl:5: ") && error([path]).contains("--skip-bad"))
    let latin = try folder.write("l.txt", Array("a\n".utf8) + [0x62, 0xE9, 10] + Array("c".utf8))
    #expect(try text([latin], skipping).text == "a\nc" && text([latin], skipping).skipped == 1)
    let none = try folder.write("none.jsonl", "{\n{\n".utf8)
    #expect(error([none], skipping).contains("none of its texts can be used"))
    // Where all lines lack the field, the fields that are there are named, and how to name one.
    let other = try folder.write("other.jsonl", (#"{"content": "a", "id": 1}"# + "\n").utf8)
    for words in [error([other], skipping), error([path, other], skipping), error([other])] {
      #expect(words.contains("the line has \"content\", \"id\"; name the field of the text with --field"))
    }
    #expect(error([path, other], skipping).contains("other.jsonl:1: there is no field"))
  }

  @Test func longLinesAreLeftOut() throws {
    let long = [UInt8](repeating: 97, count: 3000)
    let path = try folder.write("l.txt", Array("a\n".utf8) + long + Array("\nb\n".utf8) + long)
    for size in [10, 2999, 3000] {
      let lines = LineInput(try ByteInput(path), maxBytes: size)
      var found: [String] = []
      while let line = try lines.next() {
        found.append(line.isTooLong ? "\(line.number) long" : String(decoding: line.bytes, as: UTF8.self))
      }
      let last = size < 3000 ? "4 long" : String(decoding: long, as: UTF8.self)
      #expect(found == ["a\n", "2 long", "b\n", last], "\(size)")
    }
  }

  @Test func emptyFilesAreRefused() throws {
    let plain = try folder.write("e.txt", [])
    let packed = try folder.write("e.txt.gz", Compressing.gzip([]))
    let table = try folder.write("e.csv", "text\n".utf8)
    for path in [plain, packed, table] {
      #expect(error([path]).hasPrefix("\(path): is empty"), "\(error([path]))")
    }
  }

  @Test func labelledFilesOfEveryForm() throws {
    let table = "text,label\n\"a, b\",1\nc,2\n"
    let plain = try LabelledTexts.read(folder.write("l.csv", table.utf8))
    #expect(plain.texts.map(\.parts) == [["a, b"], ["c"]] && plain.labels == ["1", "2"])
    let packed = try LabelledTexts.read(folder.write("l.csv.gz", Compressing.gzip(Array(table.utf8))))
    #expect(packed.texts.map(\.labels) == plain.texts.map(\.labels) && packed.name == "l")
    let rows = #"{"body": "a", "text": "no", "label": 1}"# + "\n" + #"{"body": "b", "label": 2}"#
    let named = try LabelledTexts.read(
      folder.write("l.jsonl.zst", Compressing.zstandard(Array(rows.utf8))), field: "body")
    #expect(named.texts.map(\.parts) == [["a"], ["b"]])
    let columns = try LabelledTexts.read(
      folder.write("c.tsv", "text\tbody\tlabel\nno\ta\t1\nno\tb\t2\n".utf8), field: "body")
    #expect(columns.texts.map(\.parts) == [["a"], ["b"]])
    let bad = try folder.write("s.jsonl", #"{"text": "\udead", "label": 1}"#.utf8)
    #expect(throws: TextError.self) { try LabelledTexts.read(bad) }
    let lines = try TextLines.documents(
      folder.write("d.jsonl", (#"{"text": "x\ny"}"# + "\n\n" + #"{"text": "z"}"#).utf8), DataReading())
    #expect(lines.map(\.text) == ["x\ny", "z"] && lines[1].place.hasSuffix("d.jsonl:3"))
  }
}
