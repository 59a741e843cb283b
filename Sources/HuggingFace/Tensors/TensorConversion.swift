import Tensors
import Transformer

/// One parameter of a model and the tensors that it is made of, or that are made of it.
struct TensorConversion: Sendable {
  /// A tensor of the hub and the part of ours that it holds.
  struct Piece: Sendable {
    /// The name.
    let name: String
    /// The sizes of the part, outermost first.
    let sizes: [Int]
    /// From theirs to ours, first to last.
    let steps: [Arrangement]

    /// The sizes of the tensor.
    var theirSizes: [Int] { steps.reversed().reduce(sizes) { $1.theirs($0) } }

    /// The part of a parameter, made of a tensor's values.
    func imported(_ values: [Float]) -> [Float] {
      var stages = [sizes]
      for step in steps.dropFirst().reversed() { stages.insert(step.theirs(stages[0]), at: 0) }
      return zip(steps, stages).reduce(values) { $1.0.imported($0, sizes: $1.1) }
    }

    /// A tensor's values, made of the part of a parameter.
    func exported(_ values: [Float]) -> [Float] {
      var (values, sizes) = (values, sizes)
      for step in steps.reversed() {
        values = step.exported(values, sizes: sizes)
        sizes = step.theirs(sizes)
      }
      return values
    }
  }

  /// The name of the parameter.
  let name: String
  /// Its sizes.
  let sizes: [Int]
  /// Its parts, which follow each other along the first axis.
  let pieces: [Piece]

  /// The conversion of a parameter by a rule; nil where the rule does not name a tensor for each of its parts.
  init?(_ rule: TensorRule, sizes: [Int], layout: ParameterLayout?) {
    name = rule.ours
    self.sizes = sizes
    let parts = rule.theirs.count == 1 ? [sizes[0]] : layout?.parts.map(\.size) ?? []
    guard parts.count == rule.theirs.count && (layout?.axis ?? 0) == 0 else { return nil }
    pieces = zip(rule.theirs, parts).enumerated().map { index, pair in
      Piece(name: pair.0, sizes: [pair.1] + sizes.dropFirst(), steps: rule.steps(index))
    }
  }

  /// The parameter's values, made of those of its tensors.
  func imported(_ values: (_ name: String) throws -> [Float]) rethrows -> [Float] {
    if pieces.count == 1 { return pieces[0].imported(try values(pieces[0].name)) }
    var result: [Float] = []
    result.reserveCapacity(sizes.reduce(1, *))
    for piece in pieces { result += piece.imported(try values(piece.name)) }
    return result
  }

  /// The values of its tensors, made of the parameter's.
  func exported(_ values: [Float]) -> [(piece: Piece, values: [Float])] {
    var start = 0
    return pieces.map { piece in
      let count = piece.sizes.reduce(1, *)
      defer { start += count }
      return (piece, piece.exported(pieces.count == 1 ? values : Array(values[start..<start + count])))
    }
  }

  /// The conversion of a parameter by the rules of a family; nil where none names it.
  static func of(_ parameter: Parameter, _ rules: [String: (rule: TensorRule, isTrunk: Bool)]) -> (
    conversion: TensorConversion, isTrunk: Bool
  )? {
    var steps = parameter.name.split(separator: ".")
    var layer: Int?
    if steps.count > 1, steps[0] == "blocks", let number = Int(steps[1]) { (layer, steps[1]) = (number, "#") }
    guard let (rule, isTrunk) = rules[steps.joined(separator: ".")],
      let conversion = TensorConversion(
        layer.map { rule.layer($0) } ?? rule, sizes: parameter.tensor.shape.sizes, layout: parameter.layout)
    else { return nil }
    return (conversion, isTrunk)
  }
}
