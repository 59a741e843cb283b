import Settings

extension Registry {
  mutating func addTokenModels() throws {
    try add(
      "bytes", to: .tokenModel, summary: "one token per byte"
    ) { _ in ByteModel() }
    try add(
      "characters", to: .tokenModel, summary: "one token per character"
    ) { content in
      let points = try content.list("characters").map { element -> Unicode.Scalar in
        guard let point = element.integer, let scalar = UInt32(exactly: point).flatMap(Unicode.Scalar.init)
        else {
          throw TokenizerFile.damaged("its characters are not all code points")
        }
        return scalar
      }
      // Numbers follow the order, so another order would be another model.
      guard zip(points, points.dropFirst()).allSatisfy({ $0 < $1 }) else {
        throw TokenizerFile.damaged("its characters are not in ascending order")
      }
      return CharacterModel(characters: Set(points))
    }
    try add(
      "byte-pairs", to: .tokenModel, summary: "byte pairs merged by rank", source: "Sennrich et al. 2016"
    ) {
      content in
      let merges = try content.list("merges").enumerated().map { index, element -> BytePairModel.Merge in
        let pair = (element.elements ?? []).compactMap { $0.integer.flatMap(Int32.init(exactly:)) }
        guard pair.count == 2, element.elements?.count == 2 else {
          throw TokenizerFile.damaged("merge \(index) is not a pair of tokens")
        }
        return BytePairModel.Merge(left: pair[0], right: pair[1])
      }
      return try BytePairModel(merges: merges)
    }
    try add(
      "word-pieces", to: .tokenModel, summary: "the longest known pieces of a word",
      source: "Schuster and Nakajima 2012"
    ) { content in
      try WordPieceModel(
        names: try content.list("pieces").map { element in
          guard let name = element.text else { throw TokenizerFile.damaged("its pieces are not all texts") }
          return name
        })
    }
  }
}

extension Node {
  /// The list under a key of a part's content.
  ///
  /// - Throws: `TextError` where there is none.
  fileprivate func list(_ key: String) throws -> [Node] {
    guard let elements = self[key]?.elements else {
      throw TokenizerFile.damaged("has no list of \(key), which its model needs")
    }
    guard elements.count <= TokenizerFile.maxParts else {
      throw TokenizerFile.damaged(
        "has \(elements.count) \(key), and no tokenizer has more than \(TokenizerFile.maxParts)")
    }
    return elements
  }
}
