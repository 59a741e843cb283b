import Foundation
import Kernels
import Settings
import Tensors
import Transformer

/// A layer that remembers the past in a state of fixed size. How fast the state fades and what enters it depend on the
/// token, so that the layer selects what it remembers.
///
///     u, z = split(input·norm(x));   u = silu(convolution(u));   Δ = softplus(step·u);   B, C = split(select·u)
///     h[t] = exp(−Δ[t]·A)·h[t − 1] + Δ[t]·u[t]·B[t]ᵀ;   y[t] = h[t]·C[t] + skip·u[t];   x += output·(y·silu(z))
///
/// - Source: Gu and Dao, "Mamba", 2023.
struct SelectiveScanBlock: Block {
  static let expansion = Key.integer("expansion", 1...16, default: 2, help: "channels over the width")
  static let stateWidth = Key.integer("stateWidth", 1...256, default: 8, help: "values remembered a channel")
  static let taps = Key.integer("taps", 2...64, default: 4, help: "tokens that the convolution sees")
  static let keys: [any SettingKey] = [BlockSettings.norm, expansion, stateWidth, taps]

  let path: String
  let channels: Int
  let state: Int
  let norm: any Norm
  let input, step, select, output: Linear
  let convolution, convolutionBias, decay, skip: Tensor
  /// `log(1), log(2), …` for every channel: where the rates of decay begin.
  let rates: Tensor

  var usesCache: Bool { true }

  init(_ settings: Resolved, _ scope: Scope, _ build: BuildContext) throws {
    let (width, start, taps) = (build.dimensions.width, build.initialisation, settings[Self.taps])
    path = scope.path
    let (channels, state) = (settings[Self.expansion] * width, settings[Self.stateWidth])
    self.channels = channels
    self.state = state
    norm = try build.make(.norm, settings[BlockSettings.norm], scope.child("norm"))
    func linear(_ name: String, _ inputs: Int, _ outputs: Int, bias: Bool) throws -> Linear {
      try Linear(
        scope.child(name), inputs: inputs, outputs: outputs, bias: bias,
        initial: start.weight(inputs: inputs, outputs: outputs))
    }
    input = try linear("input", width, 2 * channels, bias: false)
    let shape: Shape = ["channels": channels]
    convolution = try scope.parameter(
      "convolution.weight", ["channels": channels, "taps": taps],
      initial: .uniform(limit: 1 / Double(taps).squareRoot()))
    convolutionBias = try scope.parameter("convolution.bias", shape, initial: .constant(0))
    step = try linear("step", channels, channels, bias: true)
    select = try linear("select", channels, 2 * state, bias: false)
    let table: Shape = ["channels": channels, "state": state]
    decay = try scope.parameter("decay", table, initial: .constant(0))
    rates = try scope.constant((0..<channels).flatMap { _ in (1...state).map { log(Float($0)) } }, table)
    skip = try scope.parameter("skip", shape, initial: .constant(1))
    output = try Linear(
      scope.child("output"), inputs: channels, outputs: width, bias: false,
      initial: start.residual(inputs: channels, outputs: width, layers: build.dimensions.layers))
  }

  func callAsFunction(
    _ stream: inout ResidualStream, _ visibility: Visibility, at rows: Indices?, _ pass: Pass
  ) throws {
    let x = try stream.normalised(by: norm, pass)
    let (batch, time) = (x.shape.sizes[0], x.shape.sizes[1])
    let (tokens, cells) = (batch * time, channels * state)
    let parts = try pass.split(try input(x, pass), sizes: [channels, channels])
    let u = try pass.activate(try convolved(parts[0], pass), .silu)
    let selected = try pass.split(try select(u, pass), sizes: [state, state])
    func outer(_ x: Tensor, _ row: Tensor) throws -> Tensor {  // [tokens, channels, state]
      try pass.matrixProduct(
        try pass.reshape(x, to: ["tokens": tokens, "channels": channels, "one": 1]),
        try pass.reshape(row, to: ["tokens": tokens, "one": 1, "state": state]))
    }
    let steps = try pass.map(try step(u, pass), Softplus())
    let ones = try pass.context.tensor(
      [Float](repeating: 1, count: tokens * state), ["tokens": tokens, "state": state])
    let rate = try pass.map(try pass.add(decay, rates), Exponential())
    let gates = try pass.map(
      try pass.scale(
        try pass.multiply(try outer(steps, ones), broadcasting: rate, along: 1..<3), by: -1), Exponential())
    let shape: Shape = ["batch": batch, "time": time, "cells": cells]
    let scanned = try pass.linearScan(
      try pass.reshape(try outer(try pass.multiply(steps, u), selected[0]), to: shape),
      gates: try pass.reshape(gates, to: shape), axis: 1,
      initial: try pass.cachedState(path, shape: ["cells": cells]), name: path)
    let last = try pass.split(scanned, sizes: [time - 1, 1], axis: 1)[1]
    try pass.storeState(try pass.reshape(last, to: ["batch": batch, "cells": cells]), name: path)
    let read = try pass.matrixProduct(
      try pass.reshape(scanned, to: ["tokens": tokens, "channels": channels, "state": state]),
      try pass.reshape(selected[1], to: ["tokens": tokens, "state": state, "one": 1]))
    let y = try pass.add(
      try pass.reshape(read, to: u.shape), try pass.multiply(u, broadcasting: skip, along: 2..<3))
    let gated = try pass.multiply(y, try pass.activate(parts[1], .silu))
    try stream.add(try output(gated, pass), from: path, pass)
    if let rows { try stream.keep(rows, pass) }
  }

  /// The causal convolution, which continues from the tokens that a cache kept.
  private func convolved(_ u: Tensor, _ pass: Pass) throws -> Tensor {
    let name = path + ".convolution"
    let kept = convolution.shape.width - 1
    let history = try pass.cachedState(name, shape: ["history": kept, "channels": channels])
    if let history {
      let all = try pass.concatenate([history, u], axis: 1)
      try pass.storeState(
        try pass.split(all, sizes: [u.shape.sizes[1], kept], axis: 1)[1], name: name)
    }
    return try pass.causalConvolution(
      u, weight: convolution, bias: convolutionBias, history: history, name: name)
  }
}
