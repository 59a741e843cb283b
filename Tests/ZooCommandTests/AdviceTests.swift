import Foundation
import Installed
import Settings
import Tensors
import TestSupport
import Testing
import Training
import Zoo

@testable import CommandLineKit
@testable import ZooCommand

/// What is advised works when it is typed.
@Suite struct AdviceTests {
  /// Commands that are wrong, and what their error says to do.
  static let wrong: [(line: [String], advice: String)] = [
    (["generate", "gpt2", "--prompt", "x"], "train it first with: ./zoo train gpt2"),
    (["fill", "bert-base", "x[MASK]"], "train it first with: ./zoo train bert-base"),
    (["train"], "see the models with: ./zoo list presets"),
    (["list", "xyzzyxyzzy"], "all names: ./zoo list"),
    (["train", "gpt", "--lr", "1e-3"], "--set recipe.optimiser.learningRate=1e-3"),
    (["train", "gpt", "--learning-rate=1e-3"], "--set recipe.optimiser.learningRate=1e-3"),
    (["compare", "bert", "gpt", "--position", "rotary"], "--set position=rotary"),
    (["describe", "gpt", "--weight-decay", "0"], "--set recipe.optimiser.decay=0"),
    (["figure", "curves", "--out", "x.svg"], "see them with: ./zoo runs"),
  ]

  /// An option that has nothing to say something about is no option that is ignored.
  @Test(arguments: [
    (["train", "gpt", "--field", "body"], "--data FILE"),
    (["describe", "gpt", "--format", "csv"], "--data FILE"),
  ])
  func anOptionWithoutItsObjectIsRefused(_ line: [String], _ said: String) {
    let (console, _, errors) = Console.captured(width: 200)
    #expect(ZooProgram.program.run(line, on: console) == 2)
    #expect(errors.text.contains(said), "\(errors.text)")
  }

  /// A model alone is no comparison, and no suite that was mistyped.
  @Test(arguments: ["gpt", "bert", "gpt-4x128"]) func aSingleModelIsNoSuite(_ model: String) {
    let outcome = zoo("compare", model)
    let other = model == "bert" ? "gpt" : "bert"
    #expect(outcome.code == 2 && outcome.errors.contains("such as \(model) \(other), or a suite"))
    #expect(!outcome.errors.contains("did you mean"))
  }

  @Test(arguments: wrong) func anErrorSaysWhatWorks(_ line: [String], _ advice: String) throws {
    let (console, _, errors) = Console.captured(width: 200)
    #expect(ZooProgram.program.run(line, on: console) != 0)
    #expect(errors.text.contains(advice), "\(errors.text)")
    if let command = advice.components(separatedBy: "./zoo ").dropFirst().first {
      try Self.parse(command)
    } else {
      // A setting: it is accepted in the place of the flag that was not.
      let words = advice.split(separator: " ").map(String.init)
      #expect(zoo("describe", "gpt", words[0], words[1]).code == 0)
    }
  }

  /// Edits that name no setting, and the paths that are suggested; each is accepted by `describe`.
  static let unknown: [(edit: String, suggestions: [String])] = [
    ("layrs=3", ["layers"]), ("heads=2", ["block.attention.heads"]), ("blok=transformer", ["block"]),
    ("block.heads=2", ["block.attention.heads"]), ("blocks.0.heads=2", ["blocks.0.attention.heads"]),
    ("block.norm.epsilom=1e-5", ["block.norm.epsilon"]),
    ("learningRate=1e-3", ["recipe.optimiser.learningRate"]),
    ("lr=1e-3", ["recipe.optimiser.learningRate"]),
    ("recipe.learningRate=1e-3", ["recipe.optimiser.learningRate"]),
    ("recipe.optimiser.learningRat=1e-3", ["recipe.optimiser.learningRate"]),
    ("recipe.heads=2", ["block.attention.heads"]), ("recipe.bach=2", ["recipe.batch"]),
  ]

