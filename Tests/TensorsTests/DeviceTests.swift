import Foundation
import Kernels
import TestSupport
import Testing

@testable import Tensors

/// What a device is: memory that values are carried to and from, and a table of kernels.
@Suite struct DeviceTests {
  /// The processor without the kernels of attention: a device that is not finished yet.
  private final class Unfinished: Device {
    let processor: CPUDevice
    let kernels: KernelTable<CPUResources>

    init() throws {
      processor = try CPUDevice(pool: ThreadPool(threads: 1))
      var table = KernelTable<CPUResources>()
      CPUKernels.addElementwise(to: &table)
      CPUKernels.addMatrix(to: &table)
      // In its own way: negated, so that the table is seen to be this one.
      table.add(MultiplyKernel.self) { call, cpu in
        multiply(cpu.pool, count: call.count, a: call.a.floats, b: call.b.floats, y: call.y.floats)
        scale(cpu.pool, count: call.count, x: call.y.floats, by: -1, y: call.y.floats)
      }
      kernels = table
    }

    var name: String { "unfinished" }
    var arena: MemoryArena { processor.arena }
    var threads: Int { 1 }
    var isDry: Bool { false }
    var matrixFlops: UInt64 { processor.matrixFlops }
    func sumOfSquares(_ buffer: Buffer, count: Int) -> Double { processor.sumOfSquares(buffer, count: count) }
    func perform<K: KernelCall>(_ kernel: K) throws {
      guard let entry = kernels.entry(for: K.self) else {
        throw MissingKernelError(kernel: "\(K.self)", device: name)
      }
      let bytes = entry.scratchBytes(for: kernel, threads: threads)
      let scratch = bytes == 0 ? nil : try arena.allocate(bytes: bytes, kind: .activations)
      withExtendedLifetime((kernel, scratch)) {
        entry.body(kernel, CPUResources(pool: processor.pool, buffer: scratch))
      }
    }
  }

  /// A kernel of an operation from outside.
  private struct HalvingKernel: Kernel {
    let x: Buffer
    let y: Buffer
    let count: Int
    var operands: [Buffer?] { [x, y] }
    func run(on pool: ThreadPool) { for index in 0..<count { y.floats[index] = x.floats[index] / 2 } }
  }

  /// A call that no table has and that brings no code.
  private struct UnknownKernel: KernelCall {
    var operands: [Buffer?] { [] }
  }

  private func halved(_ x: Tensor, _ pass: Pass) throws -> Tensor {
    try pass.operation("halve", "\(x.shape)") {
      let y = try pass.output(x.shape, from: [x])
      pass.perform(HalvingKernel(x: x.buffer, y: y.buffer, count: x.shape.count))
      pass.record("halve", y) { [node = x.node, shape = x.shape] dy, sweep in
        let dx = try sweep.context.allocate(shape)
        sweep.perform(HalvingKernel(x: dy, y: dx, count: shape.count))
        try sweep.accumulate(dx, into: node)
      }
      return y
    }
  }

  @Test func eachDeviceHasItsOwnKernels() throws {
    let context = Context(device: try Unfinished(), seed: 1)
    let x = try context.tensor([1, 2, 3], ["width": 3])
    #expect(try Pass.inference(context).multiply(x, x).values() == [-1, -4, -9])
    let usual = try Context.tested(threads: 1)
    let same = try usual.tensor([1, 2, 3], ["width": 3])
    #expect(try Pass.inference(usual).multiply(same, same).values() == [1, 4, 9])
  }

