import Testing
import Training

/// TensorBoard draws a tag's values on one axis, so a tag has one unit.
@Suite struct EventTagTests {
  @Test func everyUnitHasATagOfItsOwn() {
    func tag(_ key: String, _ unit: String, _ objective: String) -> String {
      EventFile.tag("train", key, unit: unit, objective: objective)
    }
    #expect(tag("loss", "nats per token", "causal-lm") == "train/loss (nats per token)")
    #expect(tag("loss", "nats per token", "a") != tag("loss", "nats per masked token", "a"))
    #expect(tag("accuracy", "u", "causal-lm") != tag("accuracy", "u", "masked-lm"))
    #expect(tag("learningRate", "u", "a") == "train/learningRate")
    #expect(Budget.steps(1).description == "1 step" && Budget.tokens(1500).description == "1,500 tokens")
    #expect(Budget.minutes(1).description == "1 minute" && Budget.minutes(0.5).description == "0.5 minutes")
  }
}
