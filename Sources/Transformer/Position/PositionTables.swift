import Settings
import Tensors

/// A table that is added to the embedding: learned, or sines and cosines.
struct TablePosition: Position {
  let table: Tensor?
}

extension Registry {
  mutating func addPositions() throws {
    try add("none", to: .position, summary: "no positions", source: "Haviv et al. 2022") { _, _, _ in
      NoPosition()
    }
    try add(
      "learned", to: .position, summary: "one learned vector per position, added to the embedding",
      source: "Gehring et al. 2017"
    ) { _, scope, build in
      TablePosition(
        table: try scope.parameter(
          "weight", ["positions": build.dimensions.context, "width": build.dimensions.addedWidth],
          initial: build.initialisation.embedding))
    }
    let base = RotaryPosition.base
    try add(
      "sinusoidal", to: .position, summary: "fixed sines and cosines, added to the embedding", keys: [base],
      source: "Vaswani et al. 2017"
    ) { settings, scope, build in
      let (context, width) = (build.dimensions.context, build.dimensions.addedWidth)
      return TablePosition(
        table: try scope.constant(
          sinusoids(positions: context, width: width, base: settings[base]),
          ["positions": context, "width": width]))
    }
    try addRotary()
    try addALiBi()
    try addDisentangled()
  }
}

/// Sines on even channels, cosines on odd ones, `[positions, width]`, of unit amplitude.
func sinusoids(positions: Int, width: Int, base: Double) -> [Float] {
  var values: [Float] = []
  values.reserveCapacity(positions * width)
  for position in 0..<positions {
    for channel in 0..<width {
      let angle = Double(position) * angularFrequency(pair: channel / 2, width: width, base: base)
      values.append(Float(channel.isMultiple(of: 2) ? sine(angle) : cosine(angle)))
    }
  }
  return values
}
