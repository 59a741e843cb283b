import Text

/// The lines of a training text, to look a sentence up.
package struct TrainedLines: Sendable {
  private let hashes: Set<UInt64>

  /// The lines of a text, without their ends.
  init(_ text: UnsafeBufferPointer<UInt8>) {
    hashes = Set(
      text.split(separator: UInt8(ascii: "\n")).map { hashed(String(decoding: $0, as: UTF8.self)) })
  }

  /// Whether a line, without its end, is one of them.
  package func contains(_ line: String) -> Bool { hashes.contains(hashed(line)) }
}

extension TextSource {
  /// The lines to train on.
  package func trainedLines() -> TrainedLines { withTrain { TrainedLines($0) } }
}
