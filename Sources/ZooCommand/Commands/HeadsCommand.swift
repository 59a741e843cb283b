import AttentionAnalysis
import CommandLineKit
import Comparison
import Foundation
import Inference
import Settings
import SyntheticCorpus
import Tensors
import Text
import Training
import Transformer
import Wording
import Zoo

extension Command {
  /// `zoo heads`: what every attention head does.
  static let heads = Command(
    name: "heads", summary: "measure the role and the importance of every attention head",
    discussion: """
      Runs the models on held-out sentences of the first run's text and measures where each head attends, which role \
      the rules give it, and by how much the loss rises when its output is set to zero. The heads of an encoder and \
      a decoder with the same tokenizer are matched by similarity.
      """,
    examples: [
      Example(
        "zoo heads runs/bert-gpt-1/bert runs/bert-gpt-1/gpt",
        "a table per model, and the heads that are alike"),
      Example(
        "zoo heads runs/gpt-1 --csv heads.csv --pictures heads", "all numbers as CSV, and all pictures"),
    ],
    positionals: [Positional("run", .text, .repeatedAtLeastOnce, help: TrainedModel.help)],
    options: [
      .value(
        "csv", .text, as: "file",
        help: "write all numbers as comma-separated values; matched heads are written to FILE-matches"),
      .value(
        "pictures", .text, as: "folder",
        help: "write pictures of all heads and of the attention rollout as SVG and PNG"),
      .value("text", .text, help: "the sentence of the pictures; default: a held-out sentence"),
      .value(
        "windows", .integer(2...1_000_000), default: "128",
        help: "number of held-out windows for measuring importance"),
      OutputFile.force, RecipeOptions.threads, .flag("json", help: "print JSON for a script"),
    ]
  ) { arguments in
    let isForced = arguments.flag("force")
    let table = try arguments.option("csv").map {
      try OutputFile($0, .heads, option: "csv", isForced: isForced)
    }
    let matches = try arguments.option("csv").map {
      try OutputFile(HeadsJob.besides($0), .headMatches, option: "csv", isForced: isForced)
    }
    if let folder = arguments.option("pictures") { try OutputFile.checkFolder(folder, option: "pictures") }
    let job = try HeadsJob(arguments)
    let line = PhaseLine(arguments.console)
    line.begin("measuring heads")
    defer { line.end() }
    guard let heads = try job.atlas.make() else {
      throw TrainerError(
        place: arguments.positional("run") ?? "",
        reason: "its held-out text has no lines of six tokens to read",
        suggestion: "name a run on a longer text")
    }
    // What was found is shown before it is written: a full disk does not take it away.
    line.end()
    if arguments.flag("json") {
      try arguments.console.json(heads)
    } else {
      job.show(heads, on: arguments.console)
    }
    try table?.write(Data(HeadTable.csv(heads, names: job.names).utf8))
    if !heads.matches.isEmpty { try matches?.write(Data(HeadTable.matches(heads, names: job.names).utf8)) }
    if let folder = arguments.option("pictures") {
      try job.draw(heads, in: folder, isForced: isForced, arguments.console)
    }
  }
}

/// Loads the runs of `zoo heads`, and shows and writes what was found.
private struct HeadsJob {
  let names: [String]
  let atlas: HeadAtlas

  init(_ arguments: ParsedArguments) throws {
    let workplace = try Workplace(arguments)
    var subjects: [HeadAtlas.Subject] = []
    var names: [String] = []
    var embedded: GeneratedCorpus?
    var text: (source: TextSource, items: [VerbItem])?
    for (index, model) in try workplace.models(arguments.positionals("run"), arguments.console).enumerated() {
      let checkpoint = model.checkpoint
      let recipe = try Recipe.of(checkpoint, registry: workplace.registry)
      let corpus = recipe.data == nil ? embedded ?? GeneratedCorpus.make() : nil
      embedded = embedded ?? corpus
      let source = try RunText(of: model.record) {
        try corpus?.source ?? TrainingData.source(for: $0, workplace.registry)
      }
      .source(recipe, advice: RunText.restoreAdvice(), workplace.registry)
      text = text ?? (source, corpus?.items ?? [])
      let trained = try LoadedModel(
        checkpoint, registry: workplace.registry, context: try workplace.context())
      try trained.expectAttention()
      subjects.append(
        try HeadAtlas.Subject(
          arm: index, trained, recipe: recipe, step: checkpoint.record.step,
          windows: arguments.integer("windows") ?? 128, folder: model.folder, source: source,
          registry: workplace.registry
        ) {
          try workplace.untrained(like: trained, named: model.name, seed: recipe.seed)
        })
      names.append(model.name)
    }
    self.names = names
    let shown = arguments.option("text") ?? Self.sentence(text?.source, subjects)
    if arguments.option("text") != nil, let shown,
      let subject = subjects.first(where: { !$0.trained.fits(shown) })
    {
      throw InferenceError(
        "the text of --text is longer than \(names[subject.arm]) reads: "
          + "\(subject.trained.descriptor.context) tokens")
    }
    atlas = HeadAtlas(
      subjects, source: text?.source ?? TextSource(name: "", train: [], heldOut: [], startsAtLines: true),
      items: text?.items ?? [], shown: shown)
  }

  /// The first held-out line that is read, cut between words until every model reads it and its pictures are not
  /// too large; nil where none is short enough.
  private static func sentence(_ source: TextSource?, _ subjects: [HeadAtlas.Subject]) -> String? {
    let room = subjects.map { $0.trained.descriptor.context - $0.trained.input([Int32]()).count }.min() ?? 0
    guard let source, let first = subjects.first,
      var line = AtlasSentences.choose(source, first.trained.tokenizer, room: room).first?
        .trimmingCharacters(in: .newlines)
    else { return nil }
    while !line.isEmpty, !subjects.allSatisfy({ isDrawn(line, by: $0.trained) }) {
      guard let space = line.lastIndex(of: " ") else { return nil }
      line = String(line[..<space])
    }
    return line.isEmpty ? nil : line
  }

