import Foundation
import Settings
import Transformer
import Zoo

/// A folder in Hugging Face's layout, recognised: the family and the class of its model, and the descriptor of ours.
struct HubFolder {
  /// The folder.
  let url: URL
  /// Its configuration.
  let config: HubConfiguration
  /// Its tensors.
  let weights: HubWeights
  /// The family.
  let family: HubFamily
  /// The class that is imported.
  let hubClass: HubClass
  /// Finds tensors by the class's names.
  let names: TensorNames
  /// What is wrong with the configuration, and whether the descriptor's tree is complete in spite of that.
  private let problems: [Problem]
  private let isComplete: Bool
  /// The configuration's keys by the paths of the descriptor's tree that come from them.
  private let keys: [String: String]
  /// The descriptor's tree.
  private(set) var draft: DescriptorDraft
  /// What is worth knowing of how it was read.
  private(set) var notes: [ImportNote] = []

  /// Recognises a folder.
  ///
  /// - Throws: `HubError`; `SettingsError`.
  init(_ url: URL, registry: Registry) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder), isFolder.boolValue else {
      let isFile = FileManager.default.fileExists(atPath: url.path)
      throw HubError(
        url.path, FilePath.brokenLink(url.path) ?? (isFile ? "is a file" : "no such folder"),
        "name the folder with config.json and model.safetensors")
    }
    self.url = url
    config = try HubConfiguration(folder: url)
    let config = config
    var faults = HubFaults()
    let family = faults.attempt { try Self.family(of: config, registry) }
    if let family {
      _ = faults.attempt { try config.expectFinite(but: HarmlessKeys.all.union(family.harmless)) }
    }
    let weights = faults.attempt { try HubWeights(folder: url) }
    guard let family, let weights, faults.isEmpty else {
      // What the configuration says is checked without tensors, too.
      if let family {
        _ = faults.attempt { try Self.expectConfiguration(config, family, weights?.names ?? []) }
      }
      try faults.check()
      preconditionFailure("a step that failed has an error")
    }
    (self.family, self.weights) = (family, weights)
    names = TensorNames(weights.names, prefix: family.prefix)
    (hubClass, notes) = Self.choose(family, config, names)
    let names = names
    (draft, problems, isComplete, keys) = try family.checkedDraft(
      FamilyReading(config: config, hubClass: hubClass) { names.find($0, isTrunk: true) != nil })
    if problems.isEmpty { try untie() }
  }

  /// Checks a configuration whose folder cannot be imported anyway.
  private static func expectConfiguration(_ config: HubConfiguration, _ family: HubFamily, _ names: [String])
    throws
  {
    let names = TensorNames(names, prefix: family.prefix)
    _ = try family.draft(
      FamilyReading(config: config, hubClass: choose(family, config, names).0) {
        names.find($0, isTrunk: true) != nil
      })
  }

  /// The descriptor of the model.
  ///
  /// - Parameters:
  ///   - name: the name of the model.
  ///   - registry: holds the components.
  ///   - match: compares the tensors with the descriptor, also where the configuration has problems that leave its shapes
  ///     known.
  /// - Throws: `SettingsError` with all that is wrong with the configuration, with the descriptor that it makes, and with
  ///   the tensors.
  func descriptor<Match>(
    named name: String, _ registry: Registry, matching match: (ModelDescriptor) throws -> Match
  ) throws -> (descriptor: ModelDescriptor, match: Match) {
    func resolve() throws -> (ModelDescriptor, Match) {
      let descriptor: ModelDescriptor
      do { descriptor = try registry.resolve(draft.node, name: name) } catch let error as SettingsError {
        throw SettingsError(title: error.title, problems: error.problems.map { $0.named(keys, in: config) })
      }
      return (descriptor, try match(descriptor))
    }
    guard !problems.isEmpty else { return try resolve() }
    var faults = HubFaults()
    faults.add(SettingsError(title: config.file, problems: problems))
    if isComplete { _ = faults.attempt(resolve) }
    try faults.check()
    preconditionFailure("a configuration with problems is an error")
  }

  private static func family(of config: HubConfiguration, _ registry: Registry) throws -> HubFamily {
    let known = registry.names(of: .hubFamily).sorted()
    if let name = config.modelType, known.contains(name) { return try registry.member(name, of: .hubFamily) }
    throw SettingsError(
      title: config.file,
      problems: [
        Problem(
          path: "model_type", found: config.node["model_type"]?.json(),
          allowed: known.joined(separator: ", "),
          reason: config.modelType == nil ? "is missing: the family of the model" : "no such family",
          nearest: config.modelType.flatMap { nearestName(to: $0, among: known) },
          place: config.node["model_type"]?.place)
      ])
  }

  /// The class that the configuration names, where this program has it; else the first whose head is there; else the
  /// trunk.
  private static func choose(_ family: HubFamily, _ config: HubConfiguration, _ names: TensorNames) -> (
    HubClass, [ImportNote]
  ) {
    if let known = config.classes.lazy.compactMap(family.hubClass).first { return (known, []) }
    func hasHead(_ hubClass: HubClass) -> Bool {
      hubClass.head.contains { rule in rule.theirs.contains { names.find($0, isTrunk: false) != nil } }
    }
    let found = family.classes.first(where: hasHead) ?? family.trunkClass
    guard let other = config.classes.first else { return (found, []) }
    return (
      found,
      [
        ImportNote(
          "class",
          "\(other) is not supported: imported as \(found.name), which gives \(found.output.rawValue)"
        )
      ]
    )
  }

  /// Says which table the head shares. Two tables of different values are not tied, whatever the configuration says.
  private mutating func untie() throws {
    guard draft["head.tied"] == true, let output = hubClass.head.first(where: { $0.ours == "head.weight" }),
      let table = tokenTable
    else { return }
    guard let own = names.find(output.theirs[0], isTrunk: false) else {
      notes.append(ImportNote("tied", "\(output.theirs[0]) is not stored, the head uses \(table)"))
      return
    }
    if weights.sizes(own) == weights.sizes(table), try weights.values(own) == weights.values(table) {
      notes.append(ImportNote("tied", "\(own) is \(table) again"))
    } else {
      draft["head.tied"] = false
      notes.append(
        ImportNote("not tied", "\(own) and \(table) differ, so the head has a table of its own"))
    }
  }

  /// The name of the token table.
  private var tokenTable: String? {
    family.trunk(draft).first { $0.ours == "embedding.token.weight" }
      .flatMap { names.find($0.theirs[0], isTrunk: true) }
  }
}

/// A remark on what was imported.
public struct ImportNote: Codable, Sendable, Equatable {
  /// What it is about, in a word.
  public let subject: String
  /// The remark.
  public let text: String

  init(_ subject: String, _ text: String) { (self.subject, self.text) = (subject, text) }
}
