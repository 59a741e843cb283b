import Foundation
import TestSupport
import Testing

/// What is wrong with the input of `zoo logits` is named, with what to do.
@Suite struct LogitsInputTests {
  @Test(arguments: [
    (#"{"ids": []}"#, ["--out", "l.safetensors"], "there are no ids"),
    (#"{"ids": [[]]}"#, ["--out", "l.safetensors"], "there are no ids"),
    (
      #"{"ids": [[1, 2]], "segments": [[0, 1]]}"#, ["--out", "l.safetensors"],
      "has no segments; leave them out"
    ),
    (#"{"ids": [[1, 2]]}"#, ["--loss"], "there are no labels"),
    (#"{"ids": [[1, 2], [3, 9999]]}"#, ["--out", "l.safetensors"], "ids[1][1]: 9999 is not one of 0 to"),
    (#"{"ids": [[1, 2]], "labels": [[-100, -7]]}"#, ["--loss"], "labels[0][1]: -7 is neither"),
    (#"{"ids": [[1, 2]], "labels": [[-100, -100]]}"#, ["--loss"], "no label is counted"),
  ])
  func faultsAreNamed(_ input: String, _ options: [String], _ said: String) throws {
    try withTemporaryFolder { folder in
      let trained = try ZooProcess.run(
        ["train", "tiny/gpt", "--steps", "1", "--batch", "1", "--out", "run"], in: folder)
      #expect(trained.status == 0, "\(trained.errors)")
      try Data(input.utf8).write(to: folder.appending(path: "ids.json"))
      let outcome = try ZooProcess.run(["logits", "run", "--input", "ids.json"] + options, in: folder)
      #expect(outcome.status == 1 && outcome.errors.contains(said), "\(outcome.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "l.safetensors").path))
    }
  }
}
