import Settings
import Zoo

extension ReportData {
  /// The parts of a model in the order in which text passes them, for a diagram.
  public struct Outline: Codable, Sendable, Equatable {
    /// One part.
    public struct Part: Codable, Sendable, Equatable {
      /// What it is for, such as `attention`.
      public var role: String
      /// Which one was chosen, with its most telling settings.
      public var choice: String
      /// Whether it is in every block.
      public var isInBlock: Bool
    }

    /// How many blocks.
    public var blocks: Int
    /// The parts; those of a block are next to each other.
    public var parts: [Part]
  }
}

extension ReportData.Outline {
  /// The outline of a descriptor and of what it is trained for.
  ///
  /// - Parameters:
  ///   - task: the objective in words.
  ///   - targets: in words what share of the tokens is a target.
  init(_ descriptor: ModelDescriptor, task: String, targets: String) {
    let listing = descriptor.settings.listing
    func value(_ path: String) -> String? { listing.first { $0.path == path }?.value }
    func part(_ role: String, _ path: String, _ settings: [String] = [], in block: Bool = false) -> Part? {
      guard let type = value(path) else { return nil }
      let details = settings.compactMap { setting -> String? in
        guard let found = value("\(path).\(setting)"), !["null", "false"].contains(found) else { return nil }
        let name = String(setting.split(separator: ".").last ?? "")
        return found == "true" ? name : "\(name) \(found.filter { $0 != "\"" })"
      }
      return Part(
        role: role, choice: ([type] + details).joined(separator: ", ").filter { $0 != "\"" }, isInBlock: block
      )
    }
    blocks = value("blocks").flatMap { Int($0) } ?? 0
    parts = [
      part("tokens", "tokenizer"), part("embedding", "embedding", ["segments", "norm"]),
      part("position", "position"),
      part("norm", "blocks.0.norm", in: true).map {
        Part(
          role: $0.role, choice: "\($0.choice), \(value("blocks.0.placement")?.filter { $0 != "\"" } ?? "")",
          isInBlock: true)
      },
      part("attention", "blocks.0.attention", ["heads", "keyValueHeads", "window"], in: true),
      part("may see", "mask", ["withinDocuments"], in: true),
      part("feed-forward", "blocks.0.feedForward", ["hidden"], in: true),
      part("head", "head", ["tied", "activation"]), Part(role: "trained for", choice: task, isInBlock: false),
      Part(role: "targets", choice: targets, isInBlock: false),
    ].compactMap { $0 }
  }
}
