import Foundation
import Kernels
import Settings
import Tensors
import TestSupport
import Testing

@testable import Transformer

@Suite struct HeadTests {
  private func head(_ parts: PartFixture, _ text: String) throws -> any Head {
    let head = try parts.build.make(
      .head, try parts.resolve(text, family: "head"), parts.scope.child("head"))
    for (index, parameter) in parts.store.all.enumerated() where parameter.name.hasSuffix("bias") {
      try parameter.tensor.buffer.upload(
        (0..<parameter.tensor.shape.count).map { 0.2 * Float(($0 + index) % 5) - 0.3 })
    }
    return head
  }

  /// A cap bends logits, in the loss as well.
  @Test func aCapBoundsLogits() throws {
    // Parts of one name have equal tensors, each on a device of its own.
    let straight = try PartFixture()
    let plain = try head(straight, "{ type: 'lm', tied: false }")
    let hidden = try straight.input(["predictions": 3, "width": 8])
    let logits = try plain.logits(hidden, tokens: hidden, .inference(straight.context)).values()
    let parts = try PartFixture()
    let capped = try head(parts, "{ type: 'lm', tied: false, cap: 0.5 }")
    let pass = Pass.inference(parts.context)
    let x = try parts.input(["predictions": 3, "width": 8])
    let bent = try capped.logits(x, tokens: x, pass)
    #expect(distance(bent.values(), logits.map { 0.5 * tanh($0 / 0.5) }) < 1e-6)
    #expect(logits.contains { abs($0) > 0.5 })
    let targets = try parts.context.indices([1, 5, 9], ["predictions": 3])
    let losses = try capped.loss(
      x, tokens: x, targets: targets, weights: nil, lossWeight: 1, pass
    ).losses.values()
    let wanted = zip(try pass.logSoftmax(bent).rows(), [1, 5, 9]).map { -$0[$1] }
    #expect(distance(losses, wanted) < 1e-6)
  }

  /// Binary cross-entropy of one logit a token, and its gradient in every parameter.
  @Test func aDiscriminatorTellsReplacedTokens() throws {
    let parts = try PartFixture()
    let head = try head(parts, "'discriminator'")
    let pass = Pass.inference(parts.context)
    let x = try parts.input(["predictions": 4, "width": 8])
    let logits = try head.logits(x, tokens: x, pass)
    #expect(logits.shape.sizes == [4, 1])
    let wanted = zip(logits.values(), [1, 0, 0, 1]).map { logit, target in
      log(1 + exp(target == 1 ? -logit : logit))
    }
    let result = try head.loss(
      x, tokens: x, targets: try parts.context.indices([1, 0, 0, 1], ["predictions": 4]), weights: nil,
      lossWeight: 1, pass)
    #expect(distance(result.losses.values(), wanted) < 1e-6)
    #expect(Set(wanted.map { ($0 * 1e4).rounded() }).count == 4)
    let error = #expect(throws: ShapeError.self) {
      try head.loss(
        x, tokens: x, targets: try parts.context.indices([1, 0, 2, 1], ["predictions": 4]), weights: nil,
        lossWeight: 1, pass)
    }
    #expect(error?.component == "head" && error?.role == "target")
  }

  /// The gradient of the discriminator's loss against finite differences in double precision.
  @Test func aDiscriminatorsGradientsAreRight() throws {
    let targets: [Int32] = [1, 0, 1]
    var numbers = RepeatableRandom(seed: 3)
    let inputs = [
      OperationInput(["predictions": 3, "width": 4], &numbers),
      OperationInput(["outputs": 1, "inputs": 4], &numbers),
      OperationInput(["outputs": 1], &numbers),
    ]
    let findings = try operationFindings(
      inputs, on: TestDevice.make,
      loss: { pass, inputs in
        let head = DiscriminatorHead(
          path: "head", transform: nil, weight: inputs[1], bias: inputs[2])
        return try head.loss(
          inputs[0], tokens: inputs[0], targets: try pass.context.indices(targets, ["predictions": 3]),
          weights: nil, lossWeight: 1, pass
        ).loss
      },
      reference: { inputs in
        let losses = targets.indices.map { row -> Double in
          let logit = (0..<4).reduce(inputs[2][0]) { $0 + inputs[0][row * 4 + $1] * inputs[1][$1] }
          return log(1 + exp(targets[row] == 1 ? -logit : logit))
        }
        return losses.reduce(0, +) / 3
      })
    #expect(findings == [])
  }
}
