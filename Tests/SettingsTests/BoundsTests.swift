import Foundation
import Testing

@testable import Settings

/// What is large is read in time, and what is wrong a thousand times is told briefly.
@Suite struct BoundsTests {
  /// Work that takes at most a minute. A time limit of the test itself also counts the minutes in which it waits for
  /// the tests before it.
  private func expectWithinAMinute(_ work: () throws -> Void) rethrows {
    let spent = try ContinuousClock().measure(work)
    #expect(spent < .seconds(60))
  }

  @Test func manyKeysAreReadAndMergedInLinearTime() throws {
    try expectWithinAMinute(readAndMergeManyKeys)
  }

  private func readAndMergeManyKeys() throws {
    let members = (0..<40_000).map { "k\($0): \($0)" }.joined(separator: ", ")
    let node = try Node.parse("{ \(members) }", file: "m")
    #expect(node.members.count == 40_000)
    let merged = node.merging(node)
    #expect(merged == node)
    let twice = #expect(throws: SettingsError.self) { try Node.parse("{ \(members), k7: 1 }", file: "m") }
    #expect(
      twice?.problems.map(\.reason).first?.hasPrefix("this key is repeated; first at m:1:")
        == true)
  }

  @Test func problemsAreCounted() {
    let error = SettingsError(title: "m", problems: (0..<50).map { Problem(path: "p\($0)", reason: "wrong") })
    let lines = error.description.split(separator: "\n")
    #expect(lines.count == 21 && lines[0] == "m: 50 problems" && lines[20] == "  and 31 more")
    let all = SettingsError(title: "m", problems: (0..<20).map { Problem(path: "p\($0)", reason: "wrong") })
    #expect(all.description.split(separator: "\n").count == 21 && !all.description.contains("more"))
  }

  @Test func aFileOfErrorsIsGivenUp() { expectWithinAMinute(giveUpAFileOfErrors) }

  private func giveUpAFileOfErrors() {
    let text = "{" + String(repeating: " a? ,", count: 100_000) + "}"
    let error = #expect(throws: SettingsError.self) { try Node.parse(text, file: "m") }
    #expect(error?.problems.count == 1000)
    let long = #expect(throws: SettingsError.self) {
      try Node.parse("{ a: \(String(repeating: "x", count: 1_000_000)) }", file: "m")
    }
    #expect((long?.description.utf8.count ?? .max) < 5000)
  }

  @Test func aChainOfExtendsHasALimit() throws {
    func resolve(_ length: Int) throws -> Node {
      try Extension.resolve(try Node.parse("{ extends: '1', a: 0 }", file: "0"), name: "0") { name, _ in
        let number = Int(name) ?? 0
        return try Node.parse(
          number == length ? "{ b: 1, a: 9 }" : "{ extends: '\(number + 1)', c\(number): 1 }", file: name)
      }
    }
    let whole = try resolve(100)
    #expect(whole["a"] == Node(.integer(0)) && whole["b"] == Node(.integer(1)) && whole.members.count == 101)
    let error = #expect(throws: SettingsError.self) { try resolve(8000) }
    #expect(error?.problems.first?.reason == "more than 100 files extend each other in a row")
  }

  @Test(arguments: [
    ("1000", 1000), ("1_000", 1000), ("1e3", 1000), ("1.5e1", 15),
    ("9007199254740991.0", 9_007_199_254_740_991),
    ("9007199254740992.0", nil), ("9007199254740993", 9_007_199_254_740_993), ("1e300", nil), ("1.5", nil),
    ("007", nil), ("0", 0), ("-0", 0), ("1_", nil),
    ("_1", nil), ("1,000", nil), ("x", nil), ("", nil), ("-1_000_000", -1_000_000),
  ])
  func aWholeNumberIsOneWhateverItsForm(_ word: String, _ value: Int?) {
    // From 2⁵³ on a number with a point may stand for its neighbour as well.
    #expect(NumberLiteral(word).whole == value)
  }

  @Test(arguments: [0, 7, 1000, 9999, 10_000, 123_456_789, -1_234_567, Int.max, Int.min])
  func whatIsShownCanBeTyped(_ value: Int) {
    #expect(NumberLiteral(NumberLiteral.text(value)).whole == value)
  }

  @Test func textsOrTheListOfThem() {
    let setting = Setting("data", .textOrTexts, default: .text("x"), help: "")
    func isTaken(_ value: Node.Value) -> Bool { (try? setting.accept(value).get()) != nil }
    #expect(isTaken(.text("a,b")) && isTaken(.list([Node(.text("a,b"))])))
    #expect(!isTaken(.list([])) && !isTaken(.list([Node(.integer(1))])) && !isTaken(.null))
  }
}
