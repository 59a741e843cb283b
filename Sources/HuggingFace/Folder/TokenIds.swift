import Foundation
import Settings

/// The ids of tokens that `config.json` and `generation_config.json` name besides the tokenizer's files.
struct TokenIds {
  /// The tokens that end a text which is being generated: those of `generation_config.json`, a number or a list of them,
  /// and those of `config.json` where it names none; nil where neither names one that the model has.
  let ends: [Int32]?
  /// Ids beyond the model's rows that are no error.
  let notes: [ImportNote]

  static let file = "generation_config.json"
  private static let endKey = "eos_token_id"
  /// Further keys of ids; all others end in `_token_id`.
  private static let lists: Set<String> = [
    "bad_words_ids", "suppress_tokens", "begin_suppress_tokens", "forced_decoder_ids",
  ]

  /// Reads and checks them.
  ///
  /// An id that the model has no row for is an error, unless it is the default of the class in `transformers`, which that
  /// writes for a smaller vocabulary, too: it stands for no token then.
  ///
  /// - Parameters:
  ///   - folder: the folder of the model.
  ///   - config: its configuration.
  ///   - family: the family.
  ///   - rows: the number of tokens that the model has; nil where the configuration does not say it.
  /// - Throws: `SettingsError` for a file that is not JSON, an end that is no id and no list of ids, and ids beyond the rows.
  init(_ folder: URL, _ config: HubConfiguration, _ family: HubFamily, rows: Int?) throws {
    let url = folder.appending(path: Self.file)
    let generation = try Node.readObject(inFolderOfModel: url)
    let files = (generation.map { [($0, url.path)] } ?? []) + [(config.node, config.file)]
    var problems: [(file: String, problem: Problem)] = []
    var (ends, defaults): ([Int]?, [Int: Set<String>]) = (nil, [:])
    for (node, file) in files {
      if ends == nil, let value = node[Self.endKey], value.value != .null {
        ends = Self.ids(value)
        if ends == nil { problems.append((file, Self.noEnd(value))) }
      }
      for member in node.members where member.key.hasSuffix("_token_id") || Self.lists.contains(member.key) {
        guard let rows, let id = member.value.wholeNumbers.first(where: { $0 >= rows }) else { continue }
        if family.defaultTokens.contains(id) {
          defaults[id, default: []].insert(member.key)
        } else {
          problems.append(
            (
              file,
              Problem(
                path: member.key, found: "\(id)", allowed: "0 to \(rows - 1), as the model has \(rows) rows",
                reason: "the model has no row for this token", place: member.value.place)
            ))
        }
      }
    }
    if !problems.isEmpty {
      let titles = files.map(\.1).filter { file in problems.contains { $0.file == file } }
      throw SettingsError(title: titles.joined(separator: ", "), problems: problems.map(\.problem))
    }
    let known = ends?.filter { $0 < rows ?? .max }.compactMap { Int32(exactly: $0) }
    self.ends = known?.isEmpty ?? true ? nil : known
    notes = defaults.sorted { $0.key < $1.key }.map { id, keys in
      ImportNote(
        "no token",
        "\(id) (\(keys.sorted().joined(separator: ", "))) is the default of the class, and the model has no such row"
      )
    }
  }

  /// One id or a list of them; nil for what is neither.
  private static func ids(_ value: Node) -> [Int]? {
    let ids = (value.elements ?? [value]).map { $0.integer.flatMap { $0 >= 0 ? $0 : nil } }
    return ids.contains(nil) ? nil : ids.compactMap { $0 }
  }

  private static func noEnd(_ value: Node) -> Problem {
    Problem(
      path: endKey, found: value.json(), allowed: "the id of a token, a list of ids, or null",
      reason: "is not an id", place: value.place)
  }
}

extension Node {
  /// The whole numbers of a value, or of the lists in it.
  fileprivate var wholeNumbers: [Int] {
    if let elements { return elements.flatMap(\.wholeNumbers) }
    return integer.map { [$0] } ?? []
  }
}
