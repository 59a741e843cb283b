import Checkpoints
import Settings
import Tensors
import Transformer

/// The tensors of a folder, matched with the parameters of our model by the rules of its family.
struct TensorMatch {
  /// How each parameter is made, in the order of the parameters.
  let conversions: [TensorConversion]
  /// The names in the folder by those of the rules.
  let names: [String: String]
  /// What was left out, and why.
  let notes: [ImportNote]

  /// Matches all of them.
  ///
  /// - Throws: `SettingsError` with every tensor that is missing, misshapen, of another type, or that nothing explains.
  init(_ folder: HubFolder, _ parameters: [Parameter]) throws {
    let rules = folder.family.rules(folder.hubClass, folder.draft)
    var conversions: [TensorConversion] = []
    var names: [String: String] = [:]
    var used: Set<String> = []
    var problems: [Problem] = []
    // Which tensors are left to be meant by a missing one is only known at the end.
    var missing: [Int] = []
    for parameter in parameters {
      guard let (conversion, isTrunk) = TensorConversion.of(parameter, rules) else {
        problems.append(
          Problem(
            path: parameter.name,
            reason: "the table of the family \(folder.family.modelType) has no tensor for this parameter"))
        continue
      }
      for piece in conversion.pieces {
        let hubClass = folder.hubClass
        let known = [hubClass.synonyms[piece.name], piece.name, hubClass.spellings[piece.name]].compactMap {
          $0
        }
        let found = known.compactMap { folder.names.find($0, isTrunk: isTrunk) }
        used.formUnion(found)
        guard let name = found.first else {
          let expected = (isTrunk ? hubClass.prefix : "") + piece.name
          missing.append(problems.count)
          problems.append(Problem(path: expected, reason: "is missing (\(parameter.name) is made of it)"))
          continue
        }
        names[piece.name] = name
        let sizes = folder.weights.sizes(name) ?? []
        if sizes != piece.theirSizes {
          problems.append(
            Problem(
              path: name, found: "\(sizes)", allowed: "\(piece.theirSizes)",
              reason: "has another shape than \(parameter.name) is made of"))
        }
        do { try folder.weights.expectFloats(name) } catch let error as CheckpointError {
          problems.append(Problem(path: name, reason: error.reason))
        }
      }
      conversions.append(conversion)
    }
    let unused = folder.weights.names.filter { !used.contains($0) }
    for index in missing { problems[index].nearest = nearestName(to: problems[index].path, among: unused) }
    let rest = Self.explain(unused, folder)
    problems += rest.unexplained.map {
      Problem(
        path: $0,
        reason:
          "no part of the family \(folder.family.modelType) has this tensor; without it the model would be another"
      )
    }
    guard problems.isEmpty else { throw SettingsError(title: folder.url.path, problems: problems) }
    (self.conversions, self.names, self.notes) = (conversions, names, rest.notes)
  }

  /// Why tensors of a folder are not used.
  private static func explain(_ names: [String], _ folder: HubFolder) -> (
    notes: [ImportNote], unexplained: [String]
  ) {
    let family = folder.family
    let output = folder.hubClass.head.first { $0.ours == "head.weight" }?.theirs[0]
    var (left, unexplained): ([(purpose: String, name: String)], [String]) = ([], [])
    for name in names {
      // A tied table stands a second time, which was compared with the first.
      if name == output || family.buffers.contains(where: { name.hasSuffix($0) }) { continue }
      if let head = family.otherHeads.first(where: {
        name.hasPrefix($0.prefix) || name.hasPrefix(family.prefix + $0.prefix)
      }) {
        left.append((head.purpose, name))
      } else if let other = family.classes.first(where: { one in
        one.name != folder.hubClass.name
          && one.head.contains { $0.theirs.contains(name) || one.synonyms.values.contains(name) }
      }) {
        left.append(("the head of \(other.name)", name))
      } else {
        unexplained.append(name)
      }
    }
    let purposes = left.map(\.purpose).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    let notes = purposes.map { purpose in
      let names = left.filter { $0.purpose == purpose }.map(\.name)
      return ImportNote(
        "left out", "\(names.joined(separator: ", ")): for \(purpose), which this model does not do")
    }
    return (notes, unexplained)
  }
}
