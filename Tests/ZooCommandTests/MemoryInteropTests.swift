import Checkpoints
import Foundation
import TestKit
import TestSupport
import Testing

/// A model of 1.5 billion parameters is imported and scores within 8 GiB.
@Suite("Interop: memory", .enabled(if: ProcessInfo.processInfo.environment["ZOO_INTEROP_ALL"] != nil))
struct MemoryInteropTests {
  /// The shape of GPT-2 XL.
  private static let (width, layers, vocabulary, context) = (1600, 48, 50257, 1024)
  private static let limit = 8 << 30

  @Test func gpt2XLFitsIntoEightGibibytes() throws {
    try withTemporaryFolder { folder in
      let free =
        try folder.resourceValues(forKeys: [.volumeAvailableCapacityKey]).volumeAvailableCapacity ?? 0
      try #require(
        free > 16_000_000_000, "two files of 6.2 GB need more than the \(free) bytes that are free")
      let hub = folder.appendingPathComponent("hub")
      try FileManager.default.createDirectory(at: hub, withIntermediateDirectories: false)
      try Self.writeModel(to: hub)
      try Data(#"{"sentence_good": "the dog sleeps", "sentence_bad": "the dogs sleeps"}"#.utf8)
        .write(to: folder.appendingPathComponent("pairs.jsonl"))
      for words in [["import", "hub", "--out", "run"], ["score", "run", "pairs.jsonl"]] {
        let outcome = try ZooProcess.run(words, in: folder)
        try #require(outcome.status == 0, "\(words): \(outcome.errors)")
        #expect(Self.largestChild < Self.limit, "\(words) held \(Self.largestChild) bytes")
      }
    }
  }

  /// Bytes that the largest process held of those that this one started and that have ended.
  private static var largestChild: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &usage)
    return usage.ru_maxrss * 1024
  }

  /// The folder as transformers would save it, with one file of 6.2 GB: a block of random values again and again.
  private static func writeModel(to folder: URL) throws {
    var state: UInt64 = 1
    let block = (0..<(8 << 20) / MemoryLayout<Float>.stride).map { _ -> Float in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(Int64(bitPattern: state) >> 40) / Float(1 << 23) * 0.04
    }
    let d = width
    func entry(_ name: String, _ shape: [Int]) -> TensorEntry {
      TensorEntry(name: name, shape: shape, byteCount: shape.reduce(MemoryLayout<Float>.stride, *)) {
        range, body in
        try block.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[0..<range.count])) }
      }
    }
    func linear(_ name: String, _ rows: Int, _ columns: Int) -> [TensorEntry] {
      [entry(name + ".weight", [rows, columns]), entry(name + ".bias", [columns])]
    }
    func norm(_ name: String) -> [TensorEntry] { [entry(name + ".weight", [d]), entry(name + ".bias", [d])] }
    let blocks = (0..<layers).flatMap { layer -> [TensorEntry] in
      let block = "transformer.h.\(layer)."
      return norm(block + "ln_1") + linear(block + "attn.c_attn", d, 3 * d)
        + linear(block + "attn.c_proj", d, d)
        + norm(block + "ln_2") + linear(block + "mlp.c_fc", d, 4 * d) + linear(block + "mlp.c_proj", 4 * d, d)
    }
    try SafetensorsFile.write(
      [entry("transformer.wte.weight", [vocabulary, d]), entry("transformer.wpe.weight", [context, d])]
        + blocks
        + norm("transformer.ln_f"), metadata: ["format": "pt"],
      to: folder.appendingPathComponent("model.safetensors"))
    let config = """
      {"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "vocab_size": \(vocabulary), "n_embd": \(d),
       "n_layer": \(layers), "n_head": 25, "n_positions": \(context)}
      """
    for (name, text) in [("config.json", config), ("tokenizer.json", TinyWordPieces.json)] {
      try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }
  }
}