  @Test(arguments: unknown) func aSettingThatIsMeantIsNamedAsItIsTyped(
    _ pair: (edit: String, suggestions: [String])
  ) throws {
    let wrong = zoo("describe", "tiny/gpt", "--set", pair.edit)
    let path = pair.edit.prefix { $0 != "=" }
    #expect(wrong.code == 2 && wrong.errors.contains("--set \(pair.edit): "), "\(wrong.errors)")
    #expect(
      wrong.errors.contains("did you mean \(pair.suggestions.joined(separator: " or "))?"), "\(wrong.errors)")
    for suggestion in pair.suggestions {
      let right = zoo("describe", "tiny/gpt", "--set", suggestion + pair.edit.dropFirst(path.count))
      #expect(right.code == 0, "\(right.errors)")
    }
  }

  /// Every command that takes edits of a recipe names them with their prefix, rules between settings included.
  @Test(arguments: [
    (["train", "tiny/gpt", "--set", "recipe.batch=0"], "--set recipe.batch=0: recipe.batch: "),
    (
      ["compare", "tiny/bert", "tiny/gpt recipe.batch=0"], "--set recipe.batch=0: recipe.batch: "
    ),
    (["ablate", "tiny/gpt", "--swap", "recipe.batch=0"], "--set recipe.batch=0: recipe.batch: "),
    (
      ["train", "tiny/gpt", "--steps", "5", "--set", "recipe.schedule.warmup=6"],
      "--set recipe.schedule.warmup=6: recipe.schedule.warmup: "
    ),
    (
      ["train", "tiny/gpt", "--steps", "5", "--set", "recipe.tokens=6"],
      "--set recipe.tokens=6: recipe.tokens: "
    ),
  ]) func anEditOfARecipeIsNamedWithItsPrefix(_ line: [String], _ words: String) {
    let (console, _, errors) = Console.captured(width: 200)
    #expect(ZooProgram.program.run(line, on: console) == 2)
    #expect(errors.text.contains(words), "\(errors.text)")
  }

  /// A command line is one that the program understands.
  private static func parse(_ line: String) throws {
    let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
    let command = try #require(ZooProgram.program.commands.first { $0.name == words[0] }, "\(line)")
    var parser = CommandLineParser(command, console: Console.captured().console)
    #expect(throws: Never.self) { try parser.parse(Array(words.dropFirst())) }
  }

  @Test func aSettingIsFoundByItsName() {
    let found = zoo("list", "learningRate")
    #expect(found.code == 0 && found.output.contains("recipe.optimiser.learningRate"))
    #expect(
      zoo("list", "learningRate", "--json").output.contains("\"path\" : \"recipe.optimiser.learningRate\""))
    #expect(zoo("list", "layers").output.contains("--set layers=VALUE"))
    #expect(zoo("list", "embedding").code == 0)
  }

  /// A forecast of any size makes no data, says what the machine has, and what would fit.
  @Test func forecastsOfAnySizeAreShownBesideTheMachine() throws {
    let huge = zoo("describe", "tiny/gpt", "--batch", "65536", "--set", "context=300000")
    #expect(huge.code == 0 && huge.output.contains("TiB") && huge.errors.contains("does not fit"))
    let small = zoo("describe", "tiny/gpt", "--batch", "2")
    #expect(small.code == 0 && !small.errors.contains("does not fit"))
    #expect(small.output.contains("memory: ") || small.output.contains("cgroup"))
    let train = zoo("train", "bert-base", "--batch", "65536")
    #expect(train.code == 2 && train.errors.contains("the same steps fit with --batch"), "\(train.errors)")
  }

  /// The batch that is advised fits, and makes the same steps.
  @Test func theAdvisedBatchFits() throws {
    let registry = try Registry.standard()
    let open = try registry.descriptor(preset: "gpt", sets: [], from: try Presets.standard())
    let descriptor = try registry.descriptor(open, vocabulary: 300)
    func forecast(_ sets: [String], maxTokens: Int = 1 << 21) throws -> RunForecast {
      try RunForecast.planned(
        descriptor, try Recipe.load(nil, sets: sets, registry: registry), vocabulary: 300, registry: registry,
        threads: 2, maxTokens: maxTokens)
    }
    let whole = try forecast(["batch=64"])
    // Scaled up from two smaller batches it is the same: FLOPs exactly, memory nearly.
    let scaled = try forecast(["batch=64"], maxTokens: 16 * descriptor.context)
    #expect(scaled.step == whole.step)
    #expect(abs(Double(scaled.peakBytes) / Double(whole.peakBytes) - 1) < 0.02)
    let memory = MachineMemory(bytes: whole.peakBytes / 3, limit: .controlGroup)
    let fit = MemoryFit(whole, memory: memory)
    let remedy = try #require(fit.remedy("gpt", whole, batch: 64, accumulation: 2))
    let advised = try #require(remedy.firstMatch(of: #/--batch (\d+) --set recipe.accumulation=(\d+)/#))
    let (batch, accumulation) = (try #require(Int(advised.1)), try #require(Int(advised.2)))
    #expect(batch * accumulation == 128 && batch >= 8 && remedy.contains("cgroup"), "\(remedy)")
    #expect(MemoryFit(try forecast(["batch=\(batch)", "accumulation=\(accumulation)"]), memory: memory).fits)
  }

  @Test func aShareOfThePeakIsAtMostTheWhole() {
    #expect(PeakShare(226, of: 100).percent(digits: 0) == "over 100 %" && PeakShare(226, of: 100).value == 1)
    #expect(PeakShare(61, of: 100).percent(digits: 0) == "61 %")
  }
}
