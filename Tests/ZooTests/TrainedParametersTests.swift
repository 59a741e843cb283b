import Installed
import Settings
import Tensors
import TestSupport
import Testing
import Transformer

@testable import Zoo

@Suite struct TrainedParametersTests {
  @Test(arguments: [
    ("blocks.0.norm.weight", "blocks.0.norm.weight", true), ("*", "anything", true), ("*", "", true),
    ("blocks.*", "blocks.0.norm", true), ("blocks.*", "block.0", false), ("*.bias", "a.b.bias", true),
    ("*.bias", "a.b.biased", false), ("blocks.*.weight", "blocks.weight", false),
    ("blocks.*.weight", "blocks.3.a.weight", true), ("a*b*c", "a1b2c", true), ("a*b*c", "a1c2b", false),
    ("a*a", "a", false), ("a*a", "aa", true), ("", "a", false), ("", "", true),
  ])
  func patternsFit(_ pattern: String, _ path: String, _ fits: Bool) {
    #expect(TrainedParameters.fits(pattern, path) == fits, "\(pattern) \(path)")
  }

  /// The first group that a parameter fits decides; without one, matrices decay as the optimiser says.
  @Test func groupsSetTheirFactors() throws {
    let registry = try Registry.standard()
    let (settings, problems) = registry.catalog.resolve(
      try Node.parse(
        """
        { type: 'adamw', groups: [
          { parameters: '*.bias', learningRate: 2, decay: 0.5 },
          { parameters: 'blocks.*', learningRate: 0.25 } ] }
        """, file: "o"), family: "optimiser")
    #expect(problems.isEmpty)
    let (model, _) = try ModelFixture.build(try ModelFixture.descriptor("tiny/gpt"), trains: true)
    let trained = try TrainedParameters(model.parameters, groups: try #require(settings))
    #expect(trained.all.count == model.parameters.all.count)
    for one in trained.all {
      let name = one.parameter.name
      let (isBias, isInside) = (name.hasSuffix(".bias"), name.hasPrefix("blocks."))
      #expect(one.learningRateFactor == (isBias ? 2 : isInside ? 0.25 : 1), "\(name)")
      #expect(one.decay(0.1) == (isBias ? 0.5 : one.parameter.decays ? 0.1 : 0), "\(name)")
    }
    #expect(TrainedParameters(model.parameters).all.allSatisfy { $0.learningRateFactor == 1 })
    #expect(TrainedParameters.clippingScale(4, limit: 0) == 1)
    #expect(abs(TrainedParameters.clippingScale(4, limit: 1) - 0.25) < 1e-6)
  }
}
