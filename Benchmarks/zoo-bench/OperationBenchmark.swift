import CommandLineKit
import Foundation
import Kernels
import Tensors
import Wording
import ZooCommand

/// The general operations beside what memory or matrix products allow at best.
enum OperationBenchmark {
  /// An operation, and what no implementation of it gets around.
  struct Case: Sendable {
    let name: String
    /// Floats that a forward pass must read and write.
    let forwardFloats: Int
    /// Floats that a backward pass must read and write.
    let backwardFloats: Int
    /// FLOPs of matrix products in a forward pass; twice that backward.
    var flops = 0
    let shapes: [Shape]
    let run: @Sendable (Pass, [Tensor]) throws -> Tensor
  }

  /// Times of one operation, in seconds.
  struct Row: Codable {
    let name: String
    let forward: Double
    let forwardFloor: Double
    let backward: Double
    let backwardFloor: Double
  }

  /// Batch, time, heads and width of a model of 100 million parameters.
  private static let (batch, time, heads, width) = (4, 512, 12, 768)

  static let cases: [Case] = {
    let (rows, count) = (batch * time, batch * time * width)
    let x: Shape = ["batch": batch, "time": time, "width": width]
    let head = width / heads
    let perHead: Shape = ["batch": batch, "heads": heads, "time": time, "width": head]
    let scores: Shape = ["batch": batch, "heads": heads, "query": time, "key": time]
    let scoreCount = scores.count
    func unary<F: UnaryFunction>(_ function: F) -> Case {
      Case(name: function.name, forwardFloats: 2 * count, backwardFloats: 3 * count, shapes: [x]) {
        try $0.map($1[0], function)
      }
    }
    return [
      unary(Tanh()), unary(Exponential()), unary(Softplus()),
      Case(
        name: "multiply, vector over rows", forwardFloats: 2 * count, backwardFloats: 4 * count,
        shapes: [x, ["width": width]]
      ) { try $0.multiply($1[0], broadcasting: $1[1], along: 2..<3) },
      Case(name: "sum over time", forwardFloats: count, backwardFloats: count, shapes: [x]) {
        try $0.sum($1[0], axis: 1)
      },
      Case(name: "max over width", forwardFloats: count, backwardFloats: count, shapes: [x]) {
        try $0.max($1[0], axis: -1)
      },
      Case(name: "softmax", forwardFloats: 2 * scoreCount, backwardFloats: 3 * scoreCount, shapes: [scores]) {
        try $0.softmax($1[0])
      },
      Case(name: "log-sum-exp", forwardFloats: scoreCount, backwardFloats: 2 * scoreCount, shapes: [scores]) {
        try $0.logSumExp($1[0])
      },
      Case(
        name: "permute heads", forwardFloats: 2 * count, backwardFloats: 2 * count,
        shapes: [["batch": batch, "time": time, "heads": heads, "width": head]]
      ) { try $0.permute($1[0], order: [0, 2, 1, 3]) },
      Case(name: "transpose", forwardFloats: 2 * count, backwardFloats: 2 * count, shapes: [x]) {
        try $0.permute($1[0], order: [0, 2, 1])
      },
      Case(name: "split and concatenate", forwardFloats: 4 * count, backwardFloats: 4 * count, shapes: [x]) {
        let parts = try $0.split($1[0], sizes: [width / 2, width / 2])
        return try $0.concatenate([parts[1], parts[0]])
      },
      Case(name: "cumulative sum over time", forwardFloats: 2 * count, backwardFloats: 2 * count, shapes: [x])
      {
        try $0.cumulativeSum($1[0], axis: 1)
      },
      Case(
        name: "linear scan over time", forwardFloats: 3 * count, backwardFloats: 5 * count, shapes: [x, x]
      ) {
        try $0.linearScan($1[0], gates: $1[1], axis: 1)
      },
      Case(
        name: "causal convolution, 4 taps", forwardFloats: 2 * count, backwardFloats: 4 * count,
        shapes: [x, ["width": width, "taps": 4]]
      ) { try $0.causalConvolution($1[0], weight: $1[1], bias: nil) },
      Case(
        name: "top 8 of 64", forwardFloats: rows * 64, backwardFloats: rows * 64,
        shapes: [["rows": rows, "experts": 64]]
      ) { try $0.topK($1[0], 8).values },
      Case(
        name: "matrix product, scores", forwardFloats: 0, backwardFloats: 0,
        flops: 2 * batch * heads * time * time * head, shapes: [perHead, perHead]
      ) { try $0.matrixProduct($1[0], $1[1], transposeB: true) },
      Case(
        name: "matrix product, values", forwardFloats: 0, backwardFloats: 0,
        flops: 2 * batch * heads * time * time * head, shapes: [scores, perHead]
      ) { try $0.matrixProduct($1[0], $1[1]) },
    ]
  }()

