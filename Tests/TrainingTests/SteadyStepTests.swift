import Foundation
import Installed
import Tensors
import Testing
import Text
import Zoo

@testable import Training

/// What a step asks of the system for memory once training is under way: nothing.
@Suite struct SteadyStepTests {
  let bench: TrainingBench
  init() throws { bench = try TrainingBench() }

  /// The first step reserves everything; those that follow cut the same buffers from the same memory, and
  /// the system has to find no page for them.
  @Test(arguments: ["gpt-4x128", "bert-4x128", "tiny/dropout"])
  func aSteadyStepNeedsNoNewMemory(preset: String) throws {
    let trainer = try bench.trainer(preset, ["steps=40", "batch=12"])
    let arena = trainer.context.device.arena
    for _ in 0..<3 { _ = try trainer.step() }
    var (faults, buffers) = ([Int](), Set<Int>())
    let (peak, live) = (arena.peak, arena.live)
    for _ in 0..<15 {
      let (before, allocated) = (Self.pageFaults, arena.allocations)
      _ = try trainer.step()
      faults.append(Self.pageFaults - before)
      buffers.insert(arena.allocations - allocated)
      #expect(arena.live == live)
    }
    #expect(arena.peak == peak)
    #expect(buffers.count == 1, "every step cuts the same buffers")
    // The median: other tests of this process may give the heap's memory back at any time.
    #expect(faults.sorted()[faults.count / 2] == 0, "page faults by step: \(faults)")
  }

  /// The holes between buffers cost little: the pool holds at most 5 % more than what is alive at once.
  @Test(arguments: [
    ("gpt-4x128", 65, 64, 12), ("gpt-6x384", 65, 256, 8), ("gpt-8x512", 8192, 256, 8),
    ("gpt2", 50257, 64, 4), ("gpt2", 50257, 256, 2), ("bert-4x128", 68, 64, 12), ("bert-6x384", 68, 256, 8),
    ("bert-8x512", 8192, 256, 8), ("bert-base", 30522, 128, 4), ("gpt", 1024, 64, 16), ("bert", 1024, 64, 16),
  ])
  func thePoolHoldsLittleMoreThanWhatIsAlive(
    preset: String, vocabulary: Int, context: Int, batch: Int
  ) throws {
    let recipe = try Recipe.load(nil, sets: ["batch=\(batch)"], registry: bench.registry)
    let open = try bench.registry.descriptor(
      preset: preset, sets: ["tokenizer=bytes", "context=\(context)"], from: bench.presets)
    let data = try TrainingData(bench.source, settings: open.tokenizer, registry: bench.registry)
    let trainer = try Trainer(
      try bench.registry.descriptor(open, vocabulary: max(vocabulary, data.tokenizer.vocabularySize)), recipe,
      data, registry: bench.registry, context: Context(device: try DryDevice(threads: 2), seed: 1),
      totalSteps: 2)
    let arena = trainer.context.device.arena
    _ = try trainer.evaluate()
    for _ in 0..<2 { _ = try trainer.step() }
    let share = Double(arena.peak) / Double(arena.livePeak)
    #expect(share <= 1.05, "\(arena.peak) bytes held, \(arena.livePeak) alive")
  }

  /// Page faults of this thread without reading from a disk.
  private static var pageFaults: Int {
    var usage = rusage()
    getrusage(1, &usage)  // RUSAGE_THREAD, which Glibc hides
    return Int(usage.ru_minflt)
  }
}
