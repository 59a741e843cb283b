import Foundation
import TestSupport
import Testing

/// Words of a command line that are in the wrong place, or twice: the error says how they are written.
@Suite struct MisplacedWordsTests {
  /// A command line, and the names, figures and advice in its error.
  struct Mistake: Sendable {
    let line: [String]
    let said: [String]
    /// A command line as it is advised.
    var followed: [String]?
  }

  static let mistakes: [Mistake] = [
    // What follows the @ of a run.
    .init(
      line: ["eval", "run@"], said: ["run@", "@", "run@best, run@STEP"],
      followed: ["eval", "run@best"]),
    .init(
      line: ["eval", "runs/run@foo"],
      said: ["runs/run@foo: \"foo\"", "runs/run@best, runs/run@STEP"],
      followed: ["eval", "runs/run"]),
    .init(line: ["compare", "run@-1", "run"], said: ["\"-1\""]),
    .init(line: ["generate", "comparison@last"], said: ["\"last\""]),
    .init(line: ["embed", "run@8.5", "a"], said: ["\"8.5\""]),
    .init(
      line: ["score", "run", "runs/run@x"], said: ["\"x\""]),
    .init(line: ["describe", "run@"], said: ["no such model"]),
    .init(
      line: ["figure", "curves", "run@best", "--out", "x.svg"],
      said: ["run@best", "runs/run"],
      followed: ["figure", "curves", "runs/run", "--out", "x.svg"]),
    .init(line: ["train", "--resume", "run@8"], said: ["runs/run"]),
    // Files of text.
    .init(
      line: ["finetune", "run", "comparison", "labels.tsv"],
      said: ["--data labels.tsv"]),
    .init(
      line: ["eval", "run", "text.txt"], said: ["--data text.txt"],
      followed: ["eval", "run", "--data", "text.txt"]),
    .init(line: ["compare", "tiny/bert", "tiny/gpt", "text.txt"], said: ["--data text.txt"]),
    .init(
      line: ["train", "tiny/gpt", "text.txt"],
      said: ["\"text.txt\""]),
    .init(line: ["ablate", "tiny/gpt", "text.txt"], said: ["--data text.txt"]),
    .init(
      line: ["describe", "tiny/gpt", "text.txt"], said: ["--data text.txt"],
      followed: ["describe", "tiny/gpt", "--data", "text.txt"]),
    .init(
      line: ["generate", "run", "the dog"], said: ["--prompt 'the dog'"],
      followed: ["generate", "run", "--prompt", "the dog"]),
    // The same twice.
    .init(line: ["eval", "run", "run"], said: ["run", "twice"]),
    .init(
      line: ["eval", "comparison", "comparison/bert"],
      said: ["comparison/bert", "runs/comparison/bert", "twice"]),
    .init(line: ["compare", "run", "runs/run"], said: ["runs/run", "twice"]),
    .init(
      line: ["eval", "run", "--with", "likelihood", "--with", "likelihood"],
      said: ["--with", "twice"]),
    .init(
      line: ["eval", "run", "--with", "likelihood", "--with", "{ type: 'likelihood', windows: 64 }"],
      said: ["--with", "twice"]),
    .init(
      line: ["finetune", "run", "--learning-rate", "1e-3", "--learning-rate", "0.001"],
      said: ["--learning-rate 0.001", "twice"]),
    .init(
      line: ["train", "tiny/gpt", "--data", "a b", "--data", "a b"], said: ["--data 'a b'", "twice"]),
    .init(
      line: ["train", "tiny/gpt", "--set", "width=8", "--set", "width=8"],
      said: ["--set width=8", "twice"]),
    .init(
      line: ["ablate", "tiny/gpt", "--swap", "width=8", "--swap", "width=8"],
      said: ["--swap width=8", "twice"]),
    // Commas between changes.
    .init(
      line: ["ablate", "tiny/gpt", "--swap", "block.norm=rms,layer"],
      said: ["--swap block.norm=rms --swap block.norm=layer", "--axis block.norm=rms,layer"]),
    .init(
      line: ["ablate", "tiny/gpt", "--swap", "block.norm=rms, position=none"],
      said: ["--swap block.norm=rms --swap position=none"]),
    .init(
      line: ["ablate", "tiny/gpt", "--swap", "position=none,"],
      said: ["--swap position=none"]),
    .init(
      line: ["describe", "tiny/gpt", "--set", "width=64,layers=2"],
      said: ["--set width=64 --set layers=2?"],
      followed: ["describe", "tiny/gpt", "--set", "width=64", "--set", "layers=2"]),
    .init(
      line: ["train", "tiny/gpt", "--set", "recipe.batch=2,steps=3"],
      said: ["--set recipe.batch=2 --set recipe.steps=3?"]),
  ]

