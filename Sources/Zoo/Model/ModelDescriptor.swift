import Settings
import Transformer

/// A descriptor that has been read, completed and checked: everything that defines a model.
public struct ModelDescriptor: Sendable {
  /// The name that a run of this model gets: the preset's.
  public let name: String
  /// The full tree, every default filled in.
  public let settings: Resolved
  /// The tree as it was written, after `extends` and `--set`, for changing it further.
  public let node: Node

  /// The number of tokens, once it is known.
  public var vocabulary: Int? { settings.value(of: ModelSettings.vocabulary) ?? nil }
  /// The maximum input length, in tokens.
  public var context: Int { settings[ModelSettings.context] }
  /// The architecture's name.
  public var architecture: String { settings.type }
  /// The settings of the tokenizer.
  public var tokenizer: Resolved { settings[ArchitectureSettings.tokenizer] }
  /// The full tree as JSON text, for runs and checkpoints; `Registry.descriptor(json:name:)` reads it.
  public var json: String { settings.node(typeKey: Self.typeKey).json() }

  /// The key that chooses the architecture.
  static let typeKey = "architecture"
  /// The key of a preset's one line for `list`: it is no part of the model.
  static let summaryKey = "summary"
}

extension Registry {
  /// Completes and checks a descriptor tree.
  ///
  /// - Parameters:
  ///   - node: the tree, with `extends` resolved.
  ///   - name: the name of the model, for errors.
  ///   - sets: edits `path=value` on the tree: on `block.…` before the layers are expanded, on `blocks.…`
  ///     after.
  /// - Throws: `SettingsError` with every problem at once.
  public func resolve(_ node: Node, name: String, sets: [String] = []) throws -> ModelDescriptor {
    var problems: [Problem] = []
    func edited(_ node: Node, _ sets: [String]) throws -> Node {
      do { return try node.applying(sets: sets) } catch let error as SettingsError {
        problems += error.problems
        return node
      }
    }
    // A tree that is written block by block has no "block": an edit of it means all of them.
    let isExpanded = node["blocks"] != nil
    let sets = sets.map { isExpanded && $0.hasPrefix("block.") ? "blocks.*." + $0.dropFirst(6) : $0 }
    let short = try edited(node, sets.filter { !$0.hasPrefix("blocks.") })
    let (expanded, found) = BlockExpansion.expand(short)
    problems += found
    let blockSets = sets.filter { $0.hasPrefix("blocks.") }
    let whole = try edited(expanded, blockSets)
    let (resolved, wrong) = try resolveRoot(whole, isExpanded: isExpanded)
    problems += wrong
    if let resolved, problems.isEmpty {
      problems = self.problems(of: resolved).map { problem in
        var problem = problem
        problem.place = problem.place ?? whole.place(at: problem.path)
        return problem
      }
      if problems.isEmpty {
        return ModelDescriptor(name: name, settings: resolved, node: blockSets.isEmpty ? short : whole)
      }
    }
    throw SettingsError(
      title: name,
      problems: problems.collapsed().map { problem in
        guard !isExpanded else { return problem }
        var short = problem
        short.suggestions = problem.suggestions?.map(BlockExpansion.shortened)
        return short
      })
  }

  /// Reads a descriptor that `ModelDescriptor.json` wrote.
  ///
  /// - Throws: `SettingsError` when this program no longer accepts it.
  public func descriptor(json: String, name: String) throws -> ModelDescriptor {
    try resolve(try Node.parse(json, file: name), name: name)
  }

  /// The descriptor with the vocabulary size of its trained tokenizer.
  ///
  /// - Throws: `SettingsError` when the descriptor gives a number of its own that is too small.
  public func descriptor(_ descriptor: ModelDescriptor, vocabulary: Int) throws -> ModelDescriptor {
    guard let known = descriptor.vocabulary else {
      return try resolve(descriptor.node, name: descriptor.name, sets: ["vocabulary=\(vocabulary)"])
    }
    guard known < vocabulary else { return descriptor }
    throw SettingsError(
      title: descriptor.name,
      problems: [
        Problem(
          path: "vocabulary", found: "\(known)", allowed: "at least \(vocabulary), or \"tokenizer\"",
          reason: "the tokenizer has more tokens than the model's vocabulary",
          place: descriptor.node.place(at: "vocabulary"))
      ])
  }

  /// Checks the root of a tree against the architecture that it names.
  ///
  /// - Parameter isExpanded: whether the tree was written block by block, without `layers` and `block`.
  private func resolveRoot(_ node: Node, isExpanded: Bool) throws -> (Resolved?, [Problem]) {
    let known = names(of: .architecture).sorted()
    let written = node[ModelDescriptor.typeKey]
    var problems: [Problem] = []
    var chosen = written?.text
    if chosen == nil || !known.contains(chosen ?? "") {
      let nearest = chosen.flatMap { nearestName(to: $0, among: known) }
      problems.append(
        Problem(
          path: ModelDescriptor.typeKey, found: written?.json(), allowed: known.joined(separator: ", "),
          reason: written == nil ? "is missing: the architecture of the model" : "no such architecture",
          nearest: nearest, place: written?.place ?? node.place))
      // The rest is checked as what was most likely meant, so that its problems are not found one by one.
      chosen = nearest
    }
    guard let chosen, let declaration = catalog.declaration(family: "architecture", name: chosen) else {
      return (nil, problems)
    }
    var root = node
    root[ModelDescriptor.typeKey] = nil
    root[ModelDescriptor.summaryKey] = nil
    let hasBlocks = declaration.setting(ModelSettings.blocks.name) != nil
    let (resolved, found) = catalog.resolve(
      root, as: declaration, more: hasBlocks && !isExpanded ? BlockExpansion.keys : [])
    return (problems.isEmpty ? resolved : nil, problems + found)
  }
}
