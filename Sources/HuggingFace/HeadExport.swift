import Settings
import Tensors
import Text
import Training
import Transformer
import Wording
import Zoo

/// Finds the class of `transformers` for a fine-tuned model with its classification head.
struct HeadExport {
  /// A class whose trunk may be the model's.
  private struct Option {
    let classifier: HubClassifier
    let candidate: ExportCandidate
    /// Why the class does not compute the head; nil where it does.
    let mismatch: String?
  }

  private let checkpoint: ModelFile.OpenCheckpoint
  private let registry: Registry
  private let record: ClassifierRecord
  private let trunk: ModelDescriptor
  private let parameters: ParameterStore
  /// The head's parameters, and the pooler's where the head reads it.
  private let head: [Parameter]
  private let scope: String
  /// The path of the model's pooler, where the head reads it.
  private let pooler: String?

  init(_ checkpoint: ModelFile.OpenCheckpoint, _ descriptor: ModelDescriptor, _ registry: Registry) throws {
    (self.checkpoint, self.registry) = (checkpoint, registry)
    record = try ClassifierRecord(of: checkpoint)
    let context = try Context.dry(threads: 1, seed: 1)
    let model = try registry.build(descriptor, in: context, trains: false)
    pooler = record.point.pooling == .pooler ? model.pooler?.path : nil
    // Neither the head for tokens nor a pooler that is not read belongs to the class.
    var node = descriptor.settings.node(typeKey: "architecture")
    node["head"] = "none"
    if node["pooler"] != nil { node["pooler"] = false }
    trunk = try registry.resolve(node, name: descriptor.name)
    parameters = try HubImport.parameters(of: trunk, registry)
    let store = ParameterStore()
    let place = ClassificationHead.scope(in: Scope(context: context, store: store, trains: false))
    _ = try ClassificationHead(
      place, record.options.head, width: descriptor.settings[ModelSettings.width],
      classes: record.labels.count)
    let pooled = pooler.map { path in model.parameters.all.filter { $0.name.hasPrefix(path + ".") } } ?? []
    (head, scope) = (store.all + pooled, place.path)
  }

  /// What the labels are of, as a class gives them.
  private var output: HubClass.Output { record.form == .tagging ? .wordLabels : .textLabels }

  /// The class.
  ///
  /// - Throws: `HubError` that names what the nearest class cannot express, and what it can.
  func candidate() throws -> ExportCandidate {
    let options = try HubExport.families(registry).flatMap { family in
      family.classifiers.filter { $0.output == output }.map { option(family, $0) }
    }
    let usable = options.filter { $0.mismatch == nil }
    if let best = ExportCandidate.nearest(usable.map(\.candidate), to: checkpoint), best.obstacles.isEmpty {
      return best
    }
    let fitting = options.filter { $0.candidate.obstacles.isEmpty }
    let near = ExportCandidate.nearest(
      (fitting.isEmpty ? options : fitting).map(\.candidate), to: checkpoint)
    guard let near, let option = options.first(where: { $0.candidate.hubClass.name == near.hubClass.name })
    else {
      throw HubError(checkpoint.url.path, "no class of transformers gives \(output.rawValue)", suggestion)
    }
    throw refusal(option)
  }

  private func option(_ family: HubFamily, _ classifier: HubClassifier) -> Option {
    let mismatch = mismatch(classifier)
    // Of another head only the trunk is compared.
    let hubClass =
      mismatch == nil
      ? classifier.hubClass(prefix: family.prefix, scope: scope, pooler: pooler)
      : HubClass(name: classifier.name, output: classifier.output, prefix: family.prefix)
    let candidate = ExportCandidate(
      family, hubClass, trunk, parameters, head: mismatch == nil ? head : [], registry)
    return Option(
      classifier: classifier, candidate: candidate.with(classifier.keys + labels),
      mismatch: mismatch ?? need(of: classifier, in: candidate.configuration))
  }

  /// Why a class does not compute the head; nil where it does.
  private func mismatch(_ classifier: HubClassifier) -> String? {
    let (form, pooling) = (record.options.head, record.point.pooling)
    guard classifier.computes(form, pooling) else {
      let poolings = classifier.poolings.map(\.rawValue).joined(separator: " or ")
      return
        "its head is \(classifier.head.rawValue) on pooling \(poolings), the model's is \(form.rawValue) on "
        + "pooling \(pooling.rawValue)"
    }
    let frame = checkpoint.tokenizer.template.frame(startsWithToken: checkpoint.record.startsWithToken)
    if output == .textLabels, pooling == .last, !frame.after.isEmpty {
      return
        "its head reads the last token of the sequence, which is a special token here and not the text's last"
    }
    return nil
  }

  /// A value of the configuration that the class's head needs and the model has not.
  private func need(of classifier: HubClassifier, in configuration: Node) -> String? {
    for (key, needed) in classifier.needs {
      let value = needed.text.flatMap { configuration[$0] } ?? needed
      guard let own = configuration[key], own != value else { continue }
      return "its head needs \(key) \(value.json()), and the model has \(own.json())"
    }
    return nil
  }

  /// The labels, as a configuration names them.
  private var labels: [(key: String, value: Node)] {
    let numbered = record.labels.enumerated()
    let names = numbered.map { Node.Member("\($0)", Node(.text($1))) }
    let numbers = numbered.map { Node.Member($1, Node(.integer($0))) }
    return [("id2label", Node(.object(names))), ("label2id", Node(.object(numbers)))]
      + (output == .textLabels ? [("problem_type", "single_label_classification")] : [])
  }

  private func refusal(_ near: Option) -> HubError {
    let place = checkpoint.url.path
    let name = near.classifier.name
    guard near.candidate.obstacles.isEmpty else {
      return HubError(
        place,
        "no class of transformers for \(output.rawValue) has all parts of this model; the nearest, \(name), lacks: "
          + near.candidate.obstacles.prefix(8).joined(separator: "; "), suggestion)
    }
    let reason = "the nearest class of transformers, \(name), computes another head: "
    // What the class needs beside a pooling and a head no fine-tuning changes.
    guard mismatch(near.classifier) != nil,
      need(of: near.classifier, in: near.candidate.configuration) == nil,
      let start = checkpoint.record.startedFrom
    else { return HubError(place, reason + (near.mismatch ?? ""), suggestion) }
    let (pooling, head) = (near.classifier.poolings[0].rawValue, near.classifier.head.rawValue)
    let again = ShellCommand("finetune", start.run, "--pooling", pooling, "--head", head, "--save", "NEW")
    return HubError(
      place, reason + (near.mismatch ?? ""),
      "fine-tune on the same texts with the head of that class: \(again); \(suggestion)")
  }

  /// What else can be done.
  private var suggestion: String {
    let trunk = try? HubExport(checkpoint, registry: registry, withHead: false)
    let use = "use the run itself with zoo classify"
    return trunk.map { "\(use), or export the model without its head (\($0.className)) with --trunk" } ?? use
  }
}
