import Settings

/// The problems of a file, gathered while it is read.
final class ProblemList {
  let file: String
  private(set) var problems: [Problem] = []

  init(file: String) { self.file = file }

  func add(
    _ path: String, found: JSONValue? = nil, allowed: String? = nil, nearest: String? = nil, _ reason: String
  ) {
    guard problems.count < SettingsError.maxProblems else { return }
    problems.append(
      Problem(path: path, found: found?.found, allowed: allowed, reason: reason, nearest: nearest))
  }

  /// - Throws: `SettingsError` where there are any.
  func check() throws {
    if !problems.isEmpty { throw SettingsError(title: file, problems: problems) }
  }
}

/// Reads the object of one part. What is missing or wrong is reported, and a default is returned so that reading
/// continues.
struct PartReader {
  let value: JSONValue
  let path: String
  let problems: ProblemList

  /// The name under `type`; nil, with a problem, where there is none.
  func type(_ known: [String]) -> String? {
    guard value.members != nil else {
      problems.add(path, found: value, allowed: "an object or null", "is no object")
      return nil
    }
    guard let type = value["type"]?.text else {
      problems.add(
        path + ".type", found: value["type"], allowed: known.joined(separator: ", "), "names no part")
      return nil
    }
    guard known.contains(type) else {
      problems.add(
        path + ".type", found: .text(type), allowed: known.joined(separator: ", "),
        nearest: nearestName(to: type, among: known), "is a part that is not known")
      return nil
    }
    return type
  }

  /// Reports keys that nothing reads: they may change what the part does.
  func checkKeys(_ known: [String]) {
    for member in value.members ?? [] where member.key != "type" && !known.contains(member.key) {
      problems.add(
        "\(path).\(member.key)", allowed: known.isEmpty ? "none" : known.joined(separator: ", "),
        nearest: nearestName(to: member.key, among: known), "is a key that is not known")
    }
  }

  /// The value of a key that is there and not null.
  func present(_ key: String) -> JSONValue? {
    guard let found = value[key], !found.isNull else { return nil }
    return found
  }

  func flag(_ key: String, default standard: Bool? = nil) -> Bool {
    guard let found = present(key) else {
      if standard == nil { problems.add("\(path).\(key)", allowed: "true or false", "is missing") }
      return standard ?? false
    }
    if let flag = found.flag { return flag }
    problems.add("\(path).\(key)", found: found, allowed: "true or false", "is neither true nor false")
    return false
  }

  func text(_ key: String, default standard: String? = nil) -> String {
    guard let found = present(key) else {
      if standard == nil { problems.add("\(path).\(key)", allowed: "a text", "is missing") }
      return standard ?? ""
    }
    if let text = found.text { return text }
    problems.add("\(path).\(key)", found: found, allowed: "a text", "is no text")
    return ""
  }

  /// A text that may be missing.
  func optionalText(_ key: String) -> String? { present(key) == nil ? nil : text(key) }

  func integer(_ key: String, _ range: ClosedRange<Int>, default standard: Int? = nil) -> Int {
    guard let found = present(key) else {
      if standard == nil { problems.add("\(path).\(key)", allowed: "a whole number", "is missing") }
      return standard ?? range.lowerBound
    }
    if let integer = found.integer, range.contains(integer) { return integer }
    problems.add(
      "\(path).\(key)", found: found, allowed: "\(range.lowerBound) to \(range.upperBound)",
      "is no whole number in its range")
    return range.lowerBound
  }

  /// A text that is one of some.
  func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, default standard: Choice? = nil)
    -> Choice?
  where Choice.RawValue == String {
    let known = Choice.allCases.map(\.rawValue)
    guard let found = present(key) else {
      if standard == nil {
        problems.add("\(path).\(key)", allowed: known.joined(separator: ", "), "is missing")
      }
      return standard
    }
    if let choice = found.text.flatMap(Choice.init(rawValue:)) { return choice }
    problems.add("\(path).\(key)", found: found, allowed: known.joined(separator: ", "), "is not known")
    return nil
  }

  /// The parts of a list, each with its path.
  func parts(_ key: String) -> [PartReader] {
    guard let elements = present(key)?.elements else {
      problems.add("\(path).\(key)", found: value[key], allowed: "a list of parts", "is no list")
      return []
    }
    return elements.enumerated().map {
      PartReader(value: $0.element, path: "\(path).\(key).\($0.offset)", problems: problems)
    }
  }
}
