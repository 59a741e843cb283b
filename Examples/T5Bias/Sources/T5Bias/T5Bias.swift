import Foundation
import Settings
import Tensors
import Transformer
import Zoo

/// Scores gain a learned value of the distance between query and key, each head its own. Near distances have a value
/// each, far ones share them in buckets that widen by a constant factor. One table serves all layers.
///
/// Any attention that is cut into heads takes it: it is a component of the family `position`.
///
/// - Source: Raffel et al., "Exploring the limits of transfer learning with a unified text-to-text transformer", 2020.
final class RelativeBias: Position {
  static let buckets = Key.integer("buckets", 4...1024, default: 32, help: "how many values a head has")
  static let farthest = Key.integer(
    "farthest", 8...1_000_000, default: 128, help: "distance from which all share the last bucket, in tokens")
  static let bothSides = Key.flag(
    "bothSides", default: true, help: "whether half of the buckets are for keys on the right")

  private let settings: Resolved
  private let scope: Scope
  private let initial: InitialValue
  /// Layers with equally many heads share a table `[buckets, heads]`.
  private var tables: [Int: Tensor] = [:]

  init(_ settings: Resolved, _ scope: Scope, _ build: BuildContext) {
    self.settings = settings
    self.scope = scope
    initial = build.initialisation.embedding
  }

  func headPosition(_ layout: HeadLayout, _ layer: Scope) throws -> HeadPosition {
    let heads = layout.heads
    let table =
      try tables[heads]
      ?? scope.parameter(
        "heads\(heads).weight", ["buckets": settings[Self.buckets], "heads": heads], initial: initial)
    tables[heads] = table
    return HeadPosition(bias: { try self.bias(table, heads, batch: $0, time: $1, $2) })
  }

  /// What is added to the scores, `[1 or batch, heads, query, key]`; keys count from the beginning of a sequence.
  private func bias(_ table: Tensor, _ heads: Int, batch: Int, time: Int, _ pass: Pass) throws -> Tensor {
    let queries = try pass.positions(batch: batch, time: time)
    let rows = pass.continued == nil ? 1 : batch
    let keys = Int(queries.max() ?? 0) + 1
    let (buckets, farthest, bothSides) = (
      settings[Self.buckets], settings[Self.farthest], settings[Self.bothSides]
    )
    let places = queries.prefix(rows * time).flatMap { query in
      (0..<keys).map {
        Int32(
          Self.bucket(of: $0 - Int(query), buckets: buckets, farthest: farthest, bothSides: bothSides))
      }
    }
    let values = try pass.gather(table, rows: try pass.context.indices(places, ["places": places.count]))
    return try pass.permute(
      try pass.reshape(values, to: ["batch": rows, "query": time, "key": keys, "heads": heads]),
      order: [0, 3, 1, 2])
  }

  /// The bucket of a key `offset` tokens to the right of its query.
  static func bucket(of offset: Int, buckets: Int, farthest: Int, bothSides: Bool) -> Int {
    let count = buckets / (bothSides ? 2 : 1)
    let first = bothSides && offset > 0 ? count : 0
    let distance = bothSides ? abs(offset) : max(0, -offset)
    let exact = count / 2
    guard distance >= exact else { return first + distance }
    let share = log(Double(distance) / Double(exact)) / log(Double(farthest) / Double(exact))
    return first + min(count - 1, exact + Int(share * Double(count - exact)))
  }
}

/// What the plugin adds.
public func register(in registry: inout Registry) throws {
  try registry.add(
    "t5", to: .position, summary: "scores gain a learned value of the distance, by buckets",
    keys: [RelativeBias.buckets, RelativeBias.farthest, RelativeBias.bothSides], source: "Raffel et al. 2020"
  ) { settings, scope, build in RelativeBias(settings, scope, build) }
  try registry.add(
    Rule(
      name: "t5-farthest-beyond-exact", reason: "far distances share buckets", about: "architecture"
    ) { model in
      guard let position = model.value(of: ModelSettings.position), position.type == "t5" else { return [] }
      let exact = position[RelativeBias.buckets] / (position[RelativeBias.bothSides] ? 4 : 2)
      guard position[RelativeBias.farthest] <= exact else { return [] }
      return [
        Problem(
          path: "position.farthest", found: "\(position[RelativeBias.farthest])",
          allowed: "more than \(exact)",
          reason: "nearer distances have a bucket each", nearest: "\(exact + 1)")
      ]
    })
}

/// Called once when the plugin is loaded by `--plugin`.
@_cdecl("zoo_register_T5Bias")
public func registerPlugin(_ registration: UnsafeMutableRawPointer) {
  PluginRegistration.register(registration) { try register(in: &$0) }
}
