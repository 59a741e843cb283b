import Foundation

/// Damaged copies of a file, the same in every run: a failure names the change and can be repeated.
public struct Mutations {
  /// One damaged copy.
  public struct Mutation: Sendable {
    /// What was changed.
    public let change: String
    /// The bytes that result.
    public let bytes: Data

    /// A copy with what was changed in it.
    public init(change: String, bytes: Data) {
      self.change = change
      self.bytes = bytes
    }

    /// Writes the copy over a file that exists, without waiting for the disk as `Data.write` does.
    ///
    /// - Throws: when the file cannot be written.
    public func write(over url: URL) throws {
      let handle = try FileHandle(forWritingTo: url)
      try handle.truncate(atOffset: 0)
      try handle.write(contentsOf: bytes)
      try handle.close()
    }
  }

  private var random: RepeatableRandom

  /// Copies that follow from a seed.
  public init(seed: Int) { random = RepeatableRandom(seed: seed) }

  /// What is in the place of a value, as it is written in JSON; an empty one removes it.
  private static let values: [String] = [
    "", "null", "true", "0", "-1", "1.5", "1e17", "1e300", "-1e300", "1e999", "-1e999", "NaN",
    "9223372036854775807", "-9223372036854775808", "18446744073709551615", "99999999999999999999",
    "\"\"", "\"x\"", "\"../../x\"", "\"/etc/passwd\"", "\"nan\"", #""\u0000\u001b[2J""#, #""\ud800""#, "[]",
    "{}",
    "[null]", "[[[[]]]]", #"{"a":1,"a":2}"#, "\"" + String(repeating: "z", count: 3000) + "\"",
    String(repeating: "[", count: 2000) + String(repeating: "]", count: 2000),
  ]

  /// Copies of a JSON text in which one value was replaced or removed.
  ///
  /// - Throws: when `text` is no JSON.
  public mutating func values(of text: Data, count: Int) throws -> [Mutation] {
    let root = try JSONSerialization.jsonObject(with: text, options: .fragmentsAllowed)
    let places = Self.places(in: root)
    return try (0..<count).map { _ in
      let (place, value) = (random.choose(places), random.choose(Self.values))
      let marked = Self.replacing(root, place[...], by: value.isEmpty && !place.isEmpty ? nil : Self.mark)
      let json = String(
        decoding: try JSONSerialization.data(
          withJSONObject: marked, options: [.fragmentsAllowed, .sortedKeys, .withoutEscapingSlashes]),
        as: UTF8.self)
      let name = place.map { "\($0)" }.joined(separator: ".")
      return Mutation(
        change: "\(name) = \(value.prefix(40))",
        bytes: Data(json.replacingOccurrences(of: "\"\(Self.mark)\"", with: value).utf8))
    }
  }

  /// Copies that were cut, lengthened, or had bytes changed.
  public mutating func damages(of bytes: Data, count: Int) -> [Mutation] {
    (0..<count).map { index in
      var copy = Array(bytes)
      let place = random.integer(0...max(0, copy.count - 1))
      switch index % 5 {
      case 0:
        return Mutation(change: "cut at \(place)", bytes: Data(copy.prefix(place)))
      case 1:
        copy.insert(contentsOf: [UInt8](repeating: 0, count: 64), at: place)
        return Mutation(change: "64 NUL bytes at \(place)", bytes: Data(copy))
      case 2:
        copy.insert(contentsOf: [0xFF, 0xC0, 0x80, 0xED, 0xA0, 0x80], at: place)
        return Mutation(change: "no UTF-8 at \(place)", bytes: Data(copy))
      case 3:
        let end = min(copy.count, place + random.integer(1...200))
        copy.append(contentsOf: copy[place..<end])
        return Mutation(change: "\(place)..<\(end) again at the end", bytes: Data(copy))
      default:
        guard !copy.isEmpty else { return Mutation(change: "nothing", bytes: bytes) }
        let bit = random.integer(0...7)
        copy[place] ^= 1 << UInt8(bit)
        return Mutation(change: "bit \(bit) of byte \(place)", bytes: Data(copy))
      }
    }
  }

  private static let mark = "the value that is replaced"

  private enum Key: CustomStringConvertible {
    case name(String)
    case index(Int)

    var description: String {
      switch self {
      case .name(let name): name
      case .index(let index): "\(index)"
      }
    }
  }

  private static func places(in node: Any) -> [[Key]] {
    switch node {
    case let object as [String: Any]:
      [[]]
        + object.sorted { $0.key < $1.key }.flatMap { key, value in
          places(in: value).map { [.name(key)] + $0 }
        }
    case let list as [Any]:
      [[]]
        + Set([0, 1, list.count - 1]).sorted().filter(list.indices.contains).flatMap { index in
          places(in: list[index]).map { [.index(index)] + $0 }
        }
    default: [[]]
    }
  }

  private static func replacing(_ node: Any, _ place: ArraySlice<Key>, by value: String?) -> Any {
    guard let key = place.first else { return value ?? mark }
    let rest = place.dropFirst()
    let isRemoved = value == nil && rest.isEmpty
    switch (key, node) {
    case (.name(let name), var object as [String: Any]):
      object[name] = isRemoved ? nil : object[name].map { replacing($0, rest, by: value) }
      return object
    case (.index(let index), var list as [Any]):
      if isRemoved { list.remove(at: index) } else { list[index] = replacing(list[index], rest, by: value) }
      return list
    default: return node
    }
  }
}
