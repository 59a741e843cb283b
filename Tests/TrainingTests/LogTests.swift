import Checkpoints
import Foundation
import TestSupport
import Testing
import Zoo

@testable import Training

@Suite("Metrics log")
struct LogMetricsTests {
  private func text(_ url: URL) throws -> String {
    String(decoding: try Data(contentsOf: url), as: UTF8.self)
  }

  @Test("One object a line, keys sorted, in the file at once")
  func lines() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("metrics.jsonl")
      let log = try MetricsLog(url, after: 0)
      try log.write(step: 1, ["loss": 2.5, "kind": "step", "accuracy": .number(.nan)])
      #expect(try text(url) == #"{"accuracy":null,"kind":"step","loss":2.5,"step":1}"# + "\n")
      try log.write(step: 2, ["loss": 0.1, "tokens": 12])
      #expect(try text(url).hasSuffix(#"{"loss":0.1,"step":2,"tokens":12}"# + "\n"))
      let read = try MetricsLog.read(url)
      #expect(read.map { $0["step"]?.number } == [1, 2])
      #expect(read[0]["accuracy"] == MetricsValue.none)
      #expect(read[0]["kind"] == "step")
      #expect(read[1]["loss"] == 0.1)
    }
  }

  @Test("Damaged lines are told")
  func damagedLines() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("metrics.jsonl")
      try Data("{\"step\":1}\n{\"st\u{0}\n{\"step\":2}\nrubbish\n".utf8).write(to: url)
      #expect(try MetricsLog(url, after: 2).damagedLines == [2, 4])
      #expect(try MetricsLog.read(url).count == 2)
    }
  }

  @Test("Numbers come back with all their digits")
  func digits() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("metrics.jsonl")
      let values = [1 / 3.0, 1e-300, 123_456_789.123, -0.1, Double(Float.pi)]
      let log = try MetricsLog(url, after: 0)
      for (step, value) in values.enumerated() { try log.write(step: step, ["value": .number(value)]) }
      #expect(try MetricsLog.read(url).map { $0["value"]?.number } == values)
    }
  }

  @Test("Going on from a step removes what came after it, and a line that was never finished")
  func resume() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("metrics.jsonl")
      let log = try MetricsLog(url, after: 0)
      for step in 1...5 { try log.write(step: step, ["loss": .number(Double(step))]) }
      let whole = try text(url)
      try Data((whole + #"{"loss":6,"st"#).utf8).write(to: url)
      #expect(try MetricsLog.read(url).count == 5)
      let resumed = try MetricsLog(url, after: 3)
      #expect(try MetricsLog.read(url).compactMap { $0["step"]?.number } == [1, 2, 3])
      try resumed.write(step: 4, ["loss": 40])
      #expect(try MetricsLog.read(url).compactMap { $0["loss"]?.number } == [1, 2, 3, 40])
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["metrics.jsonl"])
      #expect(resumed.damagedLines.isEmpty)
      // Nothing to remove: the very same file continues.
      let before = try FileManager.default.attributesOfItem(atPath: url.path)[.systemFileNumber] as? Int
      _ = try MetricsLog(url, after: 4)
      #expect(try FileManager.default.attributesOfItem(atPath: url.path)[.systemFileNumber] as? Int == before)
    }
  }

  @Test("A damaged line and a missing folder are named")
  func damage() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("metrics.jsonl")
      try Data("{\"step\":1}\nnonsense\n".utf8).write(to: url)
      let error = #expect(throws: CheckpointError.self) { try MetricsLog.read(url) }
      #expect(error?.reason.hasPrefix("line 2 is damaged") == true)
      #expect(throws: CheckpointError.self) {
        try MetricsLog(folder.appendingPathComponent("no/log"), after: 0)
      }
      #expect(try MetricsLog.read(folder.appendingPathComponent("none")).isEmpty)
    }
  }

  @Test(
    "A full disk is an error with the suggestion",
    .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func fullDisk() throws {
    let url = URL(fileURLWithPath: "/dev/full")
    let log = MetricsLog(try FileHandle(forWritingTo: url), at: url)
    let error = #expect(throws: CheckpointError.self) { try log.write(step: 1, ["loss": 1]) }
    #expect(error?.file == url.path && error?.reason.contains("the disk is full") == true)
  }
}

