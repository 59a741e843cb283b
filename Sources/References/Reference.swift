import Foundation
import Kernels

/// Plain-loop twins of the kernels: the specification.
///
/// Arrays and one number at a time, generic over `Float` and `Double`, in the order of the formula. Tests
/// compare each kernel with its twin, and gradients against finite differences of the twin in `Double`.
public enum Reference {}

/// The numbers that the reference twins compute with.
public protocol ReferenceNumber: BinaryFloatingPoint, Sendable {
  /// `e^x`
  static func exp(_ x: Self) -> Self
  /// The natural logarithm.
  static func log(_ x: Self) -> Self
  /// The hyperbolic tangent.
  static func tanh(_ x: Self) -> Self
  /// The error function.
  static func erf(_ x: Self) -> Self
  /// The cosine.
  static func cos(_ x: Self) -> Self
  /// The sine.
  static func sin(_ x: Self) -> Self
  /// `x` to the power `y`.
  static func pow(_ x: Self, _ y: Self) -> Self
}

extension Float: ReferenceNumber {
  public static func exp(_ x: Float) -> Float { Foundation.exp(x) }
  public static func log(_ x: Float) -> Float { Foundation.log(x) }
  public static func tanh(_ x: Float) -> Float { Foundation.tanh(x) }
  public static func erf(_ x: Float) -> Float { Foundation.erf(x) }
  public static func cos(_ x: Float) -> Float { Foundation.cos(x) }
  public static func sin(_ x: Float) -> Float { Foundation.sin(x) }
  public static func pow(_ x: Float, _ y: Float) -> Float { Foundation.pow(x, y) }
}

extension Double: ReferenceNumber {
  public static func exp(_ x: Double) -> Double { Foundation.exp(x) }
  public static func log(_ x: Double) -> Double { Foundation.log(x) }
  public static func tanh(_ x: Double) -> Double { Foundation.tanh(x) }
  public static func erf(_ x: Double) -> Double { Foundation.erf(x) }
  public static func cos(_ x: Double) -> Double { Foundation.cos(x) }
  public static func sin(_ x: Double) -> Double { Foundation.sin(x) }
  public static func pow(_ x: Double, _ y: Double) -> Double { Foundation.pow(x, y) }
}
