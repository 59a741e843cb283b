import Foundation
import Kernels

/// A change of a tensor's layout between a file of the hub and a checkpoint of ours, which can be undone.
///
/// Sizes are outermost first.
enum Arrangement: Sendable, Equatable {
  /// Rows and columns change places: `[a, b]` to `[b, a]` (the `Conv1D` of GPT-1 and GPT-2).
  case transposed
  /// Parts that are fused head by head come apart, `[heads, parts, head width]` to `[parts, heads, head width]`, along
  /// the first axis (BLOOM, GPT-NeoX). `headWidth` is the width of a head.
  case perHead(parts: Int, headWidth: Int)
  /// Channels that are rotated as neighbours, 0 with 1, are put so that they are rotated as halves, 0 with
  /// `rotated / 2`: the first `rotated` rows of each head (GPT-J). Rows from `end` on stay: the values of NeoBERT, which
  /// stand behind queries and keys.
  case pairsToHalves(headWidth: Int, rotated: Int, end: Int = .max)
  /// The halves of each head change places: what is rotated backwards in one order is rotated forwards in the other
  /// (nanochat). `headWidth` is the width of a head.
  case swappedHalves(headWidth: Int)
  /// A number is added to every value (the gains of Gemma, which its files count from zero).
  case plus(Float)
  /// Rows at the start that the program never reads are left out (the positions of OPT and RoBERTa); zeros on the way
  /// back.
  case droppingRows(Int)
  /// Axes of length one are left out: `[1, n]` to `[n]`.
  case flattened

  /// The sizes that a tensor of the hub has where ours has `sizes`.
  func theirs(_ sizes: [Int]) -> [Int] {
    switch self {
    case .transposed: sizes.reversed()
    case .droppingRows(let count): [sizes[0] + count] + sizes.dropFirst()
    case .flattened: [1] + sizes
    case .perHead, .pairsToHalves, .swappedHalves, .plus: sizes
    }
  }

  /// Values of the hub as ours.
  ///
  /// - Parameters:
  ///   - values: the values.
  ///   - sizes: the sizes that ours will have.
  func imported(_ values: [Float], sizes: [Int]) -> [Float] {
    switch self {
    case .transposed: Self.transposed(values, rows: sizes[1], columns: sizes[0])
    case .perHead(let parts, let width):
      Self.permuted(values, sizes) { row, rows in
        let heads = rows / (parts * width)
        let (part, head, place) = (row / (heads * width), row / width % heads, row % width)
        return (head * parts + part) * width + place
      }
    case .pairsToHalves(let width, let rotated, let end):
      Self.permuted(values, sizes) { row, _ in row < end ? Self.pair(row, width, rotated) : row }
    case .swappedHalves(let width): Self.swapped(values, sizes, width)
    case .plus(let number): values.map { $0 + number }
    case .droppingRows(let count): Array(values.dropFirst(count * Self.row(sizes)))
    case .flattened: values
    }
  }

  /// Our values as the hub's.
  ///
  /// - Parameters:
  ///   - values: the values.
  ///   - sizes: the sizes of ours.
  func exported(_ values: [Float], sizes: [Int]) -> [Float] {
    switch self {
    case .transposed: return Self.transposed(values, rows: sizes[0], columns: sizes[1])
    case .perHead(let parts, let width):
      return Self.permuted(values, sizes) { row, rows in
        let heads = rows / (parts * width)
        let (head, part, place) = (row / (parts * width), row / width % parts, row % width)
        return (part * heads + head) * width + place
      }
    case .pairsToHalves(let width, let rotated, let end):
      return Self.permuted(values, sizes) { row, _ in row < end ? Self.half(row, width, rotated) : row }
    case .swappedHalves(let width): return Self.swapped(values, sizes, width)
    case .plus(let number): return values.map { $0 - number }
    case .droppingRows(let count):
      return [Float](repeating: 0, count: count * Self.row(sizes)) + values
    case .flattened: return values
    }
  }

  private static func swapped(_ values: [Float], _ sizes: [Int], _ width: Int) -> [Float] {
    permuted(values, sizes) { row, _ in row / width * width + (row % width + width / 2) % width }
  }

  /// Where a channel of halves stands among neighbours.
  private static func pair(_ row: Int, _ width: Int, _ rotated: Int) -> Int {
    let (head, channel) = (row / width * width, row % width)
    guard channel < rotated else { return row }
    let half = rotated / 2
    return head + (channel < half ? 2 * channel : 2 * (channel - half) + 1)
  }

  /// Where a channel of neighbours stands among halves.
  private static func half(_ row: Int, _ width: Int, _ rotated: Int) -> Int {
    let (head, channel) = (row / width * width, row % width)
    guard channel < rotated else { return row }
    return head + channel / 2 + (channel.isMultiple(of: 2) ? 0 : rotated / 2)
  }

  private static func row(_ sizes: [Int]) -> Int { sizes.dropFirst().reduce(1, *) }

  /// Rows in another order: row i is `source(i)` of the values.
  private static func permuted(
    _ values: [Float], _ sizes: [Int], _ source: (_ row: Int, _ rows: Int) -> Int
  ) -> [Float] {
    let length = row(sizes)
    var result: [Float] = []
    result.reserveCapacity(values.count)
    for row in 0..<sizes[0] {
      let start = source(row, sizes[0]) * length
      result += values[start..<start + length]
    }
    return result
  }

  /// `[rows, columns]` to `[columns, rows]`.
  private static func transposed(_ values: [Float], rows: Int, columns: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: values.count) { result, count in
      values.withUnsafeBufferPointer { values in
        guard let from = values.baseAddress, let to = result.baseAddress else { return }
        transpose(from, rows: rows, columns: columns, into: to)
      }
      count = values.count
    }
  }
}
