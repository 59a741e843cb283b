/// Nodes can be written as Swift writes their values: `12`, `true`, `["a", "b"]`.
extension Node: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByStringLiteral, ExpressibleByArrayLiteral
{
  public init(integerLiteral value: Int) { self.init(.integer(value)) }
  public init(floatLiteral value: Double) { self.init(.number(value)) }
  public init(booleanLiteral value: Bool) { self.init(.flag(value)) }
  public init(stringLiteral value: String) { self.init(.text(value)) }
  public init(arrayLiteral elements: Node...) { self.init(.list(elements)) }

  /// An object of keys and values, in order.
  package static func object(_ members: KeyValuePairs<String, Node>) -> Node {
    Node(.object(members.map { Member($0.key, $0.value) }))
  }
}
