import Settings
import Tensors
import TestSupport
import Testing
import Transformer
import Zoo

/// The gradient of every whole model against differences of its loss.
///
/// Primitives are held to double precision one by one; this finds what is wired wrongly between them: a
/// branch that is counted twice, a table that is read by two parts, a dropout that differs backward.
@Suite struct GradientTests {
  @Test(arguments: ModelFixture.tiny) func followTheLoss(_ preset: String) throws {
    // Larger initial values than a model would train with, so that the loss moves more than it rounds.
    let wide = preset == "tiny/documents-bert" ? [] : ["initialisation={ type: 'normal', deviation: 0.2 }"]
    let descriptor = try ModelFixture.descriptor(preset, sets: wide)
    guard descriptor.settings[ModelSettings.head].type != "none" else { return }
    let (model, context) = try ModelFixture.build(descriptor, trains: true)
    try PropertyTests.trainingPass(model, context, step: 4)
    // Read first: a training pass adds the head's gradients while it computes the loss.
    let gradients = model.parameters.all.map { PropertyTests.gradient($0, context) }
    for (parameter, gradient) in zip(model.parameters.all, gradients)
    where !parameter.name.hasPrefix("pooler.") {
      let norm = gradient.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      let start = parameter.tensor.values()
      // The loss along the gradient itself grows by its norm.
      func loss(at step: Double) throws -> Double {
        try parameter.tensor.buffer.upload(
          zip(start, gradient).map { $0 + Float(step * Double($1) / norm) })
        return try PropertyTests.loss(model, context, step: 4)
      }
      let step = 4e-3
      let slope = (try loss(at: step) - loss(at: -step)) / (2 * step)
      _ = try loss(at: 0)
      #expect(
        abs(slope - norm) < 2e-4 + 0.02 * norm, "preset \(preset), \(parameter.name): \(slope) beside \(norm)"
      )
    }
  }
}
