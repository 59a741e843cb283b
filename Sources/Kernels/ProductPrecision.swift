import CLanes

/// The numbers that matrix products multiply. They add in single precision either way, and what is multiplied is
/// stored in single precision either way.
public enum ProductPrecision: String, Codable, Sendable, CaseIterable {
  /// Single precision.
  case fp32
  /// bfloat16: the range of single precision with 8 bits of mantissa instead of 24. Operands are rounded to the
  /// nearest as they are packed.
  case bf16

  /// Whether this machine has instructions for it; what it lacks is computed all the same, many times slower.
  public var isNative: Bool { self == .fp32 || tiles_are_native() }
}
