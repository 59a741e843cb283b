import Foundation

/// A tensor to be saved: a name, sizes and where its floats come from.
package struct TensorEntry {
  /// Calls its second argument with a range of the tensor's bytes.
  package typealias Read = (_ range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Void) throws ->
    Void

  /// The name in the file.
  package let name: String
  /// The sizes, outermost first.
  package let shape: [Int]
  /// Bytes of all floats.
  package let byteCount: Int
  /// Hands out the floats; they must stay unchanged while the file is written.
  package let read: Read

  /// A tensor wherever it lies.
  package init(name: String, shape: [Int], byteCount: Int, read: @escaping Read) {
    self.name = name
    self.shape = shape
    self.byteCount = byteCount
    self.read = read
  }

  /// A tensor that is made when its first bytes are asked for, and let go with its last: a file is written from its
  /// beginning to its end, so that one tensor is in memory at a time.
  ///
  /// - Parameters:
  ///   - name: the name in the file.
  ///   - shape: the sizes, outermost first.
  ///   - values: makes the floats, as many as the sizes say.
  package init(name: String, shape: [Int], values: @escaping () throws -> [Float]) {
    let bytes = shape.reduce(MemoryLayout<Float>.stride, *)
    var made: [Float] = []
    self.init(name: name, shape: shape, byteCount: bytes) { range, body in
      if made.isEmpty { made = try values() }
      try made.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[range])) }
      if range.upperBound == bytes { made = [] }
    }
  }

  /// A tensor in memory, which must stay alive while the file is written.
  package init(name: String, shape: [Int], data: UnsafeRawBufferPointer) {
    self.init(name: name, shape: shape, byteCount: data.count) { range, body in
      try body(UnsafeRawBufferPointer(rebasing: data[range]))
    }
  }
}

/// Writing of files in the safetensors layout: the length of the header, the header as JSON, the data.
///
/// - Source: https://huggingface.co/docs/safetensors
package enum SafetensorsFile {
  /// Writes tensors in the order given, straight from their memory, with the CRC-32 of each (and of
  /// the header) in the metadata. The header is written again when the checksums are known.
  ///
  /// - Parameter whenCopied: called when the tensors have been read and may change, before the file takes its name.
  /// - Throws: `CheckpointError` when the file cannot be written: the previous file is then kept and
  ///   nothing else is left in the folder. Also when two tensors have one name, or a tensor's data
  ///   is not as long as its shape says.
  package static func write(
    _ tensors: [TensorEntry], metadata: [String: String], to url: URL, whenCopied: () -> Void = {}
  ) throws {
    try write(tensors, metadata: metadata, to: url, system: AtomicFile.SystemCalls(), whenCopied: whenCopied)
  }

  static func write(
    _ tensors: [TensorEntry], metadata: [String: String], to url: URL, system: AtomicFile.SystemCalls,
    whenCopied: () -> Void = {}
  ) throws {
    var header = try header(of: tensors, metadata: metadata, file: url.path)
    let room = header.encoded.count
    guard room <= SafetensorsHeader.maximumSize else {
      throw CheckpointError(
        file: url.path,
        reason: "the header would have more than \(SafetensorsHeader.maximumSize) bytes; use less metadata")
    }
    try AtomicFile.write(to: url, system: system) { sink in
      try sink.write(header.encoded)
      var sums: [Checksum] = []
      for tensor in tensors {
        var sum = Checksum()
        for start in stride(from: 0, to: tensor.byteCount, by: readAtOnce) {
          try tensor.read(start..<min(tensor.byteCount, start + readAtOnce)) { bytes in
            for start in stride(from: 0, to: bytes.count, by: summedAtOnce) {
              let piece = UnsafeRawBufferPointer(
                rebasing: bytes[start..<min(bytes.count, start + summedAtOnce)])
              sum.add(piece)
              try sink.write(piece)
            }
          }
        }
        sums.append(sum)
      }
      whenCopied()
      header.setChecksums(sums)
      let encoded = header.encoded
      precondition(encoded.count == room, "checksums have one length")
      try sink.finish(replacingStartBy: encoded)
    }
  }

  /// Bytes that are fetched at a time from where a tensor lies.
  private static let readAtOnce = 8 << 20
  /// Bytes that are summed before they are copied: few enough to be in a core's own cache the second time.
  private static let summedAtOnce = 128 << 10

  /// The header of some tensors, with checksums of nothing.
  private static func header(
    of tensors: [TensorEntry], metadata: [String: String], file: String
  ) throws -> SafetensorsHeader {
    var header = SafetensorsHeader(metadata: metadata)
    var names: Set<String> = []
    var end = 0
    for tensor in tensors {
      func fail(_ reason: String) -> CheckpointError {
        CheckpointError(file: file, tensor: tensor.name, reason: reason)
      }
      guard names.insert(tensor.name).inserted else { throw fail("was to be saved twice") }
      guard tensor.name != "__metadata__" else { throw fail("this name is reserved by the format") }
      let size = tensor.shape.reduce(MemoryLayout<Float>.size, *)
      guard tensor.byteCount == size else {
        throw fail("shape \(tensor.shape) needs \(size) bytes, found \(tensor.byteCount)")
      }
      header.entries.append(
        .init(name: tensor.name, type: "F32", shape: tensor.shape, range: end..<end + size))
      end += size
    }
    header.setChecksums(tensors.map { _ in Checksum() })
    return header
  }
}
