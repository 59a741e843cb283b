import Settings

/// A checkpoint that cannot be written or read: which file, which tensor where one is at fault, why,
/// and what to do.
public struct CheckpointError: Error, Equatable, CustomStringConvertible {
  /// The path of the file, relative to the current folder where it is below that.
  public let file: String
  /// The tensor at fault; nil when the whole file is.
  public let tensor: String?
  /// What is wrong, and how to correct it.
  public let reason: String

  /// Whether there was no room for the file.
  package let isForLackOfSpace: Bool
  /// Whether its tokenizer has a part of a plugin that is not loaded: the file is sound.
  package let isForMissingPart: Bool

  /// An error about a file.
  public init(
    file: String, tensor: String? = nil, reason: String, isForLackOfSpace: Bool = false,
    isForMissingPart: Bool = false
  ) {
    self.isForMissingPart = isForMissingPart
    self.isForLackOfSpace = isForLackOfSpace
    self.file = FilePath.shown(file)
    self.tensor = tensor
    self.reason = reason
  }

  public var description: String {
    tensor.map { "\(file): tensor \($0): \(reason)" } ?? "\(file): \(reason)"
  }
}
