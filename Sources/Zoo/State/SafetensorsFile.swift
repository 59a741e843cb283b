import Foundation

/// A tensor to be saved: a name, sizes and the live memory of its floats.
public struct TensorEntry {
  /// The name in the file.
  public let name: String
  /// The sizes, outermost first.
  public let shape: [Int]
  /// The floats; they must stay alive and unchanged while the file is written.
  public let data: UnsafeRawBufferPointer

  /// A tensor in memory.
  public init(name: String, shape: [Int], data: UnsafeRawBufferPointer) {
    self.name = name
    self.shape = shape
    self.data = data
  }
}

/// Writing of files in the safetensors layout: the length of the header, the header as JSON, the data.
///
/// - Source: https://huggingface.co/docs/safetensors
public enum SafetensorsFile {
  /// Writes tensors in the order given, straight from their memory, with the CRC-32 of each (and of
  /// the header) in the metadata.
  ///
  /// - Parameter whenCopied: called when the system has all bytes, before the file takes its name.
  /// - Throws: `CheckpointError` when the file cannot be written: the previous file then stands and
  ///   nothing else is left in the folder. Also when two tensors have one name, or a tensor's data
  ///   is not as long as its shape says.
  public static func write(
    _ tensors: [TensorEntry], metadata: [String: String], to url: URL, whenCopied: () -> Void = {}
  ) throws {
    try write(tensors, metadata: metadata, to: url, system: AtomicFile.SystemCalls(), whenCopied: whenCopied)
  }

  static func write(
    _ tensors: [TensorEntry], metadata: [String: String], to url: URL, system: AtomicFile.SystemCalls,
    whenCopied: () -> Void = {}
  ) throws {
    let header = try header(of: tensors, metadata: metadata, file: url.path)
    let encoded = header.encoded
    guard encoded.count <= SafetensorsHeader.maximumSize else {
      throw CheckpointError(
        file: url.path,
        reason: "the header would have more than \(SafetensorsHeader.maximumSize) bytes; use less metadata")
    }
    try AtomicFile.write(to: url, system: system) { sink in
      try sink.write(encoded)
      for tensor in tensors { try sink.write(tensor.data) }
      whenCopied()
    }
  }

  private static func header(
    of tensors: [TensorEntry], metadata: [String: String], file: String
  ) throws -> SafetensorsHeader {
    var header = SafetensorsHeader(metadata: metadata)
    var checksums: [(name: String, sum: String)] = []
    var names: Set<String> = []
    var end = 0
    for tensor in tensors {
      func fail(_ reason: String) -> CheckpointError {
        CheckpointError(file: file, tensor: tensor.name, reason: reason)
      }
      guard names.insert(tensor.name).inserted else { throw fail("was to be saved twice") }
      guard tensor.name != "__metadata__" else { throw fail("this name is reserved by the format") }
      let size = tensor.shape.reduce(MemoryLayout<Float>.size, *)
      guard tensor.data.count == size else {
        throw fail("shape \(tensor.shape) needs \(size) bytes, found \(tensor.data.count)")
      }
      header.entries.append(
        .init(name: tensor.name, type: "F32", shape: tensor.shape, range: end..<end + size))
      end += size
      checksums.append((tensor.name, Checksum.of(tensor.data)))
    }
    let pairs = checksums.map { "\(quoted($0.name)):\"\($0.sum)\"" }
    header.metadata[SafetensorsHeader.checksumsKey] = "{\(pairs.joined(separator: ","))}"
    header.metadata[SafetensorsHeader.ownChecksumKey] = header.ownChecksum
    return header
  }
}
