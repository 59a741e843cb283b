import Checkpoints
import Foundation
import Settings
import Tensors
import Text
import Transformer

/// Reads and writes checkpoints, in one format for every architecture.
public enum ModelFile {
  private static let recordKey = "zoo"
  private static let tokenizerKey = "tokenizer"

  /// Writes a checkpoint straight from the live buffers.
  ///
  /// - Parameters:
  ///   - buffers: the buffers with their names.
  ///   - record: the record that the file holds.
  ///   - tokenizer: the tokenizer of the model.
  ///   - url: the file to write.
  ///   - whenCopied: called when the system has all bytes and the buffers may change; the file takes its name
  ///     after that.
  /// - Throws: `CheckpointError` when the buffers hold no values (those of a dry device), or the file cannot be written;
  ///   the previous file is then kept.
  public static func write(
    _ buffers: [NamedBuffer], record: CheckpointRecord, tokenizer: any Tokenizer, to url: URL,
    whenCopied: () -> Void = {}
  ) throws {
    let entries = try buffers.map { named in
      let buffer = named.buffer
      guard buffer.holdsValues else {
        throw CheckpointError(
          file: url.path, tensor: named.name,
          reason: "there are no values to write: \(NoValuesError())")
      }
      return TensorEntry(name: named.name, shape: named.shape.sizes, byteCount: buffer.byteCount) {
        try buffer.withHostBytes($0, $1)
      }
    }
    try write(entries: entries, record: record, tokenizer: tokenizer, to: url, whenCopied: whenCopied)
  }

  /// Writes a checkpoint of tensors wherever they lie.
  ///
  /// - Throws: as above, and what reading them throws.
  package static func write(
    entries: [TensorEntry], record: CheckpointRecord, tokenizer: any Tokenizer, to url: URL,
    whenCopied: () -> Void = {}
  ) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let metadata = [
      recordKey: String(decoding: try encoder.encode(record), as: UTF8.self),
      tokenizerKey: String(decoding: try TokenizerFile.encode(tokenizer), as: UTF8.self),
    ]
    try SafetensorsFile.write(entries, metadata: metadata, to: url, whenCopied: whenCopied)
  }

  /// Opens a checkpoint.
  ///
  /// - Parameters:
  ///   - url: the file.
  ///   - registry: holds the parts of its tokenizer, the core's and those of plugins.
  /// - Throws: `CheckpointError` that names the file, and the part of the tokenizer that no loaded plugin has.
  public static func open(_ url: URL, registry: Registry) throws -> OpenCheckpoint {
    try OpenCheckpoint(url, registry)
  }

  /// A checkpoint that has been opened: mapped, its record read, its tensors not yet touched.
  public final class OpenCheckpoint: ParameterSource {
    /// Where it is.
    public let url: URL
    /// Its record.
    public let record: CheckpointRecord
    /// The tokenizer that the model was trained with.
    public let tokenizer: any Tokenizer
    private let file: MappedSafetensors

    init(_ url: URL, _ registry: Registry) throws {
      self.url = url
      file = try MappedSafetensors(url)
      guard let record = file.metadata[recordKey], let tokenizer = file.metadata[tokenizerKey] else {
        throw CheckpointError(
          file: url.path, reason: "no record of a model: this safetensors file is not a checkpoint of the zoo"
        )
      }
      do {
        self.record = try CheckpointRecord(json: record)
      } catch let error as UnknownFormatError {
        throw CheckpointError(file: url.path, reason: "\(error)")
      } catch {
        throw CheckpointError(file: url.path, reason: "the record of the model is damaged")
      }
      do {
        self.tokenizer = try TokenizerFile.decode(Data(tokenizer.utf8), registry: registry)
      } catch let error as TextError where error.isForMissingPart {
        throw CheckpointError(
          file: url.path, reason: "the \(error.place) \(error.reason); \(error.suggestion)",
          isForMissingPart: true)
      } catch {
        throw CheckpointError(file: url.path, reason: "the tokenizer is damaged: \(error)")
      }
    }

    /// The names of all tensors.
    public var names: [String] { file.names }

    /// Compares the checksum of every tensor.
    ///
    /// - Throws: `CheckpointError` that names the first damaged tensor.
    package func verify() throws { for name in file.names { try file.verify(name) } }

    /// Copies a tensor into a buffer, after its checksum was compared. F16 and BF16 become F32.
    ///
    /// - Throws: `CheckpointError` when the tensor is missing, misshapen or damaged, or holds NaN or an infinity.
    public func load(_ name: String, _ shape: Shape, into buffer: Buffer) throws {
      guard let found = file.shape(of: name) else {
        let nearest = nearestName(to: name, among: file.names).map { "; nearest: \($0)" } ?? ""
        throw CheckpointError(file: url.path, tensor: name, reason: "missing\(nearest)")
      }
      guard found == shape.sizes else {
        throw CheckpointError(
          file: url.path, tensor: name, reason: "has shape \(found), the model needs \(shape)")
      }
      try file.expectFloats(name)
      guard buffer.holdsValues else { return }
      try file.verify(name)
      try file.readFloats(name) { try buffer.upload($0, at: $1) }
      if let found = try buffer.firstNonFinite(count: shape.count) {
        throw CheckpointError(
          file: url.path, tensor: name,
          reason:
            "holds \(found.value) at element \(found.index), which is not finite: the model "
            + "diverged in training; use an earlier checkpoint of its run")
      }
    }

    /// The values of a tensor, after its checksum was compared.
    ///
    /// - Throws: `CheckpointError` when the tensor is missing or damaged.
    package func values(_ name: String) throws -> [Float] {
      try file.verify(name)
      let count = file.shape(of: name)?.reduce(1, *) ?? 0
      return try [Float](unsafeUninitializedCapacity: count) { buffer, filled in
        try file.copyFloats(name, to: UnsafeMutableRawBufferPointer(buffer))
        filled = count
      }
    }

    /// Checks that the model has an embedding for every token of the file's tokenizer.
    ///
    /// - Throws: `CheckpointError`.
    func expectVocabulary(of descriptor: ModelDescriptor) throws {
      guard let vocabulary = descriptor.vocabulary, vocabulary < tokenizer.vocabularySize else { return }
      throw CheckpointError(
        file: url.path,
        reason: "the tokenizer has \(tokenizer.vocabularySize) tokens and the model has \(vocabulary): "
          + "the file is damaged; use another checkpoint")
    }

    /// Checks that the file holds no weight that the model does not have.
    ///
    /// - Throws: `CheckpointError` that lists the weights left over.
    package func expectNothingElse(than parameters: ParameterStore) throws {
      let known = Set(parameters.all.map(\.name))
      let unused = file.names.filter { !$0.hasPrefix(ReservedNames.prefix) && !known.contains($0) }
      guard unused.isEmpty else {
        throw CheckpointError(
          file: url.path, tensor: unused.first,
          reason: "weights that the model does not have: \(unused.prefix(8).joined(separator: ", "))")
      }
    }
  }
}
