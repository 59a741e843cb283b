extension TextSource {
  private static let generated = "generated"

  /// The name of the embedded corpus in records. Windows are dealt in an order that follows from it.
  package static func generatedName(seed: UInt64) -> String { "\(generated) (seed \(seed))" }

  /// A recorded name as people read it: that of the embedded corpus says what it is.
  package static func shownName(_ name: String) -> String {
    guard name.hasPrefix(generated + " (seed ") else { return name }
    return "the embedded corpus" + name.dropFirst(generated.count)
  }

  /// What it is called in sentences.
  package var shownName: String { Self.shownName(name) }
}
