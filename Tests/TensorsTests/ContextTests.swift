import Foundation
import Kernels
import TestSupport
import Testing

@testable import Tensors

@Suite struct ContextTests {
  /// A little network with everything that a step has: parameters, loss, backward, update.
  private struct Network {
    let context: Context
    let weights: [Tensor]
    let moments: [(Buffer, Buffer)]
    private static let width = 24

    init(_ context: Context) throws {
      self.context = context
      let shape: Shape = ["outputs": Self.width, "inputs": Self.width]
      weights = try ["first", "second"].map { name in
        let buffer = try context.allocate(shape, kind: .parameters)
        try context.initialise(buffer, shape, .normal(deviation: 0.2), name: name)
        let gradient = try context.allocate(shape, kind: .gradients)
        return Tensor(
          shape: shape, buffer: buffer, node: GradientNode(shape: shape, persistent: gradient))
      }
      moments = try weights.map { _ in
        let pair = (
          try context.allocate(shape, kind: .optimiser), try context.allocate(shape, kind: .optimiser)
        )
        context.fill(pair.0, with: 0)
        context.fill(pair.1, with: 0)
        return pair
      }
    }

    func step(_ number: Int) throws -> [Float] {
      let pass = Pass.training(context, step: number)
      for weight in weights { weight.node?.isWritten = false }
      let shape: Shape = ["rows": 10, "width": Self.width]
      let x = try context.tensor((0..<shape.count).map { sin(Float($0)) }, shape)
      let hidden = try pass.linear(x, weight: weights[0], bias: nil, activation: .gelu)
      let sum = try pass.residual(x, adding: hidden, dropoutRate: 0.1, name: "join")
      let targets = try context.indices((0..<10).map { Int32($0 % Self.width) }, ["predictions": 10])
      let result = try pass.linearCrossEntropy(
        sum, weight: weights[1], bias: nil, targets: targets, name: "head")
      try pass.tape?.backward(from: result.loss, in: context)
      for (weight, moment) in zip(weights, moments) {
        guard let gradient = weight.node?.persistent else { continue }
        context.adamW(
          weight: weight, gradient: gradient, firstMoment: moment.0, secondMoment: moment.1,
          step: AdamWStep(
            learningRate: 0.01, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, decay: 0, gradientScale: 1,
            correction1: Float(1 - pow(0.9, Double(number))),
            correction2: Float(1 - pow(0.99, Double(number)))))
      }
      return result.loss.values() + weights.flatMap { $0.values() }
    }
  }

  @Test func aSteadyStepNeedsNoNewMemory() throws {
    let network = try Network(.tested(threads: 2))
    let arena = network.context.device.arena
    var (counts, peaks, lives): ([Int], [Int], [Int]) = ([], [], [])
    for number in 1...5 {
      let before = arena.allocations
      _ = try network.step(number)
      counts.append(arena.allocations - before)
      peaks.append(arena.peak)
      lives.append(arena.live)
    }
    #expect(Set(counts).count == 1 && counts[0] > 0)
    #expect(Set(peaks).count == 1, "memory grows: \(peaks)")
    #expect(Set(lives).count == 1, "memory leaks: \(lives)")
  }

  @Test func trainingLowersTheLossWithTheSameBitsOnAnyThreads() throws {
    let runs = try [1, 2, 4, 8].map { threads in
      let network = try Network(.tested(threads: threads))
      return try (1...20).map { try network.step($0) }
    }
    for run in runs { #expect(run == runs[0]) }
    #expect(runs[0][19][0] < runs[0][0][0] * 0.8)
  }

  @Test func aDryRunCountsWhatARealOneNeeds() throws {
    for threads in [1, 3] {
      let (real, dry) = (try Network(.tested(threads: threads)), try Network(.dry(threads: threads)))
      for number in 1...2 {
        _ = try real.step(number)
        _ = try dry.step(number)
        #expect(real.context.device.matrixFlops == dry.context.device.matrixFlops)
        #expect(dry.context.device.matrixFlops == UInt64(number * 10 * 24 * 24 * (2 * 2 + 2 * 3)))
        #expect(real.context.device.arena.peak == dry.context.device.arena.peak)
        #expect(real.context.device.arena.kindsAtPeak == dry.context.device.arena.kindsAtPeak)
      }
    }
  }

  @Test func contextsDoNotSeeEachOther() throws {
    let (first, second) = (try Context.tested(threads: 1, seed: 1), try Context.tested(threads: 1, seed: 2))
    let network = try Network(first)
    _ = try network.step(1)
    #expect(second.device.arena.peak == 0 && second.device.matrixFlops == 0)
  }

  @Test func initialValuesDependOnTheNameAlone() throws {
    let shape: Shape = ["width": 1000]
    func values(_ initial: InitialValue, _ name: String, seed: UInt64 = 1, threads: Int = 1) throws
      -> [Float]
    {
      let context = try Context.tested(threads: threads, seed: seed)
      let buffer = try context.allocate(shape)
      try context.initialise(buffer, shape, initial, name: name)
      return Tensor(shape: shape, buffer: buffer, node: nil).values()
    }
    let normal = InitialValue.normal(deviation: 0.02)
    let first = try values(normal, "blocks.0.weight")
    #expect(try values(normal, "blocks.0.weight", threads: 4) == first)
    #expect(try values(normal, "blocks.1.weight") != first)
    #expect(try values(normal, "blocks.0.weight", seed: 2) != first)
    #expect(try values(.truncatedNormal(deviation: 0.02), "a").allSatisfy { abs($0) <= 0.04 })
    #expect(try values(.uniform(limit: 0.1), "a").allSatisfy { abs($0) <= 0.1 })
    #expect(try values(.constant(3), "a").allSatisfy { $0 == 3 })
    #expect(try values(.values((0..<1000).map(Float.init)), "a")[999] == 999)
    let error = #expect(throws: ShapeError.self) { try values(.values([1]), "head.bias") }
    #expect(error?.description == "head.bias: values is 1 values, expected 1000 values for [width 1000]")
  }
}
