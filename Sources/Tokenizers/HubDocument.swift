import Settings

/// The parts of a `tokenizer.json`, with the problems that it has.
struct HubDocument {
  let truncation: HubTruncation?
  let addedTokens: [AddedToken]
  let normaliser: (any NormaliserPart)?
  let preTokenizers: [any PreTokenizerPart]
  let model: (any ModelPart)?
  let postProcessors: [any PostProcessorPart]
  let decoders: [any DecoderPart]?
  /// The token that padding is made of, where the file says so.
  let paddingToken: String?

  private static let keys = [
    "version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer", "post_processor",
    "decoder",
    "model",
  ]

  init(_ document: JSONValue, _ problems: ProblemList) {
    func part(_ key: String) -> PartReader? {
      guard let value = document[key], !value.isNull else { return nil }
      return PartReader(value: value, path: key, problems: problems)
    }
    if document.members == nil {
      problems.add("", found: document, allowed: "an object", "is no tokenizer")
    }
    for member in document.members ?? [] where !Self.keys.contains(member.key) {
      problems.add(
        member.key, allowed: Self.keys.joined(separator: ", "),
        nearest: nearestName(to: member.key, among: Self.keys), "is a key that is not known")
    }
    if let version = document["version"], version.text != "1.0" {
      problems.add("version", found: version, allowed: "\"1.0\"", "is a version that is not known")
    }
    truncation = part("truncation").flatMap { HubTruncation($0) }
    addedTokens = Self.addedTokens(document["added_tokens"], problems)
    normaliser = part("normalizer").flatMap(NormaliserParts.read)
    preTokenizers = part("pre_tokenizer").map(PreTokenizerParts.read) ?? []
    postProcessors = part("post_processor").map(PostProcessorParts.read) ?? []
    decoders = part("decoder").map(DecoderParts.read)
    paddingToken = document["padding"]?["pad_token"]?.text
    if let reader = part("model") {
      model = ModelParts.read(reader)
    } else {
      model = nil
      problems.add("model", allowed: ModelParts.names.joined(separator: ", "), "is missing")
    }
  }

  private static func addedTokens(_ value: JSONValue?, _ problems: ProblemList) -> [AddedToken] {
    guard let value, !value.isNull else { return [] }
    guard let elements = value.elements else {
      problems.add("added_tokens", found: value, allowed: "a list", "is no list")
      return []
    }
    return elements.enumerated().map { index, element in
      let reader = PartReader(value: element, path: "added_tokens.\(index)", problems: problems)
      reader.checkKeys(["id", "content", "single_word", "lstrip", "rstrip", "normalized", "special"])
      return AddedToken(
        id: Int32(reader.integer("id", 0...TokenTable.maxID)), content: reader.text("content"),
        singleWord: reader.flag("single_word"), stripsLeft: reader.flag("lstrip"),
        stripsRight: reader.flag("rstrip"), isNormalised: reader.flag("normalized"),
        isSpecial: reader.flag("special"))
    }
  }
}
