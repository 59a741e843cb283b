import Foundation
import Installed
import Settings
import Tensors
import TestKit
import Testing
import Transformer
import Zoo

@testable import SelectiveScan

@Suite struct SelectiveScanTests {
  private static func checks(_ more: String = "", width: Int = 8) throws -> ModelChecks {
    var registry = try Registry.standard()
    try register(in: &registry)
    return try ModelChecks(
      """
      { architecture: 'mamba', layers: 2, width: \(width), context: 24, vocabulary: 30,
        block: { \(more) }, initialisation: { type: 'normal', deviation: 0.2 } }
      """, registry)
  }

  @Test(arguments: ["", "expansion: 1, stateWidth: 3, taps: 2", "taps: 6, norm: 'rms'"])
  func itHoldsWhatEveryModelHolds(_ more: String) throws {
    let checks = try Self.checks(more)
    #expect(try checks.build().model.usesCache)
    let findings = try checks.findings()
    #expect(findings == [])
  }

  /// The scan of one block against the recurrence as it is published, token by token in double precision.
  @Test func itIsTheRecurrence() throws {
    let checks = try Self.checks("expansion: 2, stateWidth: 3, taps: 3", width: 4)
    let (model, context) = try checks.build()
    let block = try #require(model.parameters["blocks.0.skip"])
    #expect(block.tensor.shape.sizes == [8])
    let tokens = checks.batch(rows: 1, time: 7)
    var seen: [[[Float]]] = []
    _ = try model.hidden(tokens, .inference(context, layerSink: { _, x in seen.append(x.rows()) }))
    func values(_ name: String) throws -> [Double] {
      try #require(model.parameters["blocks.0." + name]).tensor.values().map(Double.init)
    }
    let reference = ScanReference(
      width: 4, channels: 8, state: 3, taps: 3, norm: (try values("norm.weight"), try values("norm.bias")),
      input: try values("input.weight"), convolution: try values("convolution.weight"),
      convolutionBias: try values("convolution.bias"), step: try values("step.weight"),
      stepBias: try values("step.bias"), select: try values("select.weight"), decay: try values("decay"),
      skip: try values("skip"), output: try values("output.weight"))
    let wanted = reference(seen[0].map { $0.map(Double.init) })
    for (row, expected) in zip(seen[1], wanted) {
      #expect(distance(row, expected.map(Float.init)) < 1e-5)
    }
  }

  @Test func theProgramKnowsIt() throws {
    let model = "{ architecture: 'mamba', layers: 2, width: 16 }"
    let findings = try programFindings("mamba-zoo", model: model, naming: "selective-scan")
    #expect(findings == [])
  }
}
