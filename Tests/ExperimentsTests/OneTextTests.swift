import Foundation
import TestSupport
import Testing
import Training

@testable import Experiments

/// All models of a comparison are trained on one text.
@Suite struct OneTextTests {
  /// A text of its own for one arm was ignored: it was trained on the first arm's.
  @Test func armsThatNameSeveralTextsAreRefused() throws {
    let bench = try CertificateBench()
    let descriptor = "{ architecture: 'gpt', tokenizer: 'bytes', context: 12, width: 16, layers: 1 }"
    let first = try bench.arm("gpt", descriptor, ["steps=2"])
    let folder = FileManager.default.temporaryDirectory.appending(path: "one-text")
    for edit in [
      "data=\"other.txt\"", "heldOutShare=0.2", "tuningShare=0.1", "weights=[2]", "format=jsonl",
      "field=body", "skipBad=true",
    ] {
      let other = try bench.arm("other", descriptor, ["steps=2", edit])
      let error = #expect(throws: TrainerError.self) {
        try Experiment([first, other], registry: bench.registry, folder: folder, threads: 1, version: "test")
      }
      let text = "\(error.map { "\($0)" } ?? "")"
      #expect(text.contains("recipe.\(edit.prefix { $0 != "=" })") && text.contains("other"), "\(text)")
    }
    #expect(throws: TrainerError.self) {
      try Experiment([], registry: bench.registry, folder: folder, threads: 1, version: "test")
    }
  }
}
