import Settings
import Transformer
import Wording
import Zoo

/// A class that a model may be written as, with what it lacks.
struct ExportCandidate {
  let family: HubFamily
  let hubClass: HubClass
  private(set) var configuration: Node
  private(set) var conversions: [(conversion: TensorConversion, prefix: String)] = []
  /// What the class cannot express, part by part.
  private(set) var obstacles: [String] = []
  /// Whether the class has a model of these sizes at all, so that its settings could be compared.
  private(set) var isComparable = true
  /// Settings of the nearest model that the class has, where they are others, as `path=value`.
  private(set) var edits: [String] = []

  init(
    _ family: HubFamily, _ hubClass: HubClass, _ descriptor: ModelDescriptor, _ parameters: ParameterStore,
    head: [Parameter] = [], _ registry: Registry
  ) {
    (self.family, self.hubClass) = (family, hubClass)
    var model = DescriptorDraft(node: descriptor.settings.node(typeKey: "architecture")).withPlainWindows
    var written = family.configuration(of: model, as: hubClass)
    if written.members.contains(where: { $0.value == "auto" }) {
      // A family without a word for a width that follows from another has its number.
      model = model.withWidths(of: parameters)
      written = family.configuration(of: model, as: hubClass)
    }
    configuration = written
    let rules = family.rules(hubClass, model)
    for parameter in parameters.all + head {
      if let (conversion, isTrunk) = TensorConversion.of(parameter, rules) {
        conversions.append((conversion, isTrunk ? hubClass.prefix : ""))
      } else {
        obstacles.append("it has no tensor for \(parameter.name)")
      }
    }
    let names = Set(conversions.flatMap { $0.conversion.pieces.map(\.name) })
    do {
      let config = try HubConfiguration(configuration, file: HubConfiguration.name)
      var draft = try family.draft(FamilyReading(config: config, hubClass: hubClass) { names.contains($0) })
      draft.takeEqualRotation(of: model)
      let back = try registry.resolve(draft.node, name: descriptor.name)
      let ours = try registry.resolve(model.node, name: descriptor.name)
      let differences = diff(ours.settings, back.settings).filter { !Self.isOutside($0.path) }
      obstacles += differences.map(Self.words)
      edits = differences.compactMap { difference in
        difference.right.map { difference.path.replacing("blocks.*.", with: "block.") + "=" + $0 }
      }
    } catch let error as SettingsError {
      isComparable = false
      obstacles += error.problems.map { problem in
        // Where the family's own table says it is nothing for users.
        var problem = problem
        problem.place = nil
        return "\(problem)"
      }
    } catch {
      isComparable = false
      obstacles.append("\(error)")
    }
  }

  /// The one that lacks least; of several, the one of the family that the model came from.
  static func nearest(_ candidates: [Self], to checkpoint: ModelFile.OpenCheckpoint) -> Self? {
    let origin = checkpoint.record.imported?.family
    func rank(_ one: Self) -> (Int, Int, Int) {
      (one.isComparable ? 0 : 1, one.obstacles.count, one.family.modelType == origin ? 0 : 1)
    }
    return candidates.min { rank($0) < rank($1) }
  }

  /// The same with what its configuration says of a head.
  func with(_ keys: [(key: String, value: Node)]) -> Self {
    var result = self
    for (key, value) in keys { result.configuration[key] = value }
    return result
  }

  /// A setting that differs; one that only one of the two has is named with its side.
  private static func words(_ difference: SettingDifference) -> String {
    switch (difference.left, difference.right) {
    case (let left?, let right?): "\(difference.path) is \(left) here and \(right) in it"
    case (let left?, nil): "\(difference.path) exists only here (\(left))"
    case (nil, let right): "\(difference.path) exists only there (\(right ?? "set"))"
    }
  }

  /// Settings that change nothing in what a trained model computes.
  private static func isOutside(_ path: String) -> Bool {
    ["tokenizer", "initialisation"].contains { path == $0 || path.hasPrefix($0 + ".") }
  }
}

extension DescriptorDraft {
  /// Shares of a head by which the same channels rotate are one.
  fileprivate mutating func takeEqualRotation(of model: DescriptorDraft) {
    let key = "position.fraction"
    let shares = [self, model].compactMap { $0[key]?.number }
    guard shares.count == 2, headWidth == model.headWidth else { return }
    let channels = shares.map { rotatedChannels(ofHead: headWidth, fraction: $0) }
    if channels[0] == channels[1] { self[key] = model[key] }
  }

  /// The same model with the width of each feed-forward layer as a number.
  fileprivate func withWidths(of parameters: ParameterStore) -> DescriptorDraft {
    var result = self
    result.node["blocks"] = node["blocks"]?.elements.map { blocks in
      Node(
        .list(
          blocks.enumerated().map { index, block in
            var block = DescriptorDraft(node: block)
            let path = "feedForward.output.weight"
            // Layers may share the parameters of the first.
            let map = parameters["blocks.\(index).\(path)"] ?? parameters["blocks.0.\(path)"]
            guard block["feedForward.hidden"] == "auto", let map else { return block.node }
            block["feedForward.hidden"] = Node(.integer(map.tensor.shape.width))
            return block.node
          }))
    }
    return result
  }
}

/// A change of settings that makes a model one that a class has.
struct ExportChange {
  /// The edits, `path=value`.
  let edits: [String]
  /// The class.
  let className: String

  /// The edits as options of `train`.
  var options: String {
    edits.map { "--set " + ShellCommand.quoted($0) }.joined(separator: " ")
  }

  /// The change with the fewest edits. It was tried: the changed model has a class.
  ///
  /// - Parameters:
  ///   - descriptor: a model that no class has.
  ///   - candidates: what each class lacks for it.
  ///   - registry: holds the components.
  /// - Returns: nil where no class is near.
  static func smallest(
    for descriptor: ModelDescriptor, among candidates: [ExportCandidate], _ registry: Registry
  ) -> ExportChange? {
    // Another head predicts something else, and another architecture is another model.
    let fixed = ["architecture", "vocabulary", "mask", "head"]
    let near = candidates.filter { candidate in
      !candidate.edits.isEmpty
        && !candidate.edits.contains { edit in fixed.contains { edit.hasPrefix($0 + "=") } }
    }
    .sorted { $0.edits.count < $1.edits.count }
    return near.prefix(6).compactMap { candidate in
      func suffices(_ edits: [String]) -> Bool {
        guard
          let changed = try? registry.resolve(
            descriptor.settings.node(typeKey: "architecture"), name: descriptor.name, sets: edits),
          let parameters = try? HubImport.parameters(of: changed, registry)
        else { return false }
        return ExportCandidate(candidate.family, candidate.hubClass, changed, parameters, registry)
          .obstacles.isEmpty
      }
      guard suffices(candidate.edits) else { return nil }
      // Many follow from the others: a norm of another kind brings its own epsilon.
      let edits = candidate.edits.reversed().reduce(candidate.edits) { edits, edit in
        let fewer = edits.filter { $0 != edit }
        return suffices(fewer) ? fewer : edits
      }
      return ExportChange(edits: edits, className: candidate.hubClass.name)
    }
    .min { $0.edits.count < $1.edits.count }
  }
}
