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
    /// Whether it was trained to predict a word with nothing behind it in view. A model that sees both sides and was
    /// trained at a fixed masking rate was not.
    public let isTrainedFromLeft: Bool
    /// What it answered.
    public let result: Result

    /// A model with its result.
    public init(
      index: Int, name: String, seesFuture: Bool, isTrainedFromLeft: Bool = true, result: Result
    ) {
      self.index = index
      self.name = name
      self.seesFuture = seesFuture
      self.isTrainedFromLeft = isTrainedFromLeft
      self.result = result
    }

    /// Whether it was trained for questions with so much of the text given.
    public func isTrained(for context: ChoiceContext?) -> Bool { context != .leftOnly || isTrainedFromLeft }
  }

  /// What the evaluation was registered as: name, summary, source.
  public let declaration: ComponentDeclaration
  /// The models that could be asked, in the order of the report.
  public let models: [Model]
  /// How many seeds each model was trained with; the results are those of the first.
  public let seeds: Int

  /// Results of some models.
  public init(_ declaration: ComponentDeclaration, _ models: [Model], seeds: Int = 1) {
    self.declaration = declaration
    self.models = models
    self.seeds = seeds
  }

  /// The evaluation's name as a heading: `minimal-pairs` is `Minimal pairs`.
  public var title: String { declaration.name.replacing("-", with: " ").capitalizedFirst }

  /// What the results are about, for the reasons of a verdict.
  public var scope: String {
    "\(seeds > 1 ? "the first seed" : "one seed"), so this describes these trained models, not the architectures"
  }

  /// Why answers of some models to questions with so much of the text given are not comparable; nil where they are.
  ///
  /// - Parameters:
  ///   - context: what was given; nil: the same for all models.
  ///   - models: nil: all models.
  public func reasonAgainst(_ context: ChoiceContext?, _ models: [Model]? = nil) -> String? {
    context?.reasonAgainst(
      untrained: (models ?? self.models).filter { !$0.isTrained(for: context) }.map(\.name))
  }

  /// The models of which one was not trained for questions with so much of the text given, as a note below a table; nil
  /// where all were.
  package func note(on context: ChoiceContext, _ models: [Model]) -> Block? {
    reasonAgainst(context, models).map { reason in
      .note(
        "No conclusion compares these models: \(reason). A model with recipe.objective=any-order is trained for every "
          + "masking rate.")
    }
  }

  /// The same models with something else of their results.
  ///
  /// - Throws: what `transform` throws.
  package func map<Other>(_ transform: (Result) throws -> Other) rethrows -> EvaluationResults<Other> {
    EvaluationResults<Other>(
      declaration,
      try models.map { model in
        .init(
          index: model.index, name: model.name, seesFuture: model.seesFuture,
          isTrainedFromLeft: model.isTrainedFromLeft, result: try transform(model.result))
      }, seeds: seeds)
  }
}

extension EvaluationResults {
  /// A section that shows every figure, one column per model.
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
  var style: Block.NumberStyle { isShare ? .percent(decimals: 1) : .fixed(4) }
  /// The unit as a table shows it.
  fileprivate var unitText: String { isShare ? "right answers" : unit }
  /// The unit behind a number; a percentage has none.
  fileprivate var unitAfter: String { isShare || unit.isEmpty ? "" : " " + unit }
}
