import Checkpoints
import Foundation
import Inference
import Settings
import Tensors
import Zoo

@testable import HuggingFace

/// A mistake that an import of a family could make. A test of logits can find it only where it moves them.
struct WrongVariant: Sendable, CustomStringConvertible {
  /// What is done wrong.
  enum Mistake: Sendable {
    /// Edits `path=value` of the descriptor. Parameters that they remove are dropped; gains that they add are one, biases
    /// zero.
    case settings([String])
    /// A change of the tensors whose names end so.
    case tensors(String, TensorMistake)
    /// The first two heads change places with all that belongs to them: only what depends on the number of a head, its
    /// slope, is wrong then.
    case firstHeads(width: Int, of: Int)
  }

  /// A change of a tensor's values.
  enum TensorMistake: Sendable {
    /// Not read, for some rows.
    case zeros(Range<Int>? = nil)
    /// A number is added: gains counted from another one.
    case plus(Float)
    /// Two groups of rows change places.
    case swapped(Range<Int>, Range<Int>)
    /// Two groups of columns change places.
    case swappedColumns(Range<Int>, Range<Int>)
    /// Rows begin so many rows late: zeros come first.
    case late(Int)
    /// A step between the file and the checkpoint that is left out, for some rows.
    case without(Arrangement, rows: Range<Int>? = nil)
    /// A step that does not belong there, for some rows.
    case with(Arrangement, rows: Range<Int>? = nil)

    /// The values that are read by mistake for `values` of the given sizes.
    func applied(to values: [Float], sizes: [Int]) -> [Float] {
      let width = sizes.dropFirst().reduce(1, *)
      func places(_ rows: Range<Int>?) -> Range<Int> {
        rows.map { $0.lowerBound * width..<$0.upperBound * width } ?? 0..<values.count
      }
      func changed(_ rows: Range<Int>?, _ change: ([Float]) -> [Float]) -> [Float] {
        var result = values
        result.replaceSubrange(places(rows), with: change(Array(values[places(rows)])))
        return result
      }
      func part(_ rows: Range<Int>?) -> [Int] { [rows?.count ?? sizes[0]] + sizes.dropFirst() }
      switch self {
      case .zeros(let rows): return changed(rows) { [Float](repeating: 0, count: $0.count) }
      case .plus(let number): return values.map { $0 + number }
      case .swapped(let first, let second):
        var result = values
        result.replaceSubrange(places(first), with: values[places(second)])
        result.replaceSubrange(places(second), with: values[places(first)])
        return result
      case .swappedColumns(let first, let second):
        let transposed = Arrangement.transposed
        let columns = transposed.exported(values, sizes: sizes)
        let swapped = TensorMistake.swapped(first, second).applied(to: columns, sizes: sizes.reversed())
        return transposed.imported(swapped, sizes: sizes)
      case .late(let rows): return [Float](repeating: 0, count: rows * width) + values.dropLast(rows * width)
      case .without(let step, let rows): return changed(rows) { step.exported($0, sizes: part(rows)) }
      case .with(let step, let rows): return changed(rows) { step.imported($0, sizes: part(rows)) }
      }
    }
  }

  /// What is mistaken.
  let name: String
  /// The family's `model_type`.
  let family: String
  /// The case of `Tests/interop/hub_models.py` that it shows in.
  let hubCase: String
  let mistake: Mistake

  var description: String { "\(hubCase): \(name)" }

  /// The smallest move of the logits, as a fraction of the largest logit, that a comparison cannot miss: a hundred times
  /// what the comparison allows.
  static let smallestMove = 1e-2

  /// How far the mistake moves what an imported model gives, as a fraction of the largest value.
  ///
  /// - Parameters:
  ///   - checkpoint: the model as it is imported.
  ///   - inputs: what it reads.
  ///   - folder: an existing folder for the wrong model.
  func move(of checkpoint: ModelFile.OpenCheckpoint, on inputs: [TokenInput], in folder: URL) throws -> Double
  {
    let registry = try Registry.withMistakes()
    let file = folder.appendingPathComponent("wrong.safetensors")
    try write(checkpoint, registry, to: file)
    func values(_ checkpoint: ModelFile.OpenCheckpoint) throws -> [Float] {
      let model = try LoadedModel(
        checkpoint, registry: registry, context: try Context.cpu(threads: 1, seed: 1))
      return try inputs.flatMap { $0.unpadded(try model.outputs($0).all[0].values) }
    }
    let right = try values(checkpoint)
    let wrong = try values(try ModelFile.open(file, registry: registry))
    let difference = zip(right, wrong).map { abs($0 - $1) }.max() ?? 0
    return Double(difference / (right.map(abs).max() ?? 1))
  }

  private func write(
    _ checkpoint: ModelFile.OpenCheckpoint, _ registry: Registry, to file: URL
  ) throws {
    let right = try registry.descriptor(of: checkpoint)
    let (sets, changes) = (mistake.sets, mistake.changes)
    let wrong = try registry.resolve(
      right.settings.node(typeKey: "architecture"), name: right.name, sets: sets)
    var isChanged = wrong.json != right.json
    let entries = try HubImport.parameters(of: wrong, registry).all.map { parameter in
      let sizes = parameter.tensor.shape.sizes
      var values = try value(of: parameter.name, sizes, checkpoint)
      for change in changes where parameter.name.hasSuffix(change.ending) {
        values = change.mistake.applied(to: values, sizes: sizes)
        isChanged = true
      }
      return TensorEntry(
        name: parameter.name, shape: sizes, byteCount: values.count * MemoryLayout<Float>.stride
      ) { range, body in
        try values.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[range])) }
      }
    }
    guard isChanged else { throw Unusable(reason: "\(self) changes nothing") }
    var record = checkpoint.record
    record.descriptor = wrong.json
    try ModelFile.write(entries: entries, record: record, tokenizer: checkpoint.tokenizer, to: file)
  }

  /// The values of a parameter that the file has, the first of them for a smaller one; else those of a gain or a bias.
  private func value(
    of name: String, _ sizes: [Int], _ checkpoint: ModelFile.OpenCheckpoint
  ) throws -> [Float] {
    let count = sizes.reduce(1, *)
    if checkpoint.names.contains(name) {
      let values = try checkpoint.values(name)
      guard values.count >= count else { throw Unusable(reason: "\(self): \(name) would be larger") }
      return Array(values.prefix(count))
    }
    guard sizes.count == 1 else { throw Unusable(reason: "\(self): no file has \(name)") }
    return [Float](repeating: name.hasSuffix("weight") ? 1 : 0, count: count)
  }

  /// A row of the table that says nothing of its model.
  struct Unusable: Error { let reason: String }
}

extension WrongVariant.Mistake {
  /// The edits of the descriptor.
  fileprivate var sets: [String] {
    if case .settings(let edits) = self { edits } else { [] }
  }

  /// The changes of tensors by the ends of their names, in this order.
  fileprivate var changes: [(ending: String, mistake: WrongVariant.TensorMistake)] {
    switch self {
    case .settings: return []
    case .tensors(let ending, let mistake): return [(ending, mistake)]
    case .firstHeads(let width, let heads):
      let swaps = (0..<3).flatMap { part -> [(String, WrongVariant.TensorMistake)] in
        let start = part * heads * width
        let swap = WrongVariant.TensorMistake.swapped(
          start..<start + width, start + width..<start + 2 * width)
        return [("attention.projection.weight", swap), ("attention.projection.bias", swap)]
      }
      return swaps + [("attention.output.weight", .swappedColumns(0..<width, width..<2 * width))]
    }
  }
}
