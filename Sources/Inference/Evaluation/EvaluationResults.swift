import Reporting
import Settings

/// What several models of a report answered to one evaluation.
public struct EvaluationResults<Result: Sendable>: Sendable {
  /// One model with its result.
  public struct Model: Sendable {
    /// Its index among the models of the report, as blocks name it.
    public let index: Int
    /// Its name.
    public let name: String
    /// Whether it sees what follows a place, as encoders do.
    public let seesFuture: Bool
    /// What it answered.
    public let result: Result

    /// A model with its result.
    public init(index: Int, name: String, seesFuture: Bool, result: Result) {
      self.index = index
      self.name = name
      self.seesFuture = seesFuture
      self.result = result
    }
  }

  /// What the evaluation was registered as: name, summary, source.
  public let declaration: ComponentDeclaration
  /// The models that could be asked, in the order of the report.
  public let models: [Model]

  /// Results of some models.
  public init(_ declaration: ComponentDeclaration, _ models: [Model]) {
    self.declaration = declaration
    self.models = models
  }

  /// The evaluation's name as a heading: `minimal-pairs` is `Minimal pairs`.
  public var title: String { declaration.name.replacing("-", with: " ").capitalizedFirst }
}

extension EvaluationResults {
  /// A section that shows every figure, a column a model.
  package func table(_ figures: (Result) -> [EvaluationFigure]) -> Section? {
    let found = models.map { (index: $0.index, name: $0.name, figures: figures($0.result)) }
    var names: [String] = []
    for figure in found.flatMap(\.figures) where !names.contains(figure.name) { names.append(figure.name) }
    func figure(_ name: String, _ model: [EvaluationFigure]) -> EvaluationFigure? {
      model.first { $0.name == name }
    }
    // What follows is said of all models where it can be.
    let shared = names.first { name in found.allSatisfy { figure(name, $0.figures) != nil } }
    guard let first = shared ?? names.first else { return nil }
    let rows = names.map { name -> [Block.Cell] in
      let any = found.lazy.compactMap { figure(name, $0.figures) }.first
      return [.text(name), .text(any.map(\.unitText) ?? ""), .count(any?.count ?? 0)]
        + found.map { figure(name, $0.figures).map { .measured($0.measured, $0.style) } ?? .empty }
    }
    let said = found.compactMap { model in
      figure(first, model.figures).map { "\(model.name) \($0.style.text($0.value))\($0.unitAfter)" }
    }
    return Section(
      id: "evaluation-\(declaration.name)", short: title, title: title,
      conclusion: "\(first.capitalizedFirst): \(said.joined(separator: ", ")).",
      explanation: declaration.summary.capitalizedFirst + "."
        + (declaration.source.isEmpty ? "" : " Source: \(declaration.source)."),
      blocks: [
        .table(
          Block.Table(
            title, columns: [.text("Figure"), .text("Unit"), .number("Of")] + found.map { .model($0.index) },
            rows: rows))
      ])
  }
}

extension EvaluationFigure {
  /// How the number is written.
  var style: Block.NumberStyle { unit == Self.share ? .percent(decimals: 1) : .fixed(4) }
  /// The unit as a table shows it.
  fileprivate var unitText: String { unit == Self.share ? "right answers" : unit }
  /// The unit behind a number; a percentage has none.
  fileprivate var unitAfter: String { unit == Self.share || unit.isEmpty ? "" : " " + unit }
}
