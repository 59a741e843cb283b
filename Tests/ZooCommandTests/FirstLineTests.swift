import Foundation
import TestSupport
import Testing

/// What takes long says so from its first moment on.
@Suite struct FirstLineTests {
  /// Reading the text and planning come before the certificate, and may take longer than the training.
  @Test(arguments: [
    ["ablate", "m.json5", "--swap", "block.norm=rms", "--out", "a"],
    ["compare", "m.json5", "tiny/bert", "--out", "a"],
  ]) func theFirstLineComesBeforeAnythingIsRead(_ line: [String]) throws {
    try AdvisedCommand.inFolder { folder in
      let outcome = try ZooProcess.run(line + ["--data", "text.txt"] + AdvisedCommand.short, in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.errors.hasPrefix("preparing 2 runs in a\n"), "\(outcome.errors)")
      let goneOn = try ZooProcess.run(["compare", "--resume", "a"], in: folder)
      #expect(goneOn.errors.hasPrefix("preparing 2 runs in a\n"), "\(goneOn.errors)")
    }
  }
}
