/// A tree as a part of a value that is coded: what it says is written and read as such, not as a text of JSON. Places
/// are not kept, and neither is the order of keys where the coder has one of its own.
extension Node: Codable {
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  public func encode(to encoder: any Encoder) throws {
    switch value {
    case .object(let members):
      var container = encoder.container(keyedBy: Key.self)
      for member in members { try container.encode(member.value, forKey: Key(stringValue: member.key)) }
    case .list(let elements):
      var container = encoder.unkeyedContainer()
      for element in elements { try container.encode(element) }
    default:
      var container = encoder.singleValueContainer()
      switch value {
      case .flag(let flag): try container.encode(flag)
      case .integer(let integer): try container.encode(integer)
      case .number(let number): try container.encode(number)
      case .text(let text): try container.encode(text)
      case .null, .list, .object: try container.encodeNil()
      }
    }
  }

  public init(from decoder: any Decoder) throws {
    if let container = try? decoder.container(keyedBy: Key.self) {
      let keys = container.allKeys.sorted { $0.stringValue < $1.stringValue }
      self.init(.object(try keys.map { Member($0.stringValue, try container.decode(Node.self, forKey: $0)) }))
    } else if var container = try? decoder.unkeyedContainer() {
      var elements: [Node] = []
      while !container.isAtEnd { elements.append(try container.decode(Node.self)) }
      self.init(.list(elements))
    } else {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self.init(.null)
      } else if let flag = try? container.decode(Bool.self) {
        self.init(.flag(flag))
      } else if let integer = try? container.decode(Int.self) {
        self.init(.integer(integer))
      } else if let number = try? container.decode(Double.self) {
        self.init(.number(number))
      } else {
        self.init(.text(try container.decode(String.self)))
      }
    }
  }
}