  @Test(arguments: mistakes.indices) func itIsSaidHowItIsWritten(_ index: Int) throws {
    let mistake = Self.mistakes[index]
    try AdvisedCommand.inFolder { folder in
      try Data("text\tlabel\na\t1\n".utf8).write(to: folder.appending(path: "labels.tsv"))
      let outcome = try ZooProcess.run(mistake.line, in: folder)
      #expect(
        outcome.status != 0 && mistake.said.allSatisfy(outcome.errors.contains),
        "\(mistake.line): \(outcome.errors)")
      guard let followed = mistake.followed else { return }
      let right = try ZooProcess.run(followed, in: folder)
      #expect(right.status == 0, "\(followed): \(right.errors)")
    }
  }

  /// What is no mistake: the newest checkpoint beside the same by its step, one evaluation with two settings, a comma
  /// inside a value.
  @Test func whatDiffersIsNotTheSame() throws {
    try AdvisedCommand.inFolder { folder in
      let steps = try ZooProcess.run(["eval", "run", "run@8"], in: folder)
      #expect(steps.status == 0 && steps.output.contains("run@8"))
      let settings = try ZooProcess.run(
        ["eval", "run", "--with", "likelihood", "--with", "{ type: 'likelihood', windows: 1 }"], in: folder)
      #expect(settings.status == 0, "\(settings.errors)")
      // Each is shown once, under a heading that tells them apart.
      #expect(settings.output.components(separatedBy: "bits per byte").count == 3)
      #expect(settings.output.contains("windows 1"))
      let value = try ZooProcess.run(
        ["describe", "tiny/gpt", "--set", "block.norm={ type: 'rms', epsilon: 1e-5 }"], in: folder)
      #expect(value.status == 0, "\(value.errors)")
    }
  }

  @Test func anotherTextIsNamedBesideTheModelsOwn() throws {
    try AdvisedCommand.inFolder { folder in
      let text = try String(contentsOf: folder.appending(path: "text.txt"), encoding: .utf8)
      try Data((text + text).utf8).write(to: folder.appending(path: "other.txt"))
      try Data(text.utf8).write(to: folder.appending(path: "same.txt"))
      let remark = "scored on the held-out part of other.txt, trained on text.txt"
      for more in [[], ["--with", "likelihood"]] {
        let other = try ZooProcess.run(["eval", "run", "--data", "other.txt"] + more, in: folder)
        #expect(other.status == 0 && other.output.contains(remark), "\(other.errors)")
        let same = try ZooProcess.run(["eval", "run", "--data", "same.txt"] + more, in: folder)
        #expect(same.status == 0 && !same.output.contains("scored on "), "\(same.output)")
        let own = try ZooProcess.run(["eval", "run"] + more, in: folder)
        #expect(own.status == 0 && !own.output.contains("scored on "))
        let json = try ZooProcess.run(["eval", "run", "--data", "other.txt", "--json"] + more, in: folder)
        #expect(json.errors.contains(remark) && !json.output.contains("scored on "))
      }
      let embedded = try ZooProcess.run(["embed", "comparison/bert", "text.txt"], in: folder)
      #expect(embedded.status == 0 && embedded.errors.contains("read by --lines text.txt"))
    }
  }

  /// No error, warning or result names a file below the current folder by its absolute path.
  @Test func pathsAreRelativeToTheCurrentFolder() throws {
    try AdvisedCommand.inFolder { folder in
      func damage(_ path: String, _ text: String) throws {
        try Data(text.utf8).write(to: folder.appending(path: path))
      }
      // The folder is a link's target on some machines: what a process prints is the physical path.
      let physical = URL(fileURLWithPath: folder.path).resolvingSymlinksInPath().path
      func expectRelative(_ line: [String]) throws {
        let outcome = try ZooProcess.run(line, in: folder)
        let said = outcome.output + outcome.errors
        #expect(!said.contains(physical) && !said.contains(folder.path), "\(line): \(said)")
      }
      let whole = folder.path
      try damage("bad.json5", "{ widht: }")
      for line in [
        ["runs"], ["heads", "run", "text.txt"], ["eval", "text.txt"], ["eval", "\(whole)/runs/run@7"],
        ["eval", "\(whole)/runs/none"], ["train", "tiny/gpt", "--out", "\(whole)/text.txt"],
        ["train", "tiny/gpt", "--out", "\(whole)/none/x"],
        ["train", "tiny/gpt", "--data", "\(whole)/no.txt"],
        ["train", "--resume", "\(whole)/runs/run"], ["compare", "--resume", "\(whole)/runs/run"],
        ["compare", "--resume", "\(whole)/runs/nothing"], ["heads", "run", "--csv", "\(whole)/none/x.csv"],
        ["heads", "run", "--pictures", "\(whole)/text.txt"], ["list", "--plugin", "\(whole)/text.txt"],
        ["plugin", "build", "\(whole)/none"], ["score", "run", "\(whole)/no.jsonl"],
        ["embed", "run", "--lines", "\(whole)/no.txt"], ["train", "\(whole)/no.json5"],
        ["train", "\(whole)/bad.json5"], ["train", "tiny/gpt", "--recipe", "\(whole)/bad.json5"],
      ] { try expectRelative(line) }
      try damage("runs/run/metrics.jsonl", "{\n")
      try expectRelative(["train", "--resume", "run", "--steps", "9"])
      try damage("runs/run/run.json", "{")
      for line in [["eval", "run"], ["runs"], ["train", "--resume", "run"]] { try expectRelative(line) }
      for file in try FileManager.default.contentsOfDirectory(
        atPath: folder.appending(path: "runs/comparison/gpt/checkpoints").path)
      { try damage("runs/comparison/gpt/checkpoints/\(file)", "damaged") }
      for line in [["eval", "comparison/gpt"], ["compare", "comparison"], ["generate", "comparison"]] {
        try expectRelative(line)
      }
    }
  }
}
