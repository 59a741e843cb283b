import Foundation
import Settings

/// What the value of an option or a positional argument may be.
public enum ValueKind: Sendable, Equatable {
  /// Any text.
  case text
  /// A whole number.
  case integer(_ range: ClosedRange<Int> = Int.min...Int.max)
  /// A number with or without a fraction.
  case number(_ range: ClosedRange<Double> = -Double.infinity...Double.infinity)
  /// One of a few words.
  case choice([String])

  /// What is allowed, in words: `"a whole number from 1 to 8"`.
  public var allowed: String {
    switch self {
    case .text: return "text"
    case .integer(let range):
      let (low, high) = (range.lowerBound > .min, range.upperBound < .max)
      return "a whole number"
        + phrase(
          low ? NumberLiteral.text(range.lowerBound) : nil, high ? NumberLiteral.text(range.upperBound) : nil)
    case .number(let range):
      let (low, high) = (range.lowerBound.isFinite, range.upperBound.isFinite)
      return "a number"
        + phrase(
          low ? NumberLiteral.text(range.lowerBound) : nil, high ? NumberLiteral.text(range.upperBound) : nil)
    case .choice(let words): return words.joined(separator: ", ")
    }
  }

  /// The word that stands for the value in help when none is given.
  var placeholder: String {
    switch self {
    case .text: "text"
    case .integer: "integer"
    case .number: "number"
    case .choice(let words): words.joined(separator: "|")
    }
  }

  /// The limits that help adds to the explanation; nil when there are none.
  var limits: String? {
    switch self {
    case .text, .choice: return nil
    case .integer, .number:
      let words = allowed.components(separatedBy: "number ")
      guard words.count == 2 else { return nil }
      return words[1].hasPrefix("of ") ? String(words[1].dropFirst(3)) : words[1]
    }
  }

  /// Why `value` is not allowed; nil when it is.
  func refusal(of value: String) -> String? {
    switch self {
    case .text: return nil
    case .integer(let range):
      let literal = NumberLiteral(value)
      guard let number = literal.whole else { return refusal(of: value, literal, "a whole number") }
      return range.contains(number) ? nil : "\(value) is out of range; allowed: \(allowed)"
    case .number(let range):
      let literal = NumberLiteral(value)
      guard let number = literal.real else { return refusal(of: value, literal, "a number") }
      return range.contains(number) ? nil : "\(value) is out of range; allowed: \(allowed)"
    case .choice(let words):
      if words.contains(value) { return nil }
      let hint = nearestName(to: value, among: words).map { "; did you mean \"\($0)\"?" } ?? ""
      return "unknown value \"\(value)\"; allowed: \(allowed)" + hint
    }
  }

  /// Whether two values mean the same: numbers however they are written.
  func isSame(_ first: String, _ second: String) -> Bool {
    switch self {
    case .text, .choice: first == second
    case .integer, .number: NumberLiteral(first).real == NumberLiteral(second).real
    }
  }

  /// Why a word is not a number of this kind, and how to write one.
  private func refusal(of value: String, _ literal: NumberLiteral, _ what: String) -> String {
    var reason = ""
    if case .refused(let why) = literal { reason = " (\(why))" }
    return "\"\(value)\" is not \(what)\(reason); allowed: \(allowed), written \(NumberLiteral.form)"
  }

  private func phrase(_ low: String?, _ high: String?) -> String {
    switch (low, high) {
    case (let low?, let high?): " from \(low) to \(high)"
    case (let low?, nil): " of at least \(low)"
    case (nil, let high?): " of at most \(high)"
    case (nil, nil): ""
    }
  }
}
