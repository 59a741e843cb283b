import Tensors
import TestSupport
import Testing
import Zoo

/// What holds for every model, whatever it is made of: the checks of the kit, on every tiny preset.
@Suite struct PropertyTests {
  @Test(arguments: ModelFixture.tiny) func aPositionSeesWhatItMayAndNothingElse(_ preset: String) throws {
    let findings = try ModelFixture.checks(preset).visibility()
    #expect(findings == [], "preset \(preset)")
  }

  @Test(arguments: ModelFixture.tiny) func aSequenceDoesNotDependOnItsNeighbours(_ preset: String) throws {
    let findings = try ModelFixture.checks(preset).neighbours()
    #expect(findings == [], "preset \(preset)")
  }

  @Test(arguments: ModelFixture.tiny) func aShortSequenceDoesNotSeeItsPadding(_ preset: String) throws {
    let findings = try ModelFixture.checks(preset).padding()
    #expect(findings == [], "preset \(preset)")
  }

  @Test(arguments: ModelFixture.tiny) func theCacheChangesNothing(_ preset: String) throws {
    let findings = try ModelFixture.checks(preset).cachedEqualsUncached()
    #expect(findings == [], "preset \(preset)")
  }

  @Test(arguments: ModelFixture.tiny) func threadsChangeNoBit(_ preset: String) throws {
    let findings = try ModelFixture.checks(preset).threads()
    #expect(findings == [], "preset \(preset)")
  }

  /// Operations are held to double precision one by one; this finds what is wired wrongly between them.
  @Test(arguments: ModelFixture.tiny) func gradientsFollowTheLoss(_ preset: String) throws {
    // Larger initial values than a model would train with, so that the loss moves more than it rounds.
    let wide = preset == "tiny/documents-bert" ? [] : ["initialisation={ type: 'normal', deviation: 0.2 }"]
    let findings = try ModelFixture.checks(preset, sets: wide).gradients()
    #expect(findings == [], "preset \(preset)")
  }

  /// What the dry device foretells is what the processor then does: parameters, FLOPs and memory.
  @Test(arguments: ModelFixture.tiny) func dryEqualsReal(_ preset: String) throws {
    let findings = try ModelFixture.checks(preset).dryEqualsMeasured()
    #expect(findings == [], "preset \(preset)")
  }

  @Test func withoutPositionsAnEncoderIsBlindToOrder() throws {
    for (sets, isBlind) in [([], true), (["position=learned"], false), (["position=rotary"], false)] {
      let largest = try ModelFixture.checks("tiny/nope", sets: sets).permutation()
      #expect((largest < 1e-5) == isBlind, "\(sets): \(largest)")
    }
  }

  @Test func dropoutDependsOnTheStepAndSleepsOutsideTraining() throws {
    let descriptor = try ModelFixture.descriptor("tiny/dropout")
    let (model, context) = try ModelFixture.build(descriptor, trains: true)
    let tokens = ModelFixture.batch(rows: 2, time: 9)
    func values(_ pass: Pass) throws -> [Float] { try model.hidden(tokens, pass).values() }
    let (first, second) = (try values(.training(context, step: 1)), try values(.training(context, step: 2)))
    #expect(sameBits(first, try values(.training(context, step: 1))))
    #expect(!sameBits(first, second))
    let plain = try values(.inference(context))
    #expect(sameBits(plain, try values(.inference(context))))
    #expect(!sameBits(first, plain))
  }
}
