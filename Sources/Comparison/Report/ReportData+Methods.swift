import Settings

extension ReportData {
  /// What a reader needs to repeat the comparison beyond what the other sections show.
  public struct Methods: Codable, Sendable {
    /// Bytes to train on.
    public var trainBytes: Int
    /// Bytes that are held out.
    public var heldOutBytes: Int
    /// Whether the text is made by the embedded grammar.
    public var isGenerated: Bool
    /// Whether windows begin where lines do.
    public var startsAtLines: Bool
    /// Threads of every run.
    public var threads: Int
    /// The version of the program.
    public var version: String
    /// What defines every model, by arm, as a descriptor file holds it.
    public var descriptors: [String]
    /// What defines every training, by arm, as a recipe file holds it; of the first seed.
    public var recipes: [String]
  }
}

extension ReportData.Methods {
  private enum CodingKeys: String, CodingKey {
    case trainBytes, heldOutBytes, isGenerated, startsAtLines, threads, version, descriptors, recipes
  }

  /// In a file the descriptors and recipes are the objects themselves; in files from before they were, texts.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func texts(_ key: CodingKeys) throws -> [String] {
      try container.decode([Node].self, forKey: key).map { $0.text ?? $0.json(indented: true) }
    }
    self.init(
      trainBytes: try container.decode(Int.self, forKey: .trainBytes),
      heldOutBytes: try container.decode(Int.self, forKey: .heldOutBytes),
      isGenerated: try container.decode(Bool.self, forKey: .isGenerated),
      startsAtLines: try container.decode(Bool.self, forKey: .startsAtLines),
      threads: try container.decode(Int.self, forKey: .threads),
      version: try container.decode(String.self, forKey: .version), descriptors: try texts(.descriptors),
      recipes: try texts(.recipes))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    func encode(_ texts: [String], _ key: CodingKeys) throws {
      // What is no object stays the text that it is.
      let nodes = texts.map { text in
        (try? Node.parse(text, file: "settings")).flatMap { $0.isObject ? $0 : nil } ?? Node(.text(text))
      }
      try container.encode(nodes, forKey: key)
    }
    try container.encode(trainBytes, forKey: .trainBytes)
    try container.encode(heldOutBytes, forKey: .heldOutBytes)
    try container.encode(isGenerated, forKey: .isGenerated)
    try container.encode(startsAtLines, forKey: .startsAtLines)
    try container.encode(threads, forKey: .threads)
    try container.encode(version, forKey: .version)
    try encode(descriptors, .descriptors)
    try encode(recipes, .recipes)
  }
}
