import Foundation
import TestSupport
import Testing
import Zoo

/// Commands that read items: one answer a line, places in errors, `--skip-bad`, pipes.
@Suite struct ItemsTests {
  @Test func everyLineHasItsAnswer() throws {
    try withTemporaryFolder { folder in
      for preset in ["tiny/bert", "tiny/gpt"] {
        let trained = try ZooProcess.run(
          ["train", preset, "--steps", "1e0", "--batch", "2", "--set", "recipe.evaluationWindows=2"]
            + ["--set", "tokenizer=bytes", "--set", "context=64", "--out", String(preset.dropFirst(5))],
          in: folder)
        #expect(trained.status == 0, "\(trained.errors)")
      }
      func write(_ text: String, _ name: String) throws {
        try Data(text.utf8).write(to: folder.appendingPathComponent(name))
      }
      try write("a dog\u{2028}sleeps.\r\n\nthe cat\n", "lines.txt")
      let refused = try ZooProcess.run(["embed", "bert", "--lines", "lines.txt"], in: folder)
      #expect(refused.status == 1)
      #expect(refused.errors.contains("lines.txt:2: ") && refused.errors.contains("--skip-bad"))
      let skipped = try ZooProcess.run(["embed", "bert", "--lines", "lines.txt", "--skip-bad"], in: folder)
      let lines = skipped.output.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(skipped.status == 0 && lines.count == 4 && lines[1].isEmpty && lines[3].isEmpty)
      #expect(!lines[0].isEmpty && !lines[2].isEmpty)
      #expect(skipped.errors.contains("1 of 3 items") && skipped.errors.contains("\n  lines.txt:2: "))
      // Through a pipe, whose name is -.
      let piped = try ZooProcess.shell("cat lines.txt | \"$ZOO\" embed bert --lines - --skip-bad", in: folder)
      #expect(piped.output == skipped.output)
      #expect(piped.errors.contains("standard input:2: "))

      // Lines that cannot be read are left out before they are items.
      try write("{\"body\": \"a dog\"}\n{\n{\"body\": \"\"}\n", "rows.jsonl")
      let rows = try ZooProcess.run(
        ["embed", "bert", "--lines", "rows.jsonl", "--field", "body", "--skip-bad"], in: folder)
      #expect(rows.status == 0 && rows.output.split(separator: "\n").count == 1, "\(rows.errors)")
      #expect(rows.errors.contains("2 of 3 items") && rows.errors.contains("rows.jsonl:2: "))

      try write("the [MASK] dog\nno mask\n[MASK]\n", "fill.txt")
      let filled = try ZooProcess.run(
        ["fill", "bert", "--lines", "fill.txt", "--skip-bad", "--json"], in: folder)
      let answers = try #require(
        JSONSerialization.jsonObject(with: Data(filled.output.utf8)) as? [[String: Any]])
      #expect(answers.map { ($0["masks"] as? [Any])?.count } == [1, 0, 1])
      #expect((answers[1]["error"] as? String)?.hasPrefix("there is no [MASK]") == true)
      let none = try ZooProcess.run(["fill", "bert", "x", "y", "--skip-bad"], in: folder)
      #expect(none.status == 1 && none.errors.contains("2 items") && none.errors.contains("text 1: "))

      try write(
        ["good dogs", "", String(repeating: "long ", count: 30)].map {
          "{\"sentence_good\": \"\($0)\", \"sentence_bad\": \"bad\"}\n"
        }.joined(), "pairs.jsonl")
      let stopped = try ZooProcess.run(["score", "gpt", "pairs.jsonl"], in: folder)
      #expect(stopped.status == 1 && stopped.errors.contains("pairs.jsonl:2: sentence_good is empty"))
      #expect(stopped.errors.contains("--skip-bad") && !stopped.errors.contains("--truncate"))
      // What is too long has another remedy: the one that is printed works.
      try write(
        "{\"sentence_good\": \"\(String(repeating: "long ", count: 30))\", \"sentence_bad\": \"bad\"}\n",
        "long.jsonl")
      let long = try ZooProcess.run(["score", "gpt", "long.jsonl"], in: folder)
      #expect(long.status == 1 && long.errors.contains("--skip-bad"), "\(long.errors)")
      #expect(long.errors.contains("--truncate left or --truncate right"), "\(long.errors)")
      for end in ["left", "right"] {
        #expect(
          try ZooProcess.run(["score", "gpt", "long.jsonl", "--truncate", end], in: folder).status == 0)
      }
      // Sentences that begin alike are the same when their ends are gone.
      let start = String(repeating: "long ", count: 30)
      try write("{\"sentence_good\": \"\(start)a\", \"sentence_bad\": \"\(start)b\"}\n", "alike.jsonl")
      let alike = try ZooProcess.run(["score", "gpt", "alike.jsonl"], in: folder)
      #expect(
        alike.errors.contains("--truncate left shortens") && !alike.errors.contains("--truncate right"),
        "\(alike.errors)")
      let scored = try ZooProcess.run(["score", "gpt", "pairs.jsonl", "--skip-bad", "--json"], in: folder)
      #expect(scored.status == 0 && scored.output.contains("\"pairs\" : 1"), "\(scored.output)")
      #expect(scored.errors.contains("2 of 3 items were left out"))
      #expect(scored.errors.contains("pairs.jsonl:3: a window has 150 tokens"))
      let cut = try ZooProcess.run(
        ["score", "gpt", "pairs.jsonl", "--skip-bad", "--truncate", "left", "--json", "--out", "cut.jsonl"],
        in: folder)
      #expect(cut.status == 0 && cut.output.contains("\"pairs\" : 2"), "\(cut.output)")
      #expect(
        cut.output.contains("\"truncated\" : 1") && cut.errors.contains("1 of 2 items"), "\(cut.errors)")
      let written = try String(contentsOf: folder.appendingPathComponent("cut.jsonl"), encoding: .utf8)
      #expect(
        written.contains("\"truncated\":0") && !scored.output.contains("truncated"))
      // The two that cannot be used come after the first.
      let first = try ZooProcess.run(["score", "gpt", "pairs.jsonl", "--limit", "1", "--json"], in: folder)
      #expect(first.status == 0 && first.output.contains("\"pairs\" : 1"), "\(first.errors)")
      for second in ["bert", "bert@best"] {
        let two = try ZooProcess.run(["score", "gpt", second, "pairs.jsonl"], in: folder)
        #expect(two.status == 2 && two.errors.contains("score it by itself"), "\(two.errors)")
        #expect(two.errors.contains("zoo score \(second) pairs.jsonl"), "\(two.errors)")
      }
      // A file in which nothing is right says what is wrong, and where.
      try write("{\"alternatives\": [\"a b\", \"b a\"], \"correct\": 2}\n", "wrong.jsonl")
      let wrong = try ZooProcess.run(["score", "gpt", "wrong.jsonl"], in: folder)
      #expect(wrong.status == 1 && wrong.errors.contains("wrong.jsonl:1: 2 alternatives"), "\(wrong.errors)")
      let missing = try ZooProcess.run(["score", "gpt", "pair.jsonl"], in: folder)
      #expect(missing.errors.contains("pair.jsonl: ") && missing.errors.contains(" pairs.jsonl?"))
    }
  }

  /// A letter that the training part lacks is told before training, and no report is lost.
  @Test func anUnknownLetterIsToldAndCostsNoReport() throws {
    try withTemporaryFolder { folder in
      let lines = (0..<400).map { "line \($0) of a text about \($0 % 7) things\n" }
      let text =
        lines[..<380].joined() + lines[380...].map { $0.replacing("text", with: "t\u{EA}xt") }.joined()
      try Data(text.utf8).write(to: folder.appendingPathComponent("a,b.txt"))
      let outcome = try ZooProcess.run(
        ["compare", "tiny/gpt", "tiny/gpt layers=1", "--data", "a,b.txt", "--steps", "2", "--batch", "2"]
          + ["tokenizer=characters", "context=32", "recipe.evaluationWindows=4"].flatMap { ["--set", $0] }
          + ["--out", "c"], in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.errors.contains("tokens of the held-out text are characters that the tokenizer"))
      #expect(FileManager.default.fileExists(atPath: folder.appendingPathComponent("c/report.html").path))
    }
  }

  /// A limit of file size (`ulimit -f`) is an error with its place, and no sudden end by a signal.
  @Test func aLimitOfFileSizeIsAnError() throws {
    try withTemporaryFolder { folder in
      let (_, _, errors) = try ZooProcess.shell(
        "(ulimit -f 8; \"$ZOO\" train tiny/gpt --steps 2 --batch 2 --out r; echo status $? >&2)", in: folder)
      #expect(errors.contains("status 1") && errors.contains("larger than the system allows"), "\(errors)")
    }
  }

}

extension ZooProcess {
  /// Runs a line of the shell in which `$ZOO` is the program; what its last command prints is kept.
  static func shell(_ line: String, in folder: URL) throws -> (status: Int32, output: String, errors: String)
  {
    let own = ProgramBuild.path
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", line + " 2> errors.txt > output.txt"]
    process.environment = ProcessInfo.processInfo.environment.merging([
      "ZOO": URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent("zoo").path
    ]) { $1 }
    process.currentDirectoryURL = folder
    try process.run()
    process.waitUntilExit()
    func read(_ name: String) throws -> String {
      try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
    }
    return (process.terminationStatus, try read("output.txt"), try read("errors.txt"))
  }
}
