import Testing
import Wording

@Suite struct BoundedTests {
  @Test func keepsTheStartAndTheEnd() {
    #expect("what; advice".bounded(to: 12) == "what; advice")
    #expect("".bounded(to: 4).isEmpty)
    let long = "what " + String(repeating: "é", count: 3000) + " advice!"
    #expect(
      long.bounded(to: 32) == "what " + String(repeating: "é", count: 19)
        + " … (2,981 characters left out) …  advice!")
  }
}
