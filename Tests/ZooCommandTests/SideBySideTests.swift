import CommandLineKit
import Comparison
import Foundation
import Synchronization
import TestSupport
import Testing
import Training

@testable import ZooCommand

/// Several runs at once: the same results as one after the other.
@Suite struct SideBySideTests {
  private struct Failure: Error, Equatable { let index: Int }

  @Test func everythingIsDoneOnceAndNoMoreAtOnceThanAsked() throws {
    let seen = Mutex((done: [Int](), now: 0, most: 0))
    try SideBySide().run(20, atOnce: 3) { index in
      seen.withLock { state in
        state.done.append(index)
        state.now += 1
        state.most = max(state.most, state.now)
      }
      usleep(2000)
      seen.withLock { $0.now -= 1 }
    }
    let state = seen.withLock { $0 }
    #expect(state.done.sorted() == Array(0..<20) && state.most <= 3 && state.most > 1 && state.now == 0)
  }

  @Test func oneFailureEndsAllWithItsError() {
    let sides = SideBySide()
    let ended = Mutex([Int]())
    let error = #expect(throws: Failure.self) {
      try sides.run(50, atOnce: 4) { index in
        if index == 5 { throw Failure(index: 5) }
        usleep(500)
        ended.withLock { $0.append(index) }
      }
    }
    #expect(error == Failure(index: 5) && sides.hasFailed)
    // Those that were under way came to their end; those that were not were not begun.
    #expect(ended.withLock { Set($0).isSuperset(of: [0, 1]) && $0.count < 49 })
  }

  @Test func theRuleDividesManyThreadsOnly() {
    func width(
      _ threads: Int, runs: Int = 100, asked: Int? = nil, isTimed: Bool = false, bytes: Int = 1 << 20
    ) -> Int {
      SideBySideOptions.width(
        asked: asked, runs: runs, threads: threads, isTimed: isTimed, bytes: bytes, memory: 1 << 30)
    }
    #expect([1, 2, 7, 8, 9, 16, 64].map { width($0) } == [1, 1, 1, 4, 4, 8, 32])
    #expect(width(64, runs: 3) == 3 && width(64, isTimed: true) == 1)
    // Three quarters of the memory hold three runs of a quarter, and always one.
    #expect(width(64, bytes: 1 << 28) == 3 && width(64, bytes: 1 << 31) == 1)
    #expect(width(4, asked: 3) == 3 && width(2, asked: 3) == 2 && width(64, runs: 2, asked: 9) == 2)
    #expect(width(64, asked: 1) == 1)
  }

  @Test func oneLineShowsAllRuns() {
    let (console, _, errors) = Console.captured()
    let start = Date(timeIntervalSince1970: 0)
    let progress = SideBySideProgress(
      console, ProgressLine(console), estimates: [100, 100, 200], began: start)
    progress.begin(0, "gpt", done: 1)
    progress.begin(1, "bert", done: 0.5)
    progress.begin(2, "other", done: 0)
    #expect(
      progress.words(now: start)
        == "1 of 3 runs done, in progress: bert 50 %, other 0 %, 4 min 10 s left of all")
    progress.advance(1, done: 1)
    progress.advance(2, done: 0.25)
    // 100 of 250 in 50 seconds: what was done before took none of them.
    #expect(
      progress.words(now: start + 50) == "2 of 3 runs done, in progress: other 25 %, 1 min 15 s left of all")
    #expect(errors.text.isEmpty)
  }

  private func arguments(_ out: String, _ more: [String], steps: Int = 6) -> [String] {
    ["compare", "tiny/gpt", "tiny/bert", "--steps", "\(steps)", "--batch", "2", "--data", "text.txt"]
      + ["--seeds", "2", "--threads", "2", "--tune", "learning-rate=1e-3,1e-2", "--tune-steps", "3"]
      + ["tokenizer=bytes", "dropout=0.1", "recipe.evaluationWindows=2", "recipe.evaluateEvery=3"].flatMap {
        ["--set", $0]
      } + ["--out", out] + more
  }

  /// Everything of a report but times and the way it was made.
  private func results(_ folder: URL) throws -> [String] {
    let json = try Data(contentsOf: folder.appendingPathComponent("report.json"))
    let report = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
    let keys = ["certificate", "heldOut", "seeds", "attention", "tuning", "evaluations"]
    let shown = try keys.map { key in
      String(
        decoding: try JSONSerialization.data(
          withJSONObject: [report[key] ?? "none"], options: .sortedKeys), as: UTF8.self)
    }
    let arms = ["gpt", "bert", "gpt-seed-2", "bert-seed-2", "bert/tuning/learning-rate-0.01-steps-3"]
    return shown
      + (try arms.map { arm in
        let run = RunFolder(folder.appendingPathComponent(arm))
        let losses = try MetricsLog.read(run.metrics).map { [$0["step"], $0["loss"], $0["gradientNorm"]] }
        return "\(losses) \(try RunRecord.read(run).state.contentHash)"
      })
  }

  @Test func theSameBitsSideBySideAndOneAfterTheOther() throws {
    try withSmallText { folder in
      for (out, more) in [("one", ["--side-by-side", "1"]), ("all", ["--side-by-side", "2"])] {
        let outcome = try ZooProcess.run(arguments(out, more), in: folder)
        #expect(outcome.status == 0, "\(outcome.errors)")
      }
      let (one, all) = (folder.appendingPathComponent("one"), folder.appendingPathComponent("all"))
      #expect(try results(one) == results(all))
      #expect(try RunRecord.read(RunFolder(all.appendingPathComponent("bert"))).threads == 1)
      let page = try String(contentsOf: all.appendingPathComponent("report.html"), encoding: .utf8)
      #expect(page.contains("2 runs at once, 1 thread each"))
    }
  }

  @Test func aSignalSavesAllThatAreUnderWay() throws {
    try withSmallText { folder in
      let process = try ZooProcess(arguments("c", ["--side-by-side", "2"], steps: 100_000), in: folder)
      let runs = ["gpt", "bert"].map { RunFolder(folder.appendingPathComponent("c/\($0)")) }
      let deadline = Date().addingTimeInterval(120)
      func isUnderWay(_ run: RunFolder) -> Bool {
        ((try? String(contentsOf: run.metrics, encoding: .utf8)) ?? "").contains("\"train\"")
      }
      while process.isRunning, Date() < deadline, !runs.allSatisfy(isUnderWay) { usleep(2000) }
      process.send(SIGINT)
      let outcome = process.wait()
      #expect(outcome.status == 128 + SIGINT, "\(outcome.errors)")
      #expect(outcome.output.contains("./zoo compare --resume c"))
      for run in runs {
        let record = try RunRecord.read(run)
        #expect(record.status == .stopped && record.state.step > 0)
        #expect(run.allCheckpoints().last?.step == record.state.step)
      }
      // The other seeds were not begun.
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/c/gpt-seed-2"))
    }
  }

  @Test func aBudgetInMinutesIsSpentAlone() throws {
    try withSmallText { folder in
      let outcome = try ZooProcess.run(
        ["compare", "tiny/gpt", "tiny/bert", "--minutes", "1", "--side-by-side", "2", "--data", "text.txt"],
        in: folder)
      #expect(outcome.status == 2 && outcome.errors.contains("--side-by-side: "))
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/runs"))
    }
  }
}

/// Gives `body` a folder of its own with a small text in it, `text.txt`.
func withSmallText(_ body: (URL) throws -> Void) throws {
  try withTemporaryFolder { folder in
    let lines = (0..<300).map { "line \($0) says that \($0 * 7 % 13) is \($0 * 5 % 11)\n" }
    try Data(lines.joined().utf8).write(to: folder.appendingPathComponent("text.txt"))
    try body(folder)
  }
}
