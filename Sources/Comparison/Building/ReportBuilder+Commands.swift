import Experiments
import Inference
import Reporting
import Text
import Training
import Wording

/// Commands that a report suggests.
extension ReportBuilder {
  /// A command line of the program, quoted for the shell.
  func command(_ name: String, _ words: [String]) -> String {
    ShellCommand(words: [name] + words).description
  }

  /// A comparison of two arms, of which the second has another setting, on the same text and of the same length.
  func comparison(of first: ArmResult, _ second: ArmResult, with setting: String) -> String {
    command(
      "compare",
      [words(first), "\(words(second)) \(setting)"] + lengthOptions([first, second])
        + Self.textOptions(first.plan.recipe))
  }

  /// What a command line says of an arm.
  private func words(_ arm: ArmResult) -> String { arm.plan.words ?? arm.plan.descriptor.name }

  /// The length of training as options; that of the longer one where arms were matched.
  private func lengthOptions(_ trained: [ArmResult]) -> [String] {
    guard let steps = trained.map(\.record.state.totalSteps).max(), steps > 0 else { return [] }
    return ["--steps", "\(steps)"]
  }

  /// The text of a recipe and how it is read, as options: what belongs to one of several texts stands behind it.
  static func textOptions(_ recipe: Recipe) -> [String] {
    guard let paths = recipe.data else { return [] }
    let (reading, weights) = (recipe.reading, recipe.weights)
    var options: [String] = []
    for (index, path) in paths.enumerated() {
      options += ["--data", path]
      if index < reading.fields.count { options += ["--field", reading.fields[index]] }
      if index < weights.count { options += ["--weight", Number.plain(weights[index])] }
    }
    if reading.fields.isEmpty, reading.field != DataReading.defaultField {
      options += ["--field", reading.field]
    }
    if reading.format != .auto { options += ["--format", reading.format.rawValue] }
    return options + (reading.skipsBad ? ["--skip-bad"] : [])
  }
}
