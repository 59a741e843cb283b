import Foundation
import TestSupport
import Testing

@testable import Tensors

@Suite struct ProfilerTests {
  private func row(_ name: String, of profiler: Profiler) throws -> Profiler.Row {
    try #require(profiler.table.first { $0.name == name })
  }

  private func linear(_ context: Context) throws {
    let pass = Pass.inference(context)
    let x = try context.tensor([Float](repeating: 1, count: 6), ["rows": 2, "width": 3])
    let weight = try context.tensor([Float](repeating: 1, count: 12), ["outputs": 4, "inputs": 3])
    _ = try pass.linear(x, weight: weight, bias: nil)
  }

  @Test func spansNestAndCount() throws {
    let context = try Context.tested(threads: 1)
    let profiler = Profiler()
    context.profiler = profiler
    try context.span("step") {
      try linear(context)
      try linear(context)
      usleep(2_000)
    }
    let (step, inner) = (try row("step", of: profiler), try row("linear", of: profiler))
    #expect(step.calls == 1 && inner.calls == 2)
    #expect(inner.flops == 2 * 2 * 2 * 3 * 4 && step.flops == 0)
    // Two rows of three, four of three, two rows of four.
    #expect(inner.bytes == 2 * (6 + 12 + 8) * 4 && step.bytes == 0)
    #expect(step.own >= 0.002 && step.total >= step.own + inner.total - 1e-9)
    #expect(profiler.table.map(\.own) == profiler.table.map(\.own).sorted(by: >))
    profiler.reset()
    #expect(profiler.table.isEmpty && profiler.events.isEmpty)
  }

  @Test func theBackwardPassHasRowsOfItsOwn() throws {
    let context = try Context.tested(threads: 1)
    context.profiler = Profiler()
    let shape: Shape = ["rows": 1, "width": 1]
    let buffer = try context.tensor([2], shape).buffer
    let gradient = try context.tensor([0], shape).buffer
    let weight = Tensor(
      shape: shape, buffer: buffer, node: GradientNode(shape: shape, persistent: gradient))
    let pass = Pass.training(context, step: 0)
    let x = try context.tensor([3], shape)
    try pass.tape?.backward(from: try pass.linear(x, weight: weight, bias: nil), in: context)
    let profiler = try #require(context.profiler)
    #expect(try row("linear.backward", of: profiler).flops == 2)
    #expect(Tensor(shape: shape, buffer: gradient, node: nil).values() == [3])
  }

  @Test func theTraceIsBoundedAndReadable() throws {
    let context = try Context.tested(threads: 1)
    let profiler = Profiler(traceLimit: 3)
    context.profiler = profiler
    for number in 0..<5 { context.span("phase", "shape \(number)") {} }
    #expect(profiler.events.count == 3)
    #expect(try row("phase", of: profiler).calls == 5)
    let trace = try JSONSerialization.jsonObject(with: profiler.chromeTrace()) as? [String: Any]
    let events = try #require(trace?["traceEvents"] as? [[String: Any]])
    #expect(events.count == 3)
    for (number, event) in events.enumerated() {
      #expect(event["ph"] as? String == "X" && event["name"] as? String == "phase")
      #expect(event["dur"] as? Double ?? -1 >= 0 && event["ts"] as? Double ?? -1 >= 0)
      #expect((event["args"] as? [String: String])?["shape"] == "shape \(number)")
    }
  }

  @Test func anErrorClosesItsSpan() throws {
    struct Failure: Error {}
    let context = try Context.tested(threads: 1)
    let profiler = Profiler()
    context.profiler = profiler
    #expect(throws: Failure.self) {
      try context.span("outer") { try context.span("inner") { throw Failure() } }
    }
    #expect(try row("outer", of: profiler).calls == 1)
    #expect(try row("inner", of: profiler).calls == 1)
  }
}
