import Foundation
import TestSupport
import Testing

@testable import Checkpoints

@Suite("Safetensors files")
struct SafetensorsTests {
  /// Tensors of a few shapes: a matrix, a scalar, an empty one and a vector.
  static let tensors: [(name: String, shape: [Int], values: [Float])] = [
    ("blocks.0.weight", [2, 3], [1, -2, 3.5, 0, .infinity, 1e-38]), ("scalar", [], [7]),
    ("empty", [0, 4], []), ("blocks.0.bias", [3], [-1, -2, -3]),
  ]
  static let metadata = ["zoo": "{\"step\":1}", "text": "tab\t, \"quoted\\\", é 🦓\n\u{1}"]

  static func write(
    _ tensors: [(name: String, shape: [Int], values: [Float])] = tensors, to url: URL,
    system: AtomicFile.SystemCalls = .init()
  ) throws {
    let memory = tensors.map { tensor in
      let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: tensor.values.count * 4, alignment: 64)
      tensor.values.withUnsafeBytes { bytes.copyMemory(from: $0) }
      return bytes
    }
    defer { for bytes in memory { bytes.deallocate() } }
    try SafetensorsFile.write(
      zip(tensors, memory).map { TensorEntry(name: $0.name, shape: $0.shape, data: .init($1)) },
      metadata: metadata, to: url, system: system)
  }

  static func values(_ name: String, of file: MappedSafetensors) throws -> [Float] {
    try file.withData(name) { bytes in
      (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
    }
  }

  @Test("What is written is read back, names, shapes, values and metadata")
  func roundTrip() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("model.safetensors")
      try Self.write(to: url)
      let file = try MappedSafetensors(url)
      #expect(file.names == Self.tensors.map(\.name))
      #expect(file.metadata == Self.metadata)
      #expect(file.hasChecksums)
      for tensor in Self.tensors {
        #expect(file.shape(of: tensor.name) == tensor.shape)
        try file.verify(tensor.name)
        // Twice, because pages are given back to the system in between.
        #expect(try Self.values(tensor.name, of: file).map(\.bitPattern) == tensor.values.map(\.bitPattern))
        #expect(try Self.values(tensor.name, of: file).map(\.bitPattern) == tensor.values.map(\.bitPattern))
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["model.safetensors"])
    }
  }

  @Test("The layout is the published one, and the data begins on a boundary of 64 bytes")
  func layout() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("model.safetensors")
      try Self.write(to: url)
      let bytes = try Data(contentsOf: url)
      let length = (0..<8).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
      #expect((8 + length) % 64 == 0)
      let object = try JSONSerialization.jsonObject(with: bytes[8..<8 + length]) as? [String: [String: Any]]
      let header = try #require(object)
      #expect(header["__metadata__"]?["text"] as? String == Self.metadata["text"])
      let bias = try #require(header["blocks.0.bias"])
      #expect(bias["dtype"] as? String == "F32")
      #expect(bias["shape"] as? [Int] == [3])
      #expect(bias["data_offsets"] as? [Int] == [28, 40])
      #expect(bytes.count == 8 + length + 40)
      // Python: zlib.crc32(struct.pack("<3f", -1, -2, -3))
      let sums = try #require(header["__metadata__"]?["crc32"] as? String)
      #expect(try SafetensorsReader.strings(sums)["blocks.0.bias"] == "8805a54c")
    }
  }

  @Test("A large tensor is written in several pieces")
  func large() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("model.safetensors")
      let values = (0..<1_000_003).map { Float($0) }
      // A system that takes at most a million bytes at a time, and is interrupted now and then.
      var calls = 0
      let system = AtomicFile.SystemCalls(write: { file, start, count in
        calls += 1
        if calls.isMultiple(of: 3) {
          errno = EINTR
          return -1
        }
        return Foundation.write(file, start, min(count, 1_000_000))
      })
      try Self.write([("values", [1_000_003], values)], to: url, system: system)
      let file = try MappedSafetensors(url)
      try file.verify("values")
      #expect(try Self.values("values", of: file) == values)
      #expect(calls > 6)
    }
  }

  /// Whole pieces are written while the next ones are filled, past the system's cache if it lets us.
  @Test("Many pieces are what was written, also by a system that takes parts, or fails late")
  func manyPieces() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("model.safetensors")
      let values = (0..<(3 * FileSink.pieceSize + 4444) / 4).map { Float($0 % 8191) }
      let tensors: [(name: String, shape: [Int], values: [Float])] = [
        ("first", [3], [1, 2, 3]), ("values", [values.count], values),
      ]
      let whole = AtomicFile.SystemCalls()
      let parts = AtomicFile.SystemCalls(write: { Foundation.write($0, $1, min($2, 1_234_567)) })
      let unlike = AtomicFile.SystemCalls(write: { file, start, count in
        // A file system with other blocks.
        if fcntl(file, F_GETFL) & FileSink.direct != 0 {
          errno = EINVAL
          return -1
        }
        return Foundation.write(file, start, count)
      })
      for system in [whole, parts, unlike] {
        try Self.write(tensors, to: url, system: system)
        let file = try MappedSafetensors(url)
        for name in ["first", "values"] { try file.verify(name) }
        #expect(try Self.values("values", of: file) == values)
        #expect(try Self.values("first", of: file) == [1, 2, 3])
      }
      var calls = 0
      let late = AtomicFile.SystemCalls(write: { file, start, count in
        calls += 1
        guard calls < 3 else {
          errno = ENOSPC
          return -1
        }
        return Foundation.write(file, start, count)
      })
      #expect(throws: CheckpointError.self) { try Self.write(tensors, to: url, system: late) }
      #expect(try Self.values("values", of: MappedSafetensors(url)) == values)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["model.safetensors"])
    }
  }

  @Test("A full disk leaves the previous file and nothing else, and says what to do")
  func fullDisk() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("model.safetensors")
      try Self.write(to: url)
      let before = try Data(contentsOf: url)
      var room = 100
      let full = AtomicFile.SystemCalls(write: { file, start, count in
        guard room > 0 else {
          errno = ENOSPC
          return -1
        }
        let count = min(count, room)
        room -= count
        return Foundation.write(file, start, count)
      })
      let unflushed = AtomicFile.SystemCalls(flush: { _ in
        errno = EDQUOT
        return -1
      })
      for system in [full, unflushed] {
        let error = #expect(throws: CheckpointError.self) { try Self.write(to: url, system: system) }
        #expect(error?.description.contains("model.safetensors: could not be") == true)
        #expect(error?.description.contains("the disk is full; free some space") == true)
        #expect(try Data(contentsOf: url) == before)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["model.safetensors"])
      }
    }
  }

  @Test("What a killed process left behind goes, what another one is writing stays")
  func leftovers() throws {
    try withTemporaryFolder { folder in
      let stale = folder.appendingPathComponent(".old.safetensors.1-1.partial")
      let busy = folder.appendingPathComponent(".other.safetensors.1-2.partial")
      for file in [stale, busy] { try Data("half".utf8).write(to: file) }
      let descriptor = open(busy.path, O_RDONLY)
      defer { close(descriptor) }
      #expect(flock(descriptor, LOCK_EX) == 0)
      try Self.write(to: folder.appendingPathComponent("model.safetensors"))
      let left = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      #expect(left == [".other.safetensors.1-2.partial", "model.safetensors"])
    }
  }

  @Test("A missing folder, a folder in the file's place and a name used twice are refused")
  func refusals() throws {
    try withTemporaryFolder { folder in
      let missing = #expect(throws: CheckpointError.self) {
        try Self.write(to: folder.appendingPathComponent("no/model.safetensors"))
      }
      #expect(missing?.description.contains("the folder does not exist; create it first") == true)
      let taken = folder.appendingPathComponent("taken")
      try FileManager.default.createDirectory(at: taken, withIntermediateDirectories: false)
      #expect(throws: CheckpointError.self) { try Self.write(to: taken) }
      let twice = #expect(throws: CheckpointError.self) {
        try Self.write([("a", [], [1]), ("a", [], [1])], to: folder.appendingPathComponent("file"))
      }
      #expect(twice?.tensor == "a")
      let misshapen = #expect(throws: CheckpointError.self) {
        try Self.write([("a", [2], [1])], to: folder.appendingPathComponent("file"))
      }
      #expect(facts(misshapen?.reason ?? "") == "[2] 8 4")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["taken"])
    }
  }
}
