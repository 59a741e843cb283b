import Settings

/// What a family's table may look at beside single keys.
struct FamilyReading {
  /// The configuration.
  let config: HubConfiguration
  /// The class that is imported.
  let hubClass: HubClass
  /// Whether the folder has a tensor of the trunk by that name.
  let hasTensor: (_ name: String) -> Bool
}

extension HubFamily {
  /// The descriptor's tree for a configuration.
  ///
  /// - Throws: `SettingsError` with every key that is missing, has a value that this program does not compute, or is not
  ///   known.
  func draft(_ reading: FamilyReading) throws -> DescriptorDraft {
    let found = try checkedDraft(reading)
    guard found.problems.isEmpty else {
      throw SettingsError(title: reading.config.file, problems: found.problems)
    }
    return found.draft
  }

  /// The descriptor's tree for a configuration, and what is wrong with that: every key that is missing, has a value that
  /// this program does not compute, or is not known. The tree is complete where nothing of it depends on these keys.
  /// `keys` are those that a path of the tree comes from.
  func checkedDraft(_ reading: FamilyReading) throws -> (
    draft: DescriptorDraft, problems: [Problem], isComplete: Bool, keys: [String: String]
  ) {
    let config = reading.config
    var draft = DescriptorDraft(node: try Node.parse(descriptor, file: "family \(modelType)"))
    var (problems, isComplete): ([Problem], Bool) = ([], true)
    var keys: [String: String] = [:]
    var known = HarmlessKeys.all.union(harmless)
    for rule in configuration {
      known.formUnion([rule.key] + rule.aliases + rule.companions.map(\.key))
      guard let (key, value) = config[rule] else {
        problems.append(Problem(path: rule.key, reason: "is missing"))
        isComplete = false
        continue
      }
      let wrong = rule.problems(config)
      guard wrong.isEmpty else {
        problems += wrong
        isComplete = false
        continue
      }
      let before = draft.leaves
      defer { for (path, leaf) in draft.leaves where before[path] != leaf { keys[path] = key } }
      do { try rule.read(value, config, &draft) } catch {
        problems.append(
          Problem(
            path: key, found: value.json(), allowed: error.allowed, reason: error.reason,
            place: config.node[key]?.place))
        // A key that is only checked leaves the tree as it is, whatever it says.
        var same = draft
        let isRead = try? rule.absent.map { try rule.read($0, config, &same) } != nil
        if isRead != true || same.node != draft.node { isComplete = false }
      }
    }
    for member in config.node.members where !known.contains(member.key) {
      problems.append(
        Problem(
          path: member.key, found: member.value.json(),
          reason: "this program does not know what it changes in a model of the family \(modelType)",
          place: member.place))
    }
    for (path, value) in reading.hubClass.settings { draft[path] = value }
    completing(reading, &draft)
    if draft["head.type"] == "none" { draft["head"] = "none" }
    return (draft, problems, isComplete, keys)
  }

  /// The configuration of a descriptor's full tree, as far as the table can say it.
  func configuration(of model: DescriptorDraft, as hubClass: HubClass) -> Node {
    var members = [
      Node.Member("model_type", Node(.text(modelType))),
      Node.Member("architectures", [Node(.text(hubClass.name))]),
    ]
    for rule in configuration {
      if let value = rule.write(model) { members.append(Node.Member(rule.key, value)) }
    }
    return Node(.object(members))
  }

  /// The rules of all tensors of a model, each with whether it belongs to the trunk.
  func rules(_ hubClass: HubClass, _ model: DescriptorDraft) -> [String: (rule: TensorRule, isTrunk: Bool)] {
    let all = hubClass.head.map { ($0, false) } + trunk(model).map { ($0, true) }
    return Dictionary(all.map { ($0.0.ours, (rule: $0.0, isTrunk: $0.1)) }) { first, _ in first }
  }
}
