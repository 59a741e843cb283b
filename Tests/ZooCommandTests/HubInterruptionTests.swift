import Foundation
import TestSupport
import Testing

/// `zoo import` and `zoo export` that are stopped while they write: nothing stays, and another attempt succeeds.
@Suite struct HubInterruptionTests {
  private static let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures/hub/bert")

  /// The tiny BERT with so many rows of tokens; what is new is zero.
  private func makeHub(at hub: URL, rows: Int) throws {
    try FileManager.default.createDirectory(at: hub, withIntermediateDirectories: false)
    try Data(TinyWordPieces.json.utf8).write(to: hub.appendingPathComponent("tokenizer.json"))
    let config = try String(
      contentsOf: Self.fixture.appendingPathComponent("config.json"), encoding: .utf8)
    try Data(config.replacing(#""vocab_size": 300"#, with: #""vocab_size": \#(rows)"#).utf8)
      .write(to: hub.appendingPathComponent("config.json"))
    let weights = try Data(contentsOf: Self.fixture.appendingPathComponent("model.safetensors"))
    let count = weights.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let parsed = try JSONSerialization.jsonObject(with: weights[8..<8 + count])
    var header = try #require(parsed as? [String: Any])
    var end = weights.count - 8 - count
    for (name, value) in header {
      guard var entry = value as? [String: Any], var shape = entry["shape"] as? [Int], shape.first == 300
      else { continue }
      shape[0] = rows
      let bytes = shape.reduce(4, *)
      (entry["shape"], entry["data_offsets"]) = (shape, [end, end + bytes])
      header[name] = entry
      end += bytes
    }
    var written = try JSONSerialization.data(withJSONObject: header)
    written += Data(repeating: 0x20, count: (8 - written.count % 8) % 8)
    let size = withUnsafeBytes(of: UInt64(written.count).littleEndian) { Data($0) }
    let file = hub.appendingPathComponent("model.safetensors")
    // The old values of the tables stay where no tensor is, which is as good as a hole.
    let offset = 8 + written.count
    try (size + written + weights[(8 + count)...]).write(to: file)
    try #require(truncate(file.path, offset + end) == 0)
  }

  private func paths(_ folder: URL) throws -> Set<String> {
    Set(try FileManager.default.subpathsOfDirectory(atPath: folder.path))
  }

  /// Starts a command, and sends the signal once it has begun to write.
  private func interrupted(_ words: [String], by signal: Int32, in folder: URL) throws -> Int32 {
    let process = try ZooProcess(words, in: folder)
    let deadline = Date().addingTimeInterval(60)
    while process.isRunning, Date() < deadline,
      try !paths(folder).contains(where: { $0.hasSuffix(".partial") })
    {
      usleep(1000)
    }
    process.send(signal)
    return process.wait().status
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func aSignalLeavesNothing(signal: Int32) throws {
    try withTemporaryFolder { folder in
      try makeHub(at: folder.appendingPathComponent("hub"), rows: 1_000_000)
      let before = try paths(folder)
      #expect(try interrupted(["import", "hub", "--out", "r"], by: signal, in: folder) == 128 + signal)
      #expect(try paths(folder) == before)
      let again = try ZooProcess.run(["import", "hub", "--out", "r"], in: folder)
      try #require(again.status == 0, "\(again.errors)")
      let imported = try paths(folder)
      #expect(try interrupted(["export", "r", "out"], by: signal, in: folder) == 128 + signal)
      #expect(try paths(folder) == imported)
    }
  }

  /// A process that is killed leaves what it had begun; the next one takes the folder over.
  @Test func aKilledCommandIsRepeated() throws {
    try withTemporaryFolder { folder in
      try makeHub(at: folder.appendingPathComponent("hub"), rows: 1_000_000)
      for out in [["--out", "r"], []] {
        _ = try interrupted(["import", "hub"] + out, by: SIGKILL, in: folder)
        #expect(try paths(folder).contains { $0.hasSuffix(".partial") })
        let again = try ZooProcess.run(["import", "hub"] + out, in: folder)
        #expect(again.status == 0 && again.output.contains(out.last ?? "runs/hub-1"), "\(again)")
      }
      _ = try interrupted(["export", "r", "out"], by: SIGKILL, in: folder)
      let again = try ZooProcess.run(["export", "r", "out"], in: folder)
      #expect(again.status == 0, "\(again.errors)")
      #expect(try !paths(folder).contains { $0.hasSuffix(".partial") })
      // A folder with anything else in it stays as it is.
      _ = try interrupted(["import", "hub", "--out", "kept"], by: SIGKILL, in: folder)
      try Data("mine".utf8).write(to: folder.appendingPathComponent("kept/notes"))
      let kept = try paths(folder)
      #expect(try ZooProcess.run(["import", "hub", "--out", "kept"], in: folder).status != 0)
      #expect(try paths(folder) == kept)
    }
  }
}
