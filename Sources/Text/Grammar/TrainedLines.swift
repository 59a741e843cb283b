extension TextSource {
  /// Hashes of all lines to train on, without their line ends.
  func trainedLines() -> Set<UInt64> {
    withTrain { train in
      Set(train.split(separator: UInt8(ascii: "\n")).map { hashed(String(decoding: $0, as: UTF8.self)) })
    }
  }
}
