import Foundation
import TestSupport
import Testing
import Training
import Zoo

@testable import ZooCommand

/// What is saved stays, and nothing is used or removed under a wrong name.
@Suite struct RunSafetyTests {
  private static let small = [
    "tokenizer=bytes", "recipe.evaluationWindows=2", "recipe.evaluateEvery=100000",
  ].flatMap { ["--set", $0] }

  private func train(_ out: String, steps: Int = 4, in folder: URL) throws {
    let outcome = try ZooProcess.run(
      ["train", "tiny/gpt", "--steps", "\(steps)", "--batch", "2", "--out", out] + Self.small, in: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  private func compare(_ models: [String], _ out: String, _ more: [String] = [], in folder: URL) throws
    -> ZooProcess.Outcome
  {
    try ZooProcess.run(
      ["compare"] + models + ["--steps", "4", "--batch", "2", "--out", out] + more + Self.small, in: folder)
  }

  private func model(_ name: String, in folder: URL) throws {
    try Data("{ extends: 'tiny/gpt' }".utf8).write(to: folder.appendingPathComponent(name))
  }

  /// A model file called `...json5` once emptied the folder above the comparison's.
  @Test func namesDoNotLeadOutOfTheFolder() throws {
    try withTemporaryFolder { folder in
      try model("...json5", in: folder)
      try model("15 %.json5", in: folder)
      let victim = folder.appendingPathComponent("victim.txt")
      try Data("kept".utf8).write(to: victim)
      let outcome = try compare(["...json5", "15 %.json5", "tiny/gpt"], "c", in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(try Data(contentsOf: victim) == Data("kept".utf8))
      let inside = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/c")
      #expect(Set(inside).isSuperset(of: ["run", "15", "gpt", "experiment.json", "report.html", "lock"]))
      // The names in tables are those that were given.
      #expect(outcome.output.contains("15 %"))
    }
  }

  @Test func aRecordFromElsewhereCannotReachOtherFolders() throws {
    try withTemporaryFolder { folder in
      #expect(try compare(["tiny/gpt", "tiny/bert"], "c", in: folder).status == 0)
      let victim = folder.appendingPathComponent("victim")
      try FileManager.default.createDirectory(at: victim, withIntermediateDirectories: true)
      try Data("kept".utf8).write(to: victim.appendingPathComponent("thesis.tex"))
      let file = folder.appendingPathComponent("c/experiment.json")
      let text = try String(contentsOf: file, encoding: .utf8)
      for name in ["../victim", "", ".."] {
        let changed = text.replacingOccurrences(of: "\"folder\": \"bert\"", with: "\"folder\": \"\(name)\"")
        #expect(changed != text)
        try Data(changed.utf8).write(to: file)
        let outcome = try ZooProcess.run(["compare", "--resume", "c"], in: folder)
        #expect(outcome.status == 1 && outcome.errors.contains("experiment.json"), "\(outcome.errors)")
      }
      // A link in the place of an arm's folder is not followed, nor is a folder of somebody else's taken.
      try Data(text.utf8).write(to: file)
      let arm = folder.appendingPathComponent("c/bert")
      try FileManager.default.removeItem(at: arm)
      try FileManager.default.createSymbolicLink(at: arm, withDestinationURL: victim)
      #expect(try ZooProcess.run(["compare", "--resume", "c"], in: folder).status == 1)
      try FileManager.default.removeItem(at: arm)
      try FileManager.default.copyItem(at: victim, to: arm)
      let taken = try ZooProcess.run(["compare", "--resume", "c"], in: folder)
      #expect(
        taken.status == 1 && taken.errors.contains("files that were not written by a run"), "\(taken.errors)")
      for place in [victim, arm] {
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.path) == ["thesis.tex"])
      }
    }
  }

