import Kernels

extension MappedSafetensors {
  /// The element types that `copyFloats` reads.
  static let floatTypes = ["F32", "F16", "BF16"]

  /// Checks that a tensor can be read by `copyFloats`.
  ///
  /// - Throws: `CheckpointError` that names the tensor and its type.
  package func expectFloats(_ name: String) throws {
    guard let type = elementType(of: name), !Self.floatTypes.contains(type) else { return }
    throw CheckpointError(
      file: url.path, tensor: name,
      reason:
        "has elements of type \(type); supported types of weights: \(Self.floatTypes.joined(separator: ", "))"
    )
  }

  /// Copies a tensor as single-precision numbers; narrower ones are converted, exactly.
  ///
  /// - Parameter target: memory for all elements.
  /// - Throws: `CheckpointError` when there is no such tensor, or its elements are of another type.
  package func copyFloats(_ name: String, to target: UnsafeMutableRawBufferPointer) throws {
    try readFloats(name) { bytes, offset in
      UnsafeMutableRawBufferPointer(rebasing: target[offset...]).copyMemory(from: bytes)
    }
  }

  /// Hands out a tensor as single-precision numbers, piece by piece; narrower ones are converted, exactly.
  ///
  /// - Parameter body: receives the bytes of some numbers, which are good only inside it and may begin at any address,
  ///   and where they are among the bytes of all.
  /// - Throws: `CheckpointError` when there is no such tensor, or its elements are of another type; what `body` throws.
  package func readFloats(
    _ name: String, _ body: (_ bytes: UnsafeRawBufferPointer, _ offset: Int) throws -> Void
  ) throws {
    try expectFloats(name)
    try withData(name) { bytes in
      switch elementType(of: name) {
      case "F16": try Self.convert(bytes, NarrowFloat.half, body)
      case "BF16": try Self.convert(bytes, NarrowFloat.bfloat16, body)
      default: try body(bytes, 0)
      }
    }
  }

  /// Numbers that are converted before they are handed out.
  private static let convertedAtOnce = 64 << 10

  private static func convert(
    _ bytes: UnsafeRawBufferPointer, _ type: NarrowFloat,
    _ body: (_ bytes: UnsafeRawBufferPointer, _ offset: Int) throws -> Void
  ) throws {
    guard let numbers = bytes.baseAddress else { return }
    let count = bytes.count / 2
    for start in stride(from: 0, to: count, by: convertedAtOnce) {
      let length = min(convertedAtOnce, count - start)
      let piece = [Float](unsafeUninitializedCapacity: length) { values, filled in
        if let values = values.baseAddress { type.widen(numbers + 2 * start, count: length, into: values) }
        filled = length
      }
      try piece.withUnsafeBytes { try body($0, start * MemoryLayout<Float>.stride) }
    }
  }
}
