import CommandLineKit
import Comparison
import Experiments
import Testing

@testable import ZooCommand

/// What is equal and what is not, at a terminal.
@Suite struct CertificateTextTests {
  private func row(_ what: String, _ values: [String], declared: Bool = true) -> CertificateRow {
    let equal = Set(values).count == 1
    return CertificateRow(
      what: what, values: values, equal: equal, declared: !equal && declared, note: "")
  }

  private func shown(_ rows: [CertificateRow], arms: [String]) -> String {
    let (console, output, _) = Console.captured()
    CertificateText(rows, arms: arms).show(on: console)
    return output.text
  }

  @Test func whatIsEqualIsWrittenOnceAndWhatNobodyDeclaredLast() {
    let text = shown(
      [
        row("batch", ["16", "8"], declared: false), row("text", ["a book", "a book"]),
        row("mask", ["causal", "bidirectional"]),
      ], arms: ["gpt", "bert"])
    #expect(
      text == """

        Equal in all models
        text  a book

        Different by design
              gpt     bert
        mask  causal  bidirectional

        Different but not declared
               gpt  bert
        batch  16   8


        """)
  }

  @Test func armsThatDoNotFitBesideEachOtherStandBelowEachOther() {
    let arms = (1...5).map { "an arm with a long name, \($0)" }
    let text = shown(
      [row("rate", ["1", "2", "1", "1", "3"]), row("share", ["7", "7", "8", "8", "9"])], arms: arms)
    let lines = text.split(separator: "\n").suffix(6)
    #expect(
      lines.map { $0.split(separator: "  ").map { $0.drop { $0 == " " } } } == [
        ["rate", "\(arms[1])", "2"], ["\(arms[4])", "3"], ["all others", "1"],
        ["share", "\(arms[0]), \(arms[1])", "7"], ["\(arms[2]), \(arms[3])", "8"], ["\(arms[4])", "9"],
      ])
    #expect(!text.contains("but not declared"))
  }
}
