import Testing
import Wording

@Suite struct NaturalOrderTests {
  @Test func digitsAreComparedAsNumbers() {
    let ordered = [
      "bert", "bert-6x384", "bert-12x768", "gpt", "gpt-1", "gpt-02", "gpt-2", "gpt-2@best", "gpt-10", "gpt2",
    ]
    #expect(ordered.reversed().inNaturalOrder == ordered)
    #expect(ordered.sorted().inNaturalOrder == ordered)
  }

  @Test func numbersOfAnyLengthHaveAnOrder() {
    let nines = "gpt-" + String(repeating: "9", count: 40)
    #expect([nines + "1", nines, "gpt-8"].inNaturalOrder == ["gpt-8", nines, nines + "1"])
    #expect(!nines.isNaturallyBefore(nines))
  }
}