  /// The best of several tries for each operation whose name contains `only`.
  static func measure(_ limits: MachineLimits, threads: Int, only: String) throws -> [Row] {
    try cases.filter { only.isEmpty || $0.name.contains(only) }.map { item in
      let context = try Context.cpu(threads: threads, seed: 1)
      let values = try item.shapes.map { shape in
        try context.tensor((0..<shape.count).map { 0.1 + Float($0 % 83) * 0.01 }, shape)
      }
      var (forward, backward) = (Double.infinity, Double.infinity)
      for round in 0..<12 {
        let pass = Pass.training(context, step: 0)
        // Activations: their gradients end with the round.
        let inputs = values.map {
          Tensor(shape: $0.shape, buffer: $0.buffer, node: GradientNode(shape: $0.shape))
        }
        var result: Tensor?
        let first = try seconds { result = try item.run(pass, inputs) }
        guard let y = result, let tape = pass.tape else { continue }
        // What comes in from above is one buffer of ones.
        let ones = try context.tensor([Float](repeating: 1, count: y.shape.count), y.shape)
        let second = try seconds { try tape.backward(from: y, gradient: ones, in: context) }
        if round > 0 { (forward, backward) = (min(forward, first), min(backward, second)) }
      }
      func floor(_ floats: Int, _ flops: Int) -> Double {
        max(Double(4 * floats) / limits.bandwidth, Double(flops) / limits.flops)
      }
      return Row(
        name: item.name, forward: forward, forwardFloor: floor(item.forwardFloats, item.flops),
        backward: backward, backwardFloor: floor(item.backwardFloats, 2 * item.flops))
    }
  }
}

extension Command {
  /// `zoo-bench operations`
  static let operations = Command(
    name: "operations",
    summary: "measure the general operations beside the floor of memory and matrix products",
    options: [
      .value("threads", .integer(1...1024), default: "2", help: "threads"),
      .value("only", .text, default: "", help: "only operations whose name contains this"),
      .flag("json", help: "print JSON for a script"),
    ]
  ) { arguments in
    let threads = arguments.integer("threads") ?? 2
    let limits = MachineLimits.measure(threads: threads, precision: .fp32)
    let rows = try OperationBenchmark.measure(limits, threads: threads, only: arguments.option("only") ?? "")
    if arguments.flag("json") { return try arguments.console.json(rows) }
    func cells(_ seconds: Double, _ floor: Double) -> [String] {
      [Format.fixed(seconds * 1e3, 2), Format.fixed(floor * 1e3, 2), "\(Int(100 * floor / seconds)) %"]
    }
    var table = Table(
      "operation", "forward, ms", "floor, ms", "of floor", "backward, ms", "floor, ms", "of floor")
    for row in rows {
      table.add([row.name] + cells(row.forward, row.forwardFloor) + cells(row.backward, row.backwardFloor))
    }
    arguments.console.table(table)
  }
}