  @Test func exchangedFoldersAreSeen() throws {
    try withTemporaryFolder { folder in
      #expect(try compare(["tiny/gpt", "tiny/bert"], "c", in: folder).status == 0)
      let (gpt, bert) = (folder.path + "/c/gpt", folder.path + "/c/bert")
      for (from, to) in [(gpt, gpt + "-"), (bert, gpt), (gpt + "-", bert)] {
        try FileManager.default.moveItem(atPath: from, toPath: to)
      }
      let outcome = try ZooProcess.run(["compare", "--resume", "c"], in: folder)
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains("it is not the run that was planned"), "\(outcome.errors)")
    }
  }

  @Test func armsThatAreAlikeInShortHaveNamesOfTheirOwn() {
    func names(_ arms: [String]) -> [String] { ArmWords.names(arms.map { ArmWords($0) }) }
    #expect(names(["gpt clip=1e+1", "gpt clip=1e-1"]) == ["gpt-clip=1e+1", "gpt-clip=1e-1"])
    #expect(names(["gpt x={a:1}", "gpt x=[a,1]"]) == ["gpt x={a:1}", "gpt x=[a,1]"])
    #expect(names(["a", "a", "a-2"]) == ["a", "a-3", "a-2"])
    #expect(names(["tiny/gpt", "models/...json5", "bert"]) == ["gpt", "..", "bert"])
  }

  /// Also for seeds whose names would be those of an arm.
  @Test func namesAreDifferentOrRefused() throws {
    try withTemporaryFolder { folder in
      for (name, arguments, words) in [
        (
          "twice", ["ablate", "tiny/gpt", "--swap", "blocks.0.norm=rms", "--swap", "blocks.0.norm=rms"],
          "given twice"
        ),
        ("typo", ["compare", "tiny/gpt", "tiny/bert", "--data", "typo.txt"], "typo.txt"),
        ("no/such", ["compare", "tiny/gpt", "tiny/bert", "--data", "typo.txt"], "typo.txt"),
      ] {
        let outcome = try ZooProcess.run(arguments + ["--out", name], in: folder)
        #expect(outcome.status != 0 && outcome.errors.contains(words), "\(name): \(outcome.errors)")
        // Nothing is left that would be in the way of a second try.
        for path in [name, "no"] {
          #expect(!FileManager.default.fileExists(atPath: folder.path + "/" + path), "\(path)")
        }
      }
      try model("gpt-seed-2.json5", in: folder)
      let seeds = try compare(["tiny/gpt", "gpt-seed-2.json5"], "s", ["--seeds", "2"], in: folder)
      #expect(seeds.status == 1 && seeds.errors.contains("two of the models would have this name"))
    }
  }

  @Test func oneRunHasOneProcess() throws {
    try withTemporaryFolder { folder in
      let process = try ZooProcess(
        ["train", "tiny/gpt", "--steps", "1000000", "--batch", "2", "--out", "r"] + Self.small, in: folder)
      let run = RunFolder(folder.appendingPathComponent("r"))
      let deadline = Date().addingTimeInterval(120)
      while process.isRunning, Date() < deadline, !run.hasRecord { usleep(20_000) }
      let second = try ZooProcess.run(["train", "--resume", "r"], in: folder)
      #expect(second.status == 1 && second.errors.contains("in use by process"), "\(second.errors)")
      process.send(SIGKILL)
      _ = process.wait()
      try FileManager.default.createDirectory(
        at: folder.appendingPathComponent("runs"), withIntermediateDirectories: true)
      try FileManager.default.moveItem(
        at: folder.appendingPathComponent("r"), to: folder.appendingPathComponent("runs/r"))
      #expect(try ZooProcess.run(["runs"], in: folder).output.contains("interrupted"))
    }
  }

  /// A terminal that closes, before the first step and after it.
  @Test func aHangUpSaves() throws {
    try withTemporaryFolder { folder in
      let process = try ZooProcess(
        ["train", "tiny/gpt", "--steps", "1000000", "--batch", "2", "--out", "r"] + Self.small, in: folder)
      let run = RunFolder(folder.appendingPathComponent("r"))
      let deadline = Date().addingTimeInterval(120)
      while process.isRunning, Date() < deadline,
        !((try? String(contentsOf: run.metrics, encoding: .utf8)) ?? "").contains("\"train\"")
      { usleep(20_000) }
      process.send(SIGHUP)
      // `timeout` signals the process and its group: still one wish.
      process.send(SIGHUP)
      let outcome = process.wait()
      #expect(outcome.status == 128 + SIGHUP, "\(outcome.errors)")
      #expect(run.allCheckpoints().last?.step == (try RunRecord.read(run)).state.step)
    }
  }

  @Test func aFinishedRunGoesOn() throws {
    try withTemporaryFolder { folder in
      try train("r", in: folder)
      let nothing = try ZooProcess.run(["train", "--resume", "r"], in: folder)
      #expect(
        nothing.status == 0 && nothing.output.contains("nothing to do: r has finished all of its 4 steps"))
      let fewer = try ZooProcess.run(["train", "--resume", "r", "--steps", "3"], in: folder)
      #expect(fewer.status == 2 && fewer.errors.contains("has already taken 4 steps"))
      let more = try ZooProcess.run(["train", "--resume", "r", "--steps", "6"], in: folder)
      #expect(more.status == 0, "\(more.errors)")
      let record = try RunRecord.read(RunFolder(folder.appendingPathComponent("r")))
      #expect(record.state.step == 6 && record.totalSteps == 6 && record.status == .finished)
    }
  }

  @Test func aMovedTextIsKnownByItsContent() throws {
    try withTemporaryFolder { folder in
      let text = (0..<400).map { "line \($0) of \($0 * 7 % 13)\n" }.joined()
      let (old, new) = (folder.appendingPathComponent("old.txt"), folder.appendingPathComponent("new.txt"))
      try Data(text.utf8).write(to: old)
      let begun = try ZooProcess.run(
        ["train", "tiny/gpt", "--steps", "4", "--batch", "2", "--out", "r", "--data", "old.txt"] + Self.small,
        in: folder)
      #expect(begun.status == 0, "\(begun.errors)")
      // From another folder a relative path is still one in the folder of the start.
      let other = folder.appendingPathComponent("other")
      try FileManager.default.createDirectory(at: other, withIntermediateDirectories: true)
      #expect(try ZooProcess.run(["eval", "../r"], in: other).status == 0)
      let elsewhere = try ZooProcess.run(["train", "--resume", "../r", "--steps", "5"], in: other)
      #expect(elsewhere.status == 0, "\(elsewhere.errors)")
      try FileManager.default.moveItem(at: old, to: new)
      #expect(try ZooProcess.run(["train", "--resume", "r", "--steps", "6"], in: folder).status == 1)
      let moved = try ZooProcess.run(
        ["train", "--resume", "r", "--steps", "6", "--data", "new.txt"], in: folder)
      #expect(moved.status == 0, "\(moved.errors)")
      // A text that has changed is told by every command that reads it.
      try Data((text + "more\n").utf8).write(to: new)
      for arguments in [["eval", "r"], ["heads", "r"], ["train", "--resume", "r", "--steps", "8"]] {
        let outcome = try ZooProcess.run(arguments, in: folder)
        #expect(
          outcome.status == 1 && outcome.errors.contains("differs from the one that the run was trained on"))
      }
      #expect(try ZooProcess.run(["eval", "r", "--data", "new.txt"], in: folder).status == 0)
    }
  }

  @Test func commandsTakeCheckpointsAndComparisons() throws {
    try withTemporaryFolder { folder in
      #expect(try compare(["tiny/gpt", "tiny/bert"], "c", in: folder).status == 0)
      let all = try ZooProcess.run(["eval", "c", "--windows", "2", "--json"], in: folder)
      #expect(all.status == 0 && all.output.contains("\"model\" : \"gpt\""), "\(all.errors)")
      #expect(all.output.contains("\"model\" : \"bert\""))
      let best = try RunRecord.read(RunFolder(folder.appendingPathComponent("c/gpt"))).state.bestStep
      for run in ["c/gpt@\(best ?? 0)", "c/gpt@best", "c@best"] {
        let outcome = try ZooProcess.run(["eval", run, "--windows", "2"], in: folder)
        #expect(outcome.status == 0, "\(run): \(outcome.errors)")
      }
      let missing = try ZooProcess.run(["eval", "c/gpt@9"], in: folder)
      #expect(missing.status == 1 && missing.errors.contains("no checkpoint of step 9 was kept"))
      let text = try ZooProcess.run(["generate", "c", "--length", "4"], in: folder)
      #expect(text.status == 0 && text.output.contains("gpt") && text.output.contains("bert"))
    }
  }

  @Test func placesAreTriedBeforeTheWorkAndOthersFilesStay() throws {
    try withTemporaryFolder { folder in
      try train("r", in: folder)
      let own = folder.appendingPathComponent("own.html")
      try Data("my notes".utf8).write(to: own)
      func attention(_ more: [String]) throws -> ZooProcess.Outcome {
        try ZooProcess.run(["attention", "r", "--text", "the dog"] + more, in: folder)
      }
      let refused = try attention(["--out", "own.html"])
      #expect(refused.status == 1 && refused.errors.contains("--force"), "\(refused.errors)")
      #expect(try Data(contentsOf: own) == Data("my notes".utf8))
      #expect(try attention(["--out", "nodir/x.html"]).errors.contains("does not exist"))
      #expect(try attention(["--out", "."]).errors.contains("a folder has this name"))
      // What this program wrote is replaced, through a link as well; a device is written into.
      try FileManager.default.createSymbolicLink(
        atPath: folder.path + "/link.html", withDestinationPath: "page.html")
      #expect(try attention(["--out", "page.html"]).status == 0)
      #expect(try attention(["--out", "link.html"]).status == 0)
      #expect(try attention(["--out", "/dev/null"]).status == 0)
      #expect(try attention(["--out", "own.html", "--force"]).status == 0)
      let link = try FileManager.default.destinationOfSymbolicLink(atPath: folder.path + "/link.html")
      #expect(link == "page.html")
      let heads = try ZooProcess.run(["heads", "r", "--csv", "nodir/x.csv"], in: folder)
      #expect(heads.status == 1 && heads.errors.contains("nodir") && heads.output.isEmpty)
    }
  }

  /// With the standard output closed its number must not become that of a file of the run.
  @Test func closedStreamsAreNotWrittenIntoFiles() throws {
    try withTemporaryFolder { folder in
      let own = ProgramBuild.path
      let program = URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent("zoo").path
      let shell = Process()
      shell.executableURL = URL(fileURLWithPath: "/bin/sh")
      let arguments = ["train", "tiny/gpt", "--steps", "4", "--batch", "2", "--out", "r"] + Self.small
      shell.arguments = ["-c", "exec \"$@\" <&- 1>&- 2>&-", "sh", program] + arguments
      shell.currentDirectoryURL = folder
      try shell.run()
      shell.waitUntilExit()
      #expect(shell.terminationStatus == 0)
      let metrics = try MetricsLog.read(folder.appendingPathComponent("r/metrics.jsonl"))
      #expect(metrics.count == 6)
    }
  }
}
