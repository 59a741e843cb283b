import TestSupport
import Testing

@testable import Tensors

@Suite struct CachedStateTests {
  private let context: Context

  init() throws { context = try Context.tested(threads: 1) }

  private func continuing(_ rows: Range<Int>, _ cache: KeyValueCache) throws -> Pass {
    try Pass.inference(context, continuing: rows, of: cache)
  }

  private func state(_ rows: Range<Int>, _ cache: KeyValueCache) throws -> [[Float]] {
    try #require(try continuing(rows, cache).cachedState("layer", shape: ["width": 2])).rows()
  }

  @Test func whatWasStoredIsReadBySequence() throws {
    let cache = KeyValueCache(sequences: 3, capacity: 8, in: context)
    #expect(try state(0..<3, cache) == [[0, 0], [0, 0], [0, 0]])
    try continuing(1..<3, cache).storeState(
      try context.tensor([1, 2, 3, 4], ["batch": 2, "width": 2]), name: "layer")
    #expect(try state(0..<3, cache) == [[0, 0], [1, 2], [3, 4]])
    #expect(try state(2..<3, cache) == [[3, 4]])
    cache.move(2, to: 0)
    #expect(try state(0..<3, cache) == [[3, 4], [1, 2], [0, 0]])
    cache.clear(1)
    #expect(try state(0..<3, cache) == [[3, 4], [0, 0], [0, 0]])
    #expect(cache.byteCount >= 24)
  }

  @Test func withoutACacheThereIsNoState() throws {
    let pass = Pass.inference(context)
    try pass.storeState(try context.tensor([1, 2], ["batch": 1, "width": 2]), name: "layer")
    #expect(try pass.cachedState("layer", shape: ["width": 2]) == nil)
  }

  @Test func anotherShapeIsRefused() throws {
    let cache = KeyValueCache(sequences: 1, capacity: 8, in: context)
    let pass = try continuing(0..<1, cache)
    _ = try pass.cachedState("layer", shape: ["width": 2])
    #expect(throws: ShapeError.self) { try pass.cachedState("layer", shape: ["width": 3]) }
    #expect(throws: ShapeError.self) {
      try pass.storeState(try context.tensor([1, 2, 3, 4], ["batch": 2, "width": 2]), name: "layer")
    }
  }
}
