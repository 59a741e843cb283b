import Foundation
import TestSupport
import Testing
import Training

@Suite struct InterruptionTests {
  @Test(arguments: [SIGINT, SIGTERM])
  func aSignalSavesAndSaysHowToGoOn(signal: Int32) throws {
    try withTemporaryFolder { folder in
      let settings = [
        "--batch", "2", "--set", "recipe.evaluationWindows=2", "--set", "recipe.evaluateEvery=100000",
      ]
      let process = try ZooProcess(
        ["train", "tiny/gpt", "--steps", "100000", "--set", "tokenizer=bytes"] + settings, in: folder)
      let metrics = folder.appendingPathComponent("runs/gpt-1/metrics.jsonl")
      // The first logged step: training is under way.
      let deadline = Date().addingTimeInterval(120)
      while process.isRunning, Date() < deadline,
        !((try? String(contentsOf: metrics, encoding: .utf8)) ?? "").contains("\"train\"")
      {
        usleep(20_000)
      }
      process.send(signal)
      let outcome = process.wait()
      #expect(outcome.output.contains("go on with: ./zoo train --resume runs/gpt-1"))
      #expect(outcome.status == 128 + signal)
      let run = RunFolder(folder.appendingPathComponent("runs/gpt-1"))
      let record = try RunRecord.read(run)
      #expect(record.status == .stopped && record.state.step > 0)
      #expect(run.allCheckpoints().last?.step == record.state.step)
    }
  }

  @Test func aFolderThatExistsIsRefusedAndLeftAlone() throws {
    try withTemporaryFolder { folder in
      let outcome = try ZooProcess.run(["train", "tiny/gpt", "--steps", "1", "--out", "."], in: folder)
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains("a run stands there already"))
    }
  }

  @Test(arguments: [
    (["train", "gtp"], 2, "gpt"), (["trian", "gpt"], 2, "train"),
    (["train", "gpt", "--stesp", "3"], 2, "--steps"),
    (["train", "gpt", "--set", "block.nrom=rms"], 2, "did you mean"),
    (["train", "gpt", "--data", "missing.txt"], 1, "missing.txt"),
    (["generate", "missing"], 1, "missing"), (["train", "--resume", "missing"], 1, "missing"),
    (["train", "gpt", "--steps", "2", "--tokens", "5"], 2, "budget"),
    (["train", "gpt", "--set", "recipe.batch=0"], 2, "batch"),
  ])
  func badInputGetsOneClearError(arguments: [String], status: Int, hint: String) throws {
    try withTemporaryFolder { folder in
      let outcome = try ZooProcess.run(arguments, in: folder)
      #expect(outcome.status == Int32(status), "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.contains(hint), "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.contains("error"))
    }
  }
}
