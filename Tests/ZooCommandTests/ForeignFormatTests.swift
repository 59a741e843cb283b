import Foundation
import TestSupport
import Testing

@testable import Settings

/// Files of data that are no texts: the format is named, and a command that makes a text of the file.
@Suite struct ForeignFormatTests {
  private static let files: [(name: String, bytes: [UInt8], format: ForeignFormat)] = [
    ("a.txt.bz2", Array("BZh91AY&SY".utf8) + [0xFF, 0x80], .bzip2),
    ("a.xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], .xz),
    ("a.zip", [0x50, 0x4B, 3, 4, 20, 0], .zip), ("a.docx", [0x50, 0x4B, 3, 4, 20, 0], .officeText),
    ("a.xlsx", [0x50, 0x4B, 3, 4, 20, 0], .spreadsheet), ("a.parquet", Array("PAR1".utf8) + [0xFF], .parquet),
    ("a.arrow", Array("ARROW1".utf8) + [0, 0], .arrow),
    ("b.arrow", [0xFF, 0xFF, 0xFF, 0xFF, 8], .arrowStream),
    ("a.npy", [0x93] + Array("NUMPY".utf8), .numpy), ("a.pdf", Array("%PDF-1.7".utf8), .pdf),
    ("a.7z", [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], .sevenZip), ("a.lz4", [4, 0x22, 0x4D, 0x18], .lz4),
    ("a.txt", [0xFF, 0xFE, 0x61, 0], .utf16), ("b.txt", [0xFE, 0xFF, 0, 0x61], .utf16),
    ("a.tar", [UInt8](repeating: 0x61, count: 257) + Array("ustar".utf8), .tar),
    ("a.tar.gz", [0x1F, 0x8B, 8], .tar),
  ]

  @Test func theyAreRecognised() {
    for (name, bytes, format) in Self.files {
      #expect(ForeignFormat(startingWith: bytes, named: name) == format, "\(name)")
    }
    for text in ["", "PK", "BZh", "BZh9 is a text", "PA", "%PD", "the dog\n"] {
      #expect(ForeignFormat(startingWith: Array(text.utf8), named: "a.parquet") == nil, "\(text)")
    }
    #expect(ForeignFormat.pdf.conversion(of: "-a b.pdf") == "pdftotext './-a b.pdf' './-a b.txt'")
  }

  /// Every reader of data says so in one line, before anything is made.
  @Test func everyReaderNamesTheFormat() throws {
    try withTemporaryFolder { folder in
      let trained = try ZooProcess.run(
        ["train", "tiny/gpt", "--steps", "1", "--batch", "2", "--set", "context=48", "--out", "run"],
        in: folder)
      try #require(trained.status == 0, "\(trained.errors)")
      for (name, bytes, format) in Self.files {
        try Data(bytes + [UInt8](repeating: 10, count: 600)).write(to: folder.appendingPathComponent(name))
        for words in [
          ["train", "tiny/gpt", "--out", "new", "--data", name], ["eval", "run", "--data", name],
          ["finetune", "run", "--data", name], ["score", "run", name], ["embed", "run", "--lines", name],
          ["describe", "tiny/gpt", "--data", name], ["train", "tiny/gpt", "--out", "new", "--recipe", name],
        ] where name == "a.pdf" || words[0] == "train" {
          let outcome = try ZooProcess.run(words, in: folder)
          #expect(outcome.status != 0 && outcome.errors.contains(format.words), "\(words): \(outcome.errors)")
          #expect(outcome.errors.contains(format.conversion(of: name)), "\(words): \(outcome.errors)")
        }
        #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("new").path))
      }
    }
  }

  /// The command that is printed makes a text that is read, where the machine has the program.
  @Test(arguments: [("bzip2", "text.txt.bz2"), ("xz", "text.txt.xz"), ("iconv", "wide.txt")])
  func theAdviceWorks(_ program: String, _ name: String) throws {
    try withTemporaryFolder { folder in
      let text = (0..<200).map { "the dog \($0) sleeps near the gate.\n" }.joined()
      try Data(text.utf8).write(to: folder.appendingPathComponent("text.txt"))
      let making =
        program == "iconv"
        ? "iconv -f utf-8 -t utf-16 text.txt > wide.txt && rm text.txt" : "\(program) text.txt"
      guard try ZooProcess.shell("command -v \(program)", in: folder).status == 0 else { return }
      try #require(try ZooProcess.shell(making, in: folder).status == 0)
      let small = ["--steps", "1", "--batch", "2", "--set", "tokenizer=bytes", "--set", "context=16"]
      let refused = try ZooProcess.run(["train", "tiny/gpt", "--data", name] + small, in: folder)
      let advice = try #require(refused.errors.split(separator: "name that: ").last, "\(refused.errors)")
      let line = advice.split(separator: "\n")[0]
      let made = program == "iconv" ? "wide.utf8.txt" : "text.txt"
      // Its output is where the shell's is kept.
      let followed = try ZooProcess.shell("(\(line))", in: folder)
      #expect(followed.status == 0, "\(followed.errors)")
      let trained = try ZooProcess.run(["train", "tiny/gpt", "--data", made] + small, in: folder)
      #expect(trained.status == 0, "\(trained.errors)")
    }
  }
}
