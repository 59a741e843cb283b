import Settings
import Tensors
import TestSupport
import Testing

@testable import Transformer

/// A block is its published formula, for every placement of the norms.
@Suite struct PlacementTests {
  @Test(arguments: ["pre", "post", "sandwich", "res-post", "parallel"])
  func aBlockIsItsFormula(_ placement: String) throws {
    let parts = try PartFixture()
    let block = try parts.block(
      "{ placement: '\(placement)', attention: { heads: 2 }, feedForward: { type: 'gelu', hidden: 12 } }"
    )
    // Norms of gain 1 and bias 0 would hide which norm is used where.
    for (index, parameter) in parts.store.all.enumerated() where parameter.name.contains("orm.") {
      try parameter.tensor.change { values in
        for channel in 0..<8 { values[channel] += 0.1 * Float((index + channel) % 5) }
      }
    }
    let pass = Pass.inference(parts.context)
    let shape: Shape = ["batch": 1, "time": 5, "width": 8]
    let x = try parts.input(shape)
    let visibility = try parts.visibility(time: 5)
    var stream = ResidualStream(x, dropout: 0)
    try block(&stream, visibility, at: nil, pass)
    let found = try stream.joined(pass).values()

    let attend = { try block.attend($0, visibility, pass) }
    let transform = { try block.transform($0, pass) }
    let first = try #require(block.attention.input ?? block.attention.output)
    let add = { (a: Tensor, b: Tensor) in try pass.add(a, b) }
    var wanted: Tensor
    switch placement {
    case "pre":
      let second = try #require(block.feedForward.input)
      wanted = try add(x, attend(first(x, pass)))
      wanted = try add(wanted, transform(second(wanted, pass)))
    case "post":
      let second = try #require(block.feedForward.input)
      wanted = try first(add(x, attend(x)), pass)
      wanted = try second(add(wanted, transform(wanted)), pass)
    case "res-post":
      #expect(block.attention.input == nil && block.feedForward.input == nil)
      let second = try #require(block.feedForward.output)
      let third = try #require(block.attention.output)
      wanted = try add(x, third(attend(x), pass))
      wanted = try add(wanted, second(transform(wanted), pass))
    case "sandwich":
      let second = try #require(block.feedForward.input)
      let (third, fourth) = (
        try #require(block.attention.output), try #require(block.feedForward.output)
      )
      wanted = try add(x, third(attend(first(x, pass)), pass))
      wanted = try add(wanted, fourth(transform(second(wanted, pass)), pass))
    default:
      #expect(block.feedForward.input == nil)
      let normed = try first(x, pass)
      wanted = try add(add(x, attend(normed)), transform(normed))
    }
    #expect(distance(found, wanted.values()) < 1e-5)
    #expect(distance(found, x.values()) > 0.1)

    // Where few positions are read afterwards, these few are what they are among all.
    let rows: [Int32] = [4, 1]
    var few = ResidualStream(x, dropout: 0)
    try block(&few, visibility, at: try parts.context.indices(rows, ["rows": 2]), pass)
    let kept = try few.joined(pass)
    #expect(kept.shape == ["rows": 2, "width": 8])
    #expect(distance(kept.values(), rows.flatMap { wanted.rows()[Int($0)] }) < 1e-5)
  }

  /// Each branch of a parallel block may have a norm of its own; both read the stream as it comes in.
  @Test func parallelBranchesMayHaveTwoNorms() throws {
    let parts = try PartFixture()
    let block = try parts.block(
      "{ placement: 'parallel', sharedNorm: false, attention: { heads: 2 }, feedForward: { type: 'gelu', hidden: 12 } }"
    )
    for (index, parameter) in parts.store.all.enumerated() where parameter.name.contains("orm.") {
      try parameter.tensor.change { values in
        for channel in 0..<8 { values[channel] += 0.1 * Float((index + channel) % 5) }
      }
    }
    let (pass, visibility) = (Pass.inference(parts.context), try parts.visibility(time: 5))
    let x = try parts.input(["batch": 1, "time": 5, "width": 8])
    // A branch of the block before is still to be joined.
    let branch = try parts.input(["batch": 1, "time": 5, "width": 8], shift: 0.25)
    let sum = try pass.add(x, branch)
    let (first, second) = (try #require(block.attention.input), try #require(block.feedForward.input))
    let attended = try block.attend(first(sum, pass), visibility, pass)
    let wanted = try pass.add(pass.add(sum, attended), block.transform(second(sum, pass), pass))
    for rows in [nil, [4, 1] as [Int32]] {
      var stream = ResidualStream(x, dropout: 0)
      try stream.add(branch, from: "before", pass)
      let kept = try rows.map { try parts.context.indices($0, ["rows": $0.count]) }
      try block(&stream, visibility, at: kept, pass)
      let some = rows.map { $0.flatMap { wanted.rows()[Int($0)] } } ?? wanted.values()
      #expect(distance(try stream.joined(pass).values(), some) < 1e-5)
    }
  }

  /// An attention that knows nothing of rows.
  private struct Plain: Attention {
    let inner: any Attention
    func callAsFunction(_ x: Tensor, _ visibility: Visibility, _ pass: Pass) throws -> Tensor {
      try inner(x, visibility, pass)
    }
  }

  @Test func anAttentionMayLeaveTheChoiceOfRowsToTheBlock() throws {
    let parts = try PartFixture()
    let inner = try parts.block("{ attention: { heads: 2 } }").attend
    let (pass, visibility) = (Pass.inference(parts.context), try parts.visibility(batch: 2, time: 3))
    let x = try parts.input(["batch": 2, "time": 3, "width": 8])
    let rows = try parts.context.indices([5, 0], ["rows": 2])
    let all = try inner(x, visibility, pass).rows()
    #expect(try Plain(inner: inner)(x, visibility, at: rows, pass).values() == all[5] + all[0])
    #expect(distance(try inner(x, visibility, at: rows, pass).values(), all[5] + all[0]) < 1e-6)
  }

  @Test func aPostNormModelHasNoFinalNorm() throws {
    for (placement, has) in [
      ("pre", true), ("post", false), ("sandwich", true), ("res-post", true), ("parallel", true),
    ] {
      let parts = try PartFixture()
      let root = ComponentDeclaration(
        family: "model", name: "test", summary: "",
        keys: ModelSettings.transformer(mask: "causal", head: "lm"))
      let (settings, problems) = parts.catalog.resolve(
        try Node.parse("{ blocks: [{ placement: '\(placement)', attention: { heads: 2 } }] }", file: "m"),
        as: root)
      #expect(problems.isEmpty)
      let stack = try Stack(try #require(settings), parts.scope, parts.build)
      #expect((stack.finalNorm != nil) == has, "\(placement)")
    }
  }
}
