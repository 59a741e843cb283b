import Foundation

/// A selective scan as a loop over tokens, in double precision.
struct ScanReference {
  let width, channels, state, taps: Int
  let norm: (weight: [Double], bias: [Double])
  let input, convolution, convolutionBias, step, stepBias, select, decay, skip, output: [Double]

  /// The residual stream after the block, a row a token.
  func callAsFunction(_ stream: [[Double]]) -> [[Double]] {
    var before: [[Double]] = []
    var memory = [[Double]](repeating: [Double](repeating: 0, count: state), count: channels)
    return stream.map { x in
      let mean = x.reduce(0, +) / Double(width)
      let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
      let normed = x.indices.map {
        (x[$0] - mean) / (variance + 1e-5).squareRoot() * norm.weight[$0] + norm.bias[$0]
      }
      let parts = product(input, normed)
      before.append(Array(parts[..<channels]))
      let u = (0..<channels).map { channel in
        silu(
          (0..<taps).reduce(convolutionBias[channel]) { sum, tap in
            let place = before.count - taps + tap
            return place < 0 ? sum : sum + convolution[channel * taps + tap] * before[place][channel]
          })
      }
      let (steps, selected) = (product(step, u), product(select, u))
      let y = (0..<channels).map { channel in
        let delta = log1p(exp(steps[channel] + stepBias[channel]))
        var read = skip[channel] * u[channel]
        for cell in 0..<state {
          let rate = Double(cell + 1) * exp(decay[channel * state + cell])
          memory[channel][cell] =
            exp(-delta * rate) * memory[channel][cell] + delta * u[channel] * selected[cell]
          read += memory[channel][cell] * selected[state + cell]
        }
        return read * silu(parts[channels + channel])
      }
      return zip(x, product(output, y)).map { $0 + $1 }
    }
  }

  private func silu(_ x: Double) -> Double { x / (1 + exp(-x)) }

  private func product(_ weight: [Double], _ x: [Double]) -> [Double] {
    (0..<weight.count / x.count).map { row in
      x.indices.reduce(0) { $0 + weight[row * x.count + $1] * x[$1] }
    }
  }
}
