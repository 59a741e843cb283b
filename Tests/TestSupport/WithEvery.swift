import Testing

/// The loops that a test is in, outermost first, for messages: `seed=3, time=7`.
public enum Loops {
  @TaskLocal static var current: [String] = []

  /// All loops with their present values.
  public static var description: String { current.joined(separator: ", ") }
}

/// Runs `body` for every element; an error is recorded with the names and values of all loops around it,
/// and the loop continues.
public func withEvery<Elements: Sequence>(
  _ name: String, in elements: Elements, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: (Elements.Element) throws -> Void
) {
  for element in elements {
    Loops.$current.withValue(Loops.current + ["\(name)=\(element)"]) {
      do { try body(element) } catch {
        Issue.record("\(error) at \(Loops.description)", sourceLocation: sourceLocation)
      }
    }
  }
}
