import Foundation
import Installed
import Settings
import Tensors
import Testing
import Training
import Transformer
import Zoo

@Suite struct PrefixLMTests {
  @Test func thePluginOfTheDocumentationTrains() throws {
    let registration = PluginRegistration(try Registry.standard())
    registerPrefixLM(Unmanaged.passUnretained(registration).toOpaque())
    #expect(registration.errors.isEmpty)
    let registry = registration.registry
    let node = try Node.parse(
      "{ architecture: 'prefix-lm', layers: 1, width: 16, context: 32, vocabulary: 40 }", file: "mine.json5")
    let descriptor = try registry.resolve(node, name: "mine")
    let context = try Context.cpu(threads: 1)
    let model = try registry.build(descriptor, in: context, trains: true)
    let pass = Pass.training(context, step: 0)
    let loss = try model.loss(
      TokenBatch(ids: [7, 8, 9, 10], batch: 1, time: 4), at: [1, 3], targets: [5, 6], lossWeight: 1, pass)
    try pass.tape?.backward(from: loss.loss, in: context)
    #expect(abs(loss.loss.values()[0] - Float(log(40.0))) < 0.2)
  }
}
