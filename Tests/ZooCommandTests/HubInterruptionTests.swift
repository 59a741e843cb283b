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
    // The tables come last: what is behind the end of the values is a hole in the file.
    func start(_ name: String) -> Int {
      ((header[name] as? [String: Any])?["data_offsets"] as? [Int])?.first ?? -1
    }
    let names = header.keys.sorted { start($0) < start($1) }
    var (values, tables): (Data, [String]) = (Data(), [])
    for name in names {
      guard var entry = header[name] as? [String: Any], let shape = entry["shape"] as? [Int],
        let place = entry["data_offsets"] as? [Int]
      else { continue }
      if shape.first == 300 {
        tables.append(name)
        continue
      }
      entry["data_offsets"] = [values.count, values.count + place[1] - place[0]]
      values += weights[(8 + count + place[0])..<(8 + count + place[1])]
      header[name] = entry
    }
    var end = values.count
    for name in tables {
      guard var entry = header[name] as? [String: Any], let shape = entry["shape"] as? [Int] else { continue }
      let sizes = [rows] + shape.dropFirst()
      let bytes = sizes.reduce(4, *)
      (entry["shape"], entry["data_offsets"]) = (sizes, [end, end + bytes])
      header[name] = entry
      end += bytes
    }
    var written = try JSONSerialization.data(withJSONObject: header)
    written += Data(repeating: 0x20, count: (8 - written.count % 8) % 8)
    let size = withUnsafeBytes(of: UInt64(written.count).littleEndian) { Data($0) }
    let file = hub.appendingPathComponent("model.safetensors")
    let offset = 8 + written.count
    try (size + written + values).write(to: file)
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
