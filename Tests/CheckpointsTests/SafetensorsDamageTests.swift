import Foundation
import TestSupport
import Testing

@testable import Checkpoints

@Suite("Damaged safetensors files")
struct SafetensorsDamageTests {
  /// All that a reader can learn from a file: or the error that it meets.
  private func content(_ url: URL) throws -> [String] {
    let file = try MappedSafetensors(url)
    var found = file.metadata.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    for name in file.names {
      try file.verify(name)
      let bits = try SafetensorsTests.values(name, of: file).map(\.bitPattern)
      found.append("\(name) \(file.shape(of: name) ?? []) \(bits)")
    }
    return found
  }

  /// Whether a file that was changed is refused with its name, or reads as before.
  private func isSafe(_ bytes: Data, at url: URL, wanted: [String]) throws -> Bool {
    try bytes.write(to: url)
    do {
      return try content(url) == wanted
    } catch let error as CheckpointError {
      return error.file == url.path && error.description.hasPrefix(url.path)
    }
  }

  @Test("Any changed byte is an error that names the file, or changes nothing")
  func flippedBytes() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("model.safetensors")
      try SafetensorsTests.write(to: url)
      let (whole, wanted) = (try Data(contentsOf: url), try content(url))
      for index in whole.indices {
        for flip: UInt8 in [0x01, 0x20, 0x80] {
          var bytes = whole
          bytes[index] ^= flip
          #expect(try isSafe(bytes, at: url, wanted: wanted), "byte \(index), flip \(flip)")
        }
      }
    }
  }

  @Test("A changed byte of a tensor's data names the tensor")
  func flippedData() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("model.safetensors")
      try SafetensorsTests.write(to: url)
      let whole = try Data(contentsOf: url)
      let start = whole.count - 40
      let damages = [
        (0, "blocks.0.weight"), (23, "blocks.0.weight"), (24, "scalar"), (39, "blocks.0.bias"),
      ]
      for (offset, name) in damages {
        var bytes = whole
        bytes[start + offset] ^= 1
        try bytes.write(to: url)
        let file = try MappedSafetensors(url)
        let error = #expect(throws: CheckpointError.self) { try file.verify(name) }
        #expect(error?.tensor == name)
        for other in file.names where other != name { try file.verify(other) }
      }
    }
  }

  @Test("A file cut anywhere, or with bytes added, is refused")
  func truncated() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("model.safetensors")
      try SafetensorsTests.write(to: url)
      let whole = try Data(contentsOf: url)
      for length in 0..<whole.count {
        try whole.prefix(length).write(to: url)
        #expect(throws: CheckpointError.self, "length \(length)") { try MappedSafetensors(url) }
      }
      try (whole + Data([0])).write(to: url)
      #expect(throws: CheckpointError.self) { try MappedSafetensors(url) }
    }
  }

  /// A file of a given header and so many zero bytes.
  private func open(_ header: String, data: Int, in folder: URL) throws -> MappedSafetensors {
    let url = folder.appendingPathComponent("file")
    let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
    try (length + Data(header.utf8) + Data(count: data)).write(to: url)
    return try MappedSafetensors(url)
  }

  @Test("A header that lies is refused with the tensor at fault", arguments: Lie.all)
  func lies(lie: Lie) throws {
    try withTemporaryFolder { folder in
      let error = #expect(throws: CheckpointError.self) { try open(lie.header, data: lie.data, in: folder) }
      #expect(error?.tensor == lie.tensor)
      #expect(error?.reason.contains(lie.reason) == true, "\(error?.description ?? "no error")")
    }
  }

  @Test("Files of other programs are read: any order, other types, no checksums, escapes")
  func foreign() throws {
    try withTemporaryFolder { folder in
      let header = #"""
        {"b\u00e9\ud83e\udd93\/\n":{"shape":[2,1],"data_offsets":[4,8],"dtype":"BF16"},
         "a" : {"dtype":"F32","shape":[],"data_offsets":[0,4]}, "__metadata__":{"format":"pt"}}  
        """#
      let file = try open(header, data: 8, in: folder)
      #expect(file.names == ["a", "bé🦓/\n"])
      #expect(file.elementType(of: "bé🦓/\n") == "BF16")
      #expect(file.metadata == ["format": "pt"])
      #expect(!file.hasChecksums)
      try file.verify("a")
      #expect(throws: CheckpointError.self) { try file.verify("c") }
      #expect(throws: CheckpointError.self) { try file.withData("c") { _ in } }
    }
  }

  @Test("What is no file is refused")
  func noFile() throws {
    try withTemporaryFolder { folder in
      let missing = #expect(throws: CheckpointError.self) {
        try MappedSafetensors(folder.appendingPathComponent("missing"))
      }
      #expect(missing?.reason == "there is no such file")
      #expect(throws: CheckpointError.self) { try MappedSafetensors(folder) }
    }
  }
}

/// A header that lies, the bytes of data behind it, the tensor to be named and what is to be said.
struct Lie: Sendable {
  let header: String
  let data: Int
  let tensor: String?
  let reason: String

  init(_ header: String, _ data: Int, _ tensor: String?, _ reason: String) {
    (self.header, self.data, self.tensor, self.reason) = (header, data, tensor, reason)
  }

  /// One tensor of the name "a", described by `text`.
  init(entry text: String, _ data: Int, _ reason: String) {
    self.init("{\"a\":{\"dtype\":\"F32\",\(text)}}", data, "a", reason)
  }

  static let one = #""dtype":"F32","shape":[1],"data_offsets""#
  static let all: [Lie] = [
    Lie(entry: #""shape":[1],"data_offsets":[0,8]"#, 8, "needs 4 bytes, the header gives it 8"),
    Lie(entry: #""shape":[2],"data_offsets":[0,8]"#, 4, "the file ends before its data does"),
    Lie(entry: #""shape":[1],"data_offsets":[4,0]"#, 4, "which are not a range"),
    Lie(entry: #""shape":[1],"data_offsets":[0,4],"x":1"#, 4, "unexpected or repeated key \"x\""),
    Lie(entry: #""shape":[1],"shape":[1],"data_offsets":[0,4]"#, 4, "repeated key \"shape\""),
    Lie(entry: #""shape":[1]"#, 4, "lacks dtype"),
    Lie(entry: #""shape":[4611686018427387904,4],"data_offsets":[0,0]"#, 0, "impossible shape"),
    Lie(entry: #""shape":[99999999999999999999],"data_offsets":[0,4]"#, 4, "a smaller number"),
    Lie(entry: #""shape":[-1],"data_offsets":[0,4]"#, 4, "a number"),
    Lie(entry: #""shape":[01],"data_offsets":[0,4]"#, 4, "a number"),
    Lie(#"{"a":{"dtype":"F33","shape":[1],"data_offsets":[0,4]}}"#, 4, "a", "unknown element type"),
    Lie("{\"a\":{\(one):[0,4]},\"a\":{\(one):[4,8]}}", 8, "a", "is in the header twice"),
    Lie("{\"a\":{\(one):[0,4]},\"b\":{\(one):[2,6]}}", 8, "b", "overlaps"),
    Lie("{\"b\":{\(one):[4,8]}}", 8, "b", "leaves a gap"),
    Lie("{\"a\":{\(one):[0,4]}}", 5, nil, "1 bytes follow the last tensor"),
    Lie(#"["a"]"#, 0, nil, "expected \"{\" at its byte 0"),
    Lie("{", 0, nil, "expected"),
    Lie("", 0, nil, "expected"),
    Lie(#"{"__metadata__":{"a":1}}"#, 0, nil, "expected"),
    Lie(#"{"__metadata__":{"a":"1","a":"2"}}"#, 0, nil, "twice"),
    Lie(#"{"__metadata__":{},"__metadata__":{}}"#, 0, nil, "two lists of metadata"),
    Lie(#"{"__metadata__":{"a":"\ud83e"}}"#, 0, nil, "surrogates"),
    Lie(#"{} x"#, 0, nil, "the end"),
  ]
}
