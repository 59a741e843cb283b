/// A family of things that can be chosen by name: norms, objectives, tokenizers. The type parameter is what the
/// registry holds for each name, usually a closure that makes the thing from its settings.
///
/// A module declares its families as constants, and so does a plugin that brings a new one:
///
///     extension Family where Member == ComponentMaker<any Norm> {
///       static var norm: Self { Self("norm") }
///     }
public struct Family<Member: Sendable>: Sendable {
  /// The name in `list`, such as `"norm"`.
  public let name: String

  /// A family of that name.
  public init(_ name: String) { self.name = name }
}
