/// Numbers on the console and in error messages: plain characters, which other programs read, too.
public enum Format: NumberFormat {
  /// A hyphen.
  public static var minus: String { "-" }

  /// `nan`, `inf` or `-inf`.
  public static func notFinite(_ value: Double) -> String { value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }

  /// The word itself.
  public static var unknown: String { "unknown" }
}
