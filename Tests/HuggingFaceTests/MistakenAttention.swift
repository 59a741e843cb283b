import Foundation
import Settings
import Tensors
import Zoo

@testable import Transformer

/// Softmax attention whose steps come in another order: what an import could compute by mistake.
///
/// - Shapes: as `SoftmaxAttention`; forward only.
struct MistakenAttention: Attention {
  enum Order: String, CaseIterable {
    /// Queries and keys are rotated, then normalised. Without gains that is the same; a gain of a channel is then that of
    /// a rotated one.
    case normAfterRotation = "norm-after-rotation"
    /// Scores are masked, then capped: a masked position has the score −cap and so takes part.
    case capAfterMask = "cap-after-mask"
  }

  let right: SoftmaxAttention
  let order: Order

  func callAsFunction(_ x: Tensor, _ visibility: Visibility, _ pass: Pass) throws -> Tensor {
    let projected = try right.projection(x, pass)
    let ranges = try visibility.ranges(window: right.window)
    let heads: Tensor
    switch order {
    case .normAfterRotation:
      let rotated = try rotate(projected, pass)
      heads = try pass.attention(
        try right.queryKeyNorm?(rotated, pass) ?? rotated,
        AttentionOptions(
          heads: right.heads, keyValueHeads: right.keyValueHeads, headWidth: right.headWidth,
          visible: ranges, window: right.window, scale: right.scale),
        name: right.path)
    case .capAfterMask:
      heads = try capped(try rotate(projected, pass), ranges, pass)
    }
    return try right.output(heads, pass)
  }

  private func rotate(_ packed: Tensor, _ pass: Pass) throws -> Tensor {
    guard let table = right.position.rotaryTable else { return packed }
    return try pass.rotary(
      packed, table: table, heads: right.heads + right.keyValueHeads, headWidth: right.headWidth,
      name: right.path)
  }

  /// Attention, one number at a time, with the cap behind the mask.
  private func capped(_ packed: Tensor, _ ranges: Indices, _ pass: Pass) throws -> Tensor {
    let (batch, time, stride) = (packed.shape.sizes[0], packed.shape.sizes[1], packed.shape.width)
    let (width, cap, group) = (
      right.headWidth, right.cap ?? .infinity, right.heads / right.keyValueHeads
    )
    let (values, bounds) = (packed.values(), ranges.values())
    let isShared = ranges.shape.sizes[0] == 1
    var result: [Float] = []
    for row in 0..<batch {
      for query in 0..<time {
        let bound = ((isShared ? 0 : row) * time + query) * 2
        let visible = Int(bounds[bound])..<Int(bounds[bound + 1])
        func place(_ position: Int, head: Int) -> Int { (row * time + position) * stride + head * width }
        for head in 0..<right.heads {
          let q = place(query, head: head)
          let weights = (0..<time).map { key in
            let k = place(key, head: right.heads + head / group)
            let product = (0..<width).reduce(0.0) { $0 + Double(values[q + $1] * values[k + $1]) }
            let masked = visible.contains(key) ? product * right.scale : -.infinity
            return exp(cap * tanh(masked / cap))
          }
          let sum = weights.reduce(0, +)
          for channel in 0..<width {
            let mixed = (0..<time).reduce(0.0) { total, key in
              let v = place(key, head: right.heads + right.keyValueHeads + head / group)
              return total + weights[key] * Double(values[v + channel])
            }
            result.append(Float(mixed / sum))
          }
        }
      }
    }
    return try pass.context.tensor(
      result, ["batch": batch, "time": time, "width": right.heads * width])
  }
}

extension Registry {
  /// The components of every import and the mistaken ones.
  static func withMistakes() throws -> Registry {
    var registry = try Registry.standard()
    for order in MistakenAttention.Order.allCases {
      try registry.add(
        order.rawValue, to: .attention, summary: "steps in another order",
        keys: AttentionSettings.softmax + [AttentionSettings.keyValueHeads], source: "a mistake"
      ) { settings, scope, build in
        MistakenAttention(
          right: try SoftmaxAttention(
            settings, keyValueHeads: settings[AttentionSettings.keyValueHeads], scope, build),
          order: order)
      }
    }
    return registry
  }
}
