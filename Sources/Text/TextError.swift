import Settings

/// Something is wrong with a text, a tokenizer or a file: where, what, and what to do about it.
public struct TextError: Error, CustomStringConvertible, Sendable, Equatable {
  /// The file, or the part of the program's input, that is at fault.
  public let place: String
  /// What is wrong with it.
  public let reason: String
  /// What to do about it.
  public let suggestion: String
  /// Whether a saved tokenizer has a part that is not registered: nothing is damaged, and the plugin that has the part
  /// reads it.
  public let isForMissingPart: Bool

  /// An error with its three parts.
  public init(place: String, reason: String, suggestion: String, isForMissingPart: Bool = false) {
    self.isForMissingPart = isForMissingPart
    self.place = FilePath.shown(place)
    self.reason = reason
    self.suggestion = suggestion
  }

  public var description: String { "\(place): \(reason); \(suggestion)" }
}