@Suite("Event file")
struct LogEventTests {
  @Test("Checksums are those of RFC 3720 and of the record format")
  func checksums() {
    #expect(MaskedCRC32C.plain([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(MaskedCRC32C.plain([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(MaskedCRC32C.plain(Array("123456789".utf8)) == 0xE306_9283)
    #expect(MaskedCRC32C.of([]) == 0xA282_EAD8)
  }

  @Test("Numbers are encoded as the format's documentation says")
  func encoding() {
    var message = ProtocolBuffer()
    message.add(1, integer: 150)
    message.add(2, text: "testing")
    message.add(3, integer: -1)
    message.add(5, float: 1)
    #expect(
      message.bytes == [0x08, 0x96, 0x01, 0x12, 0x07] + Array("testing".utf8) + [0x18]
        + [UInt8](repeating: 0xFF, count: 9) + [0x01, 0x2D, 0, 0, 0x80, 0x3F])
  }

  @Test("Records are framed, the first one says the version")
  func frames() throws {
    try withTemporaryFolder { folder in
      let events = try EventFile(folder: folder)
      try events.write(step: 3, ["loss": 1.5])
      let records = try LogEventTests.records(of: events.url)
      #expect(records.count == 2)
      #expect(String(decoding: records[0], as: UTF8.self).hasSuffix("brain.Event:2"))
      // Field 1: wall time, 2: step 3, 5: summary of one value with tag and float.
      #expect(
        Array(records[1].dropFirst(9)) == [0x10, 3, 0x2A, 13, 0x0A, 11, 0x0A, 4] + Array("loss".utf8)
          + [0x15, 0, 0, 0xC0, 0x3F])
    }
  }

  @Test("Each session has a file of its own, and one that goes on says from where")
  func sessions() throws {
    try withTemporaryFolder { folder in
      let files = try (0..<3).map { try EventFile(folder: folder, after: $0 * 300) }
      #expect(Set(files.map(\.url)).count == 3)
      #expect(files.allSatisfy { $0.url.lastPathComponent.hasPrefix("events.out.tfevents.") })
      #expect(try LogEventTests.records(of: files[0].url).count == 1)
      let restart = try LogEventTests.records(of: files[1].url)[1]
      #expect(Array(restart.dropFirst(9)) == [0x10, 0xAD, 0x02, 0x3A, 2, 8, 1])
      #expect(throws: CheckpointError.self) { try EventFile(folder: folder.appendingPathComponent("none")) }
    }
  }

  @Test("A session comes after the others in order of name, also where the clock was set back")
  func order() throws {
    try withTemporaryFolder { folder in
      let later = "events.out.tfevents.9999999990.host.1.0"
      try Data().write(to: folder.appendingPathComponent(later))
      let names = try (0..<3).map { _ in try EventFile(folder: folder).url.lastPathComponent }
      #expect(([later] + names).sorted() == [later] + names)
    }
  }

  /// The records of a file, their frames checked.
  static func records(of url: URL) throws -> [[UInt8]] {
    var rest = Array(try Data(contentsOf: url))[...]
    var found: [[UInt8]] = []
    func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
    while !rest.isEmpty {
      let length = Array(rest.prefix(8))
      let size = Int(number(length[...]))
      #expect(number(rest.dropFirst(8).prefix(4)) == UInt64(MaskedCRC32C.of(length)))
      let record = Array(rest.dropFirst(12).prefix(size))
      #expect(number(rest.dropFirst(12 + size).prefix(4)) == UInt64(MaskedCRC32C.of(record)))
      found.append(record)
      rest = rest.dropFirst(16 + size)
    }
    return found
  }
}

@Suite("Process memory")
struct LogMemoryTests {
  @Test("The system's figures are read")
  func figures() throws {
    let status = "Name:\tx\nVmHWM:\t    1000 kB\nVmRSS:\t     900 kB\n"
    #expect(ProcessMemory.value(of: "VmRSS", in: status) == 921_600)
    #expect(ProcessMemory.value(of: "VmRSS", in: "Name:\tx\n") == nil)
    let (resident, peak) = (try #require(ProcessMemory.resident), try #require(ProcessMemory.peak))
    #expect(resident > 1 << 20)
    #expect(peak > 1 << 20)
  }
}
