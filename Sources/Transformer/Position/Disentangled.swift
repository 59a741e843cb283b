import Foundation
import Settings
import Tensors

/// A learned vector per distance. Heads project it as they project tokens: queries meet it as a key, and keys as a
/// query. Where there are fewer vectors than distances, the distant ones share them by their logarithm.
///
///     row(d) = span + bucket(d), within 0 ..< 2·span
///     bucket(d) = d where |d| ≤ m, else ±(m + ⌈(m − 1)·ln(|d|/m)/ln((maxDistance − 1)/m)⌉),   m = buckets/2
///
/// - Source: He et al., "DeBERTa", 2021; logarithmic buckets and shared projections: its second version.
struct DisentangledPosition: Position {
  let path: String
  /// `[2·span, width]`
  let weight: Tensor
  let norm: (any Norm)?
  let dropout: Double
  let buckets: Int?
  let maxDistance: Int

  /// Vectors of each direction.
  private var span: Int { buckets ?? maxDistance }

  init(_ settings: Resolved, _ scope: Scope, _ build: BuildContext) throws {
    path = scope.path
    dropout = build.dropout
    buckets = settings[Self.buckets]
    maxDistance = settings[Self.maxDistance] ?? build.dimensions.context
    weight = try scope.parameter(
      "weight", ["distances": 2 * (buckets ?? maxDistance), "width": build.dimensions.width],
      initial: build.initialisation.embedding)
    norm = try build.norm.flatMap { chosen in
      settings[Self.norm] ? try build.make(.norm, chosen, scope.child("norm")) : nil
    }
  }

  func headPosition(_ layout: HeadLayout, _ scope: Scope) throws -> HeadPosition {
    HeadPosition(distances: { time, pass in try vectors(time: time, for: scope.path, pass) })
  }

  /// The vectors of the distances between `time` positions.
  private func vectors(time: Int, for reader: String, _ pass: Pass) throws -> DistanceVectors {
    let rows = (1 - time...time - 1).map(row)
    // Rows grow with the distance: only those between the ends are needed.
    let used = (rows.first ?? 0)...(rows.last ?? 0)
    let places = try pass.context.indices(used.map(Int32.init), ["vectors": used.count])
    var vectors = try pass.gather(weight, rows: places, name: path)
    if let norm { vectors = try norm(vectors, pass) }
    return DistanceVectors(
      vectors: try pass.dropout(vectors, rate: dropout, name: reader + ".distances"),
      rows: try pass.context.indices(
        rows.map { Int32($0 - used.lowerBound) }, ["distances": rows.count]))
  }

  /// The row of a distance in the table.
  func row(_ distance: Int) -> Int {
    min(max(span + Self.bucket(distance, buckets: buckets, maxDistance: maxDistance), 0), 2 * span - 1)
  }

  /// The bucket of a distance. It is rounded up from single precision, as in the models that were trained with it.
  static func bucket(_ distance: Int, buckets: Int?, maxDistance: Int) -> Int {
    guard let buckets, abs(distance) > buckets / 2 else { return distance }
    let exact = buckets / 2
    let (near, far) = (Float(exact), Float(maxDistance - 1))
    let steps = (log(Float(abs(distance)) / near) / log(far / near) * (near - 1)).rounded(.up)
    return distance.signum() * (exact + Int(steps))
  }
}

extension DisentangledPosition {
  static let buckets = Key.optionalInteger(
    "buckets", 2...65_536,
    help: "vectors per direction; half of them for near distances, the others by logarithm; null: maxDistance"
  )
  static let maxDistance = Key.optionalInteger(
    "maxDistance", 1...1_000_000, help: "the distance from which all share a vector; null: the context")
  static let norm = Key.flag("norm", default: false, help: "normalise the vectors of distances")

  fileprivate static let bucketsNeedDistance = Rule(
    name: "buckets-need-distance",
    reason: "the logarithmic buckets lie between buckets/2 and maxDistance − 1",
    about: "architecture"
  ) { model in
    guard let position = model.value(of: ModelSettings.position), position.type == "disentangled",
      let buckets = position[buckets], let context = model.value(of: ModelSettings.context)
    else { return [] }
    let distance = position[maxDistance] ?? context
    guard buckets / 2 >= distance - 1 else { return [] }
    return [
      Problem(
        path: "position.buckets", found: "\(buckets)",
        allowed: "null, or less than twice (maxDistance \(distance) − 1)", nearest: "null")
    ]
  }
}

extension Registry {
  mutating func addDisentangled() throws {
    try add(
      "disentangled", to: .position,
      summary: "learned vectors of distances, which queries and keys attend to",
      keys: [DisentangledPosition.buckets, DisentangledPosition.maxDistance, DisentangledPosition.norm],
      source: "He et al. 2021"
    ) { settings, scope, build in try DisentangledPosition(settings, scope, build) }
    try add(DisentangledPosition.bucketsNeedDistance)
  }
}
