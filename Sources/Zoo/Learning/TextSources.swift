import Settings
import Text

/// Opens or makes a text of which a fraction, at its end, is held out. A text that is made decides that itself.
public typealias TextSourceMaker = @Sendable (_ heldOutShare: Double) throws -> TextSource

extension Family where Member == TextSourceMaker {
  /// Texts that recipes name instead of a path.
  public static var text: Self { Self("text") }
}
