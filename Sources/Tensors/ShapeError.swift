/// A tensor reached a component with another shape than the component is made for.
public struct ShapeError: Error, Equatable, CustomStringConvertible {
  /// The component or primitive that refused, such as `"blocks.3.attention"` or `"linear"`.
  public let component: String
  /// What the tensor was to be, such as `"weight"`.
  public let role: String
  /// The shape that the component needs, in words or as a shape.
  public let expected: String
  /// The shape that it got.
  public let actual: String

  /// An error that names the component, the expected and the actual shape.
  public init(component: String, role: String, expected: String, actual: String) {
    self.component = component
    self.role = role
    self.expected = expected
    self.actual = actual
  }

  public var description: String { "\(component): \(role) is \(actual), expected \(expected)" }
}

/// Checks that `tensor` has the shape `expected`.
///
/// - Throws: `ShapeError` that names `component` and `role`.
@inline(__always)
public func expectShape(
  _ actual: Shape, _ expected: @autoclosure () -> Shape, _ role: String, in component: String
)
  throws
{
  let expected = expected()
  guard actual == expected else {
    throw ShapeError(component: component, role: role, expected: "\(expected)", actual: "\(actual)")
  }
}

/// Checks a condition on shapes that is no plain equality.
///
/// - Throws: `ShapeError` with `expected` in words.
@inline(__always)
public func expect(
  _ condition: Bool, _ role: String, in component: String, expected: @autoclosure () -> String,
  actual: @autoclosure () -> String
) throws {
  guard condition else {
    throw ShapeError(component: component, role: role, expected: expected(), actual: actual())
  }
}