  @Test func aMissingKernelIsNamedWithItsOperationAndDevice() throws {
    let context = Context(device: try Unfinished(), seed: 1)
    let x = try context.tensor([1, 2, 3], ["width": 3])
    let pass = Pass.inference(context)
    let error = #expect(throws: MissingKernelError.self) { try pass.softmax(x) }
    #expect(error == MissingKernelError(kernel: "SoftmaxKernel", device: "unfinished", operation: "softmax"))
    #expect(error?.description.hasPrefix("softmax: ") == true)
    // The error was that operation's; the next one is not concerned.
    #expect(try pass.scale(x, by: 2).values() == [2, 4, 6])
    #expect(throws: MissingKernelError.self) {
      try context.initialise(x.buffer, x.shape, .uniform(limit: 1), name: "weight")
    }
    let outside = #expect(throws: MissingKernelError.self) { try halved(x, pass) }
    #expect(outside?.kernel == "HalvingKernel" && outside?.operation == "halve")
    let usual = try Context.cpu(threads: 1)
    let unknown = #expect(throws: MissingKernelError.self) {
      try Pass.inference(usual).operation("mine", "") { usual.perform(UnknownKernel()) }
    }
    #expect(unknown?.kernel == "UnknownKernel" && unknown?.device == "cpu" && unknown?.operation == "mine")
  }

  @Test func anOperationFromOutsideBringsItsKernel() throws {
    let context = try Context.tested(threads: 1)
    let gradient = try context.tensor([0, 0], ["width": 2])
    let x = Tensor(
      shape: ["width": 2], buffer: try context.tensor([3, 5], ["width": 2]).buffer,
      node: GradientNode(shape: ["width": 2], persistent: gradient.buffer))
    let pass = Pass.training(context, step: 0)
    let y = try halved(x, pass)
    #expect(y.values() == [1.5, 2.5])
    try pass.tape?.backward(from: y, gradient: try context.tensor([1, 4], ["width": 2]), in: context)
    #expect(gradient.values() == [0.5, 2])
  }

  /// Scratch memory that does not fit is an error of the operation that needs it, and of no other.
  @Test func scratchMemoryThatDoesNotFitIsAnError() throws {
    let context = Context(
      device: try CPUDevice(pool: ThreadPool(threads: 1), memoryLimit: 64 << 10), seed: 1)
    let pass = Pass.inference(context)
    let (visible, width) = (try context.indices([0, 1], ["batch": 1, "query": 1, "bounds": 2]), 1024)
    let one = try context.tensor([1], ["width": 1])
    let packed = try context.tensor(
      [Float](repeating: 1, count: 3 * width), ["batch": 1, "time": 1, "width": 3 * width])
    let options = AttentionOptions(heads: 1, keyValueHeads: 1, headWidth: width, visible: visible)
    #expect(throws: MemoryError.self) { try pass.attention(packed, options, name: "attention") }
    #expect(try pass.scale(one, by: 2).values() == [2])
  }

  @Test func valuesAreCarriedToADeviceAndBack() throws {
    let context = try Context.tested(threads: 1)
    let buffer = try context.allocate(["width": 5])
    try buffer.upload([1, 2, 3, 4, 5] as [Float])
    try buffer.upload([9, 8] as [Float], at: 3)
    #expect(try buffer.download(Float.self, 1..<4) == [2, 3, 9])
    #expect(try buffer.withHostBytes(16..<20) { $0.load(as: Float.self) } == 8)
    context.fill(buffer, with: 7)
    #expect(try buffer.download(Float.self) == [7, 7, 7, 7, 7])
    #expect(try buffer.firstNonFinite(count: 5) == nil)
    try buffer.upload([Float.nan], at: 2)
    #expect(try buffer.firstNonFinite(count: 5)?.index == 2)
    // What is only counted holds nothing, and says so.
    let dry = try Context.dry(threads: 1).tensor([1, 2], ["width": 2])
    #expect(!dry.buffer.holdsValues && dry.values() == [0, 0])
    #expect(try dry.buffer.firstNonFinite(count: 2) == nil)
    #expect(throws: NoValuesError.self) { try dry.buffer.download(Float.self) }
  }

  /// The proof that the guarded device proves something.
  @Test func aTouchOutsideAKernelTraps() async {
    await #expect(processExitsWith: .signal(SIGSEGV)) {
      let context = Context(device: try GuardedDevice(threads: 2), seed: 1)
      let x = try context.tensor([1, 2], ["width": 2])
      let sum = try Pass.inference(context).add(x, x).values()
      precondition(sum == [2, 4], "kernels and transfers work")
      precondition(x.buffer.floats[0] == 1, "not reached")
    }
  }
}