  /// Whether a model reads a text and all of its heads make a picture that is kept.
  private static func isDrawn(_ text: String, by model: LoadedModel) -> Bool {
    let tokens = model.input(model.tokenizer.encodePrompt(text)).count
    return model.fits(text) && heads(model) * tokens * tokens <= HeadAtlas.maxPictureBytes
  }

  /// Heads of all layers, those of the layer that has most in each.
  private static func heads(_ model: LoadedModel) -> Int {
    let heads = AttentionSettings.headCounts(of: model.descriptor.settings)
    return heads.count * (heads.max() ?? 1)
  }

  /// Tables: every head of every trained model, then the matches.
  func show(_ heads: HeadResults, on console: Console) {
    for model in heads.models {
      guard let trained = model.states.last else { continue }
      console.heading("\(names[model.arm]), \(model.title(of: trained))")
      var table = Table(
        [Table.Column("head"), Table.Column("role"), Table.Column("importance", .right)]
          + HeadTable.headings.map { Table.Column($0, .right) })
      for head in trained.heads {
        table.add(
          [HeadTable.name(head.place), head.role.rawValue]
            + [head.importance.map { Format.fixed($0.value, 4) } ?? "—"]
            + HeadTable.values(head).map { $0.map { Format.fixed($0, 2) } ?? "—" })
      }
      console.table(table)
      console.line("importance: \(model.unit), on \(heads.windows) held-out windows")
      for reason in model.unread ?? [] { console.warning("an earlier checkpoint is left out: \(reason)") }
    }
    for match in heads.matches { show(match, on: console) }
  }

  private func show(_ match: HeadResults.Match, on console: Console) {
    let (encoder, decoder) = (names[match.encoder], names[match.decoder])
    console.heading("Matching heads of \(encoder) and \(decoder)")
    var table = Table([
      Table.Column(encoder), Table.Column(decoder), Table.Column("similarity", .right),
      Table.Column("other sentences", .right), Table.Column("above of draws", .right),
      Table.Column("untrained \(decoder)", .right),
    ])
    for pair in match.pairs.sorted(by: { $0.similarity > $1.similarity }) {
      func number(_ value: Double?) -> String { value.map { Format.fixed($0, 3) } ?? "—" }
      table.add(
        HeadTable.name(pair.encoder), HeadTable.name(pair.decoder), number(pair.similarity),
        number(pair.shuffled), pair.quantile.map { Format.percent($0, 0) } ?? "—",
        number(pair.untrained))
    }
    console.table(table)
    let below = match.shuffled.count { $0 < match.similarity }
    console.line(
      "mean \(Format.fixed(match.similarity, 3)), above \(below) of \(match.shuffled.count) draws of other "
        + "sentences")
  }

  /// The file of the matches beside that of the heads: `heads.csv` has `heads-matches.csv`.
  static func besides(_ path: String) -> String {
    let file = URL(fileURLWithPath: path)
    let name = file.deletingPathExtension().lastPathComponent + "-matches"
    let folder = FilePath.folder(path)
    let other = file.pathExtension.isEmpty ? name : name + "." + file.pathExtension
    return (folder as NSString).appendingPathComponent(other)
  }

  /// All heads and the rollout of every model, as SVG and PNG with titles, axes and scale; without the program that
  /// makes PNG files of SVG files, those are the heads alone.
  ///
  /// - Throws: `TrainerError` when there is nothing to draw or a file cannot be written.
  func draw(_ heads: HeadResults, in path: String, isForced: Bool, _ console: Console) throws {
    let folder = try OutputFile.makeFolder(path, option: "pictures")
    let converter = FigureFile.converter(ProcessInfo.processInfo.environment)
    var written = 0
    func write(_ picture: AttentionPicture, _ caption: String, _ title: String, to name: String) throws {
      let file = folder.appending(path: name).path
      let figure = Figure.attention(
        [Figure.AttentionState(caption: caption, picture: picture)], head: nil, title: title,
        subtitle: "“\(picture.tokens.joined(separator: " "))”")
      try OutputFile(file + ".svg", .svg, option: "pictures", isForced: isForced).write(Data(figure.svg.utf8))
      if converter != nil {
        try FigureFile(file + ".png", option: "pictures", isForced: isForced).write(figure.svg)
      } else {
        try OutputFile(file + ".png", .png, option: "pictures", isForced: isForced)
          .write(AttentionSVG.gridPNG(picture))
      }
      written += 1
    }
    let files = FolderName.distinct(names)
    for model in heads.models {
      let (name, file) = (names[model.arm], files[model.arm])
      for state in model.states {
        guard let picture = state.picture else { continue }
        try write(
          picture, "\(name), \(model.title(of: state))", "Attention of all heads",
          to: "\(file)-step-\(state.step)")
      }
      if let rollout = model.rollout {
        try write(rollout, "\(name), trained", "Attention rollout", to: "\(file)-rollout")
      }
    }
    guard written > 0 else {
      throw TrainerError(
        place: path,
        reason: "no picture was written: no held-out line is short enough for all heads of the models",
        suggestion: "give a short sentence with --text")
    }
    if converter == nil {
      console.note(
        "PNG files have no labels without rsvg-convert; install it with: apt-get install librsvg2-bin")
    }
  }
}
