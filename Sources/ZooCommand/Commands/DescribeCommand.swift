import CommandLineKit
import Settings
import Training
import Zoo

extension Command {
  /// `zoo describe`: a model before it is trained.
  static let describe = Command(
    name: "describe",
    summary: "show a model's components, shapes, parameters, FLOPs and memory before training",
    discussion: """
      Builds the model and runs one training step on shapes only, without data. Parameter counts are exact, executed \
      FLOPs are counted at each matrix product, and the peak of the memory pool is exact to the byte.

      A model is a preset (zoo list presets), a descriptor file (.json5), or a run.
      """,
    examples: [
      Example("zoo describe gpt-4x128", "the component tree with parameters, FLOPs and memory"),
      Example(
        "zoo describe gpt-4x128 --set block.norm=rms --batch 8", "the same with RMS norm, at batch 8"),
      Example("zoo describe bert --diff gpt", "what differs between two models"),
    ],
    positionals: [Positional("model", help: "a preset, a descriptor file or a run; see zoo list")],
    options: [
      RecipeOptions.set,
      .value("diff", .text, as: "model", help: "show only the differences from this model", group: "Model"),
      .value("recipe", .text, as: "file", help: "a recipe file (JSON5)", group: "Training"),
      .value(
        "data", .text, as: "path", help: "train the tokenizer on this text, for an exact vocabulary size",
        repeatable: true, group: "Training"),
      .value("batch", .integer(1...65_536), help: "sequences per micro-batch", group: "Training"),
    ] + RecipeOptions.reading + [
      RecipeOptions.threads, .flag("json", help: "print JSON for a script"),
    ]
  ) { arguments in
    let workplace = try Workplace(arguments)
    let console = arguments.console
    let name = arguments.positional("model") ?? ""
    let (left, recipe) = try SettingsError.both {
      try workplace.describedModel(name, arguments, isEdited: true)
    } _: {
      try RecipeOptions.recipe(arguments, workplace.registry)
    }
    let described = try workplace.description(left, recipe, arguments)
    if let other = arguments.option("diff") {
      let right = try workplace.describedModel(other, arguments, isEdited: false)
      let difference = DescriptionDifference(
        described, try workplace.description(right, recipe, arguments),
        settings: diff(left.settings, right.settings))
      return arguments.flag("json") ? try console.json(difference) : difference.show(on: console)
    }
    if arguments.flag("json") { return try console.json(described) }
    described.show(summary: left.node["summary"]?.text, on: console)
  }
}

extension Workplace {
  /// The model of a preset, a file or a run; edits of `--set` apply to the first model of a command only.
  fileprivate func describedModel(
    _ name: String, _ arguments: ParsedArguments, isEdited: Bool
  ) throws -> ModelDescriptor {
    let sets = isEdited ? arguments.options("set").filter { !$0.hasPrefix(RecipeOptions.prefix) } : []
    do {
      return try SettingSearch.completing(registry) {
        try registry.descriptor(preset: name, sets: sets, from: presets)
      }
    } catch {
      // No preset of that name: perhaps a run. When it is neither, the presets' error is the better help.
      guard let checkpoint = try? model(name, arguments.console).checkpoint else { throw error }
      let trained = try registry.descriptor(of: checkpoint)
      return sets.isEmpty
        ? trained
        : try SettingSearch.completing(registry) {
          try registry.resolve(trained.node, name: trained.name, sets: sets)
        }
    }
  }

  fileprivate func description(
    _ descriptor: ModelDescriptor, _ recipe: Recipe, _ arguments: ParsedArguments
  ) throws -> ModelDescription {
    let data =
      arguments.options("data").isEmpty
      ? nil
      : try TrainingData(
        try TrainingData.source(for: recipe, registry, input: .live), settings: descriptor.tokenizer,
        registry: registry)
    return try ModelDescription(descriptor, recipe, data: data, registry: registry, threads: threads)
  }
}
