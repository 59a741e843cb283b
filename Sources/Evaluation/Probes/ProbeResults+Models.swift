import Inference
import Statistics

extension ProbeResults {
  /// What the probes of several models that were asked alike came to; nil without models.
  ///
  /// - Parameter models: each with its index.
  public init?(_ models: [(arm: Int, result: ProbesEvaluation.Result)]) {
    guard let first = models.first?.result, models.allSatisfy({ $0.result.isWhole }) else { return nil }
    self.init(
      fitted: first.fitted, chosen: first.chosen, tested: first.tested, penalty: first.penalty,
      gradientBound: first.gradientBound, fits: models.reduce(0) { $0 + 3 * $1.result.layers.count },
      unfinished: models.reduce(0) { $0 + $1.result.layers.reduce(0) { $0 + $1.unfinished } },
      tasks: first.questions.flatMap { questions in
        questions.task.asked.map { task in
          Task(
            task: task, count: questions.count(task),
            mostFrequent: questions.plainShare(questions.mostFrequent, task),
            wordAlone: questions.plainShare(questions.wordAlone, task))
        }
      }, rows: models.flatMap { Self.rows($0.arm, $0.result) }, comparisons: Self.comparisons(models))
  }

  /// By side and task, each from the embedding to the last layer.
  private static func rows(_ arm: Int, _ result: ProbesEvaluation.Result) -> [Row] {
    ChoiceContext.allCases.flatMap { side in
      ProbeTask.allCases.flatMap { task -> [Row] in
        guard let questions = result.questions(of: task) else { return [] }
        return result.layers(side, task).map { layer in
          Row(
            arm: arm, side: side, task: task, layer: layer.layer,
            accuracy: questions.share(layer.real, task), control: questions.share(layer.control, task),
            selectivity: questions.difference(layer.real, layer.control, task),
            untrained: questions.share(layer.untrained, task))
        }
      }
    }
  }

  /// Every model beside the first one that saw the same, each at the layer that is best where layers are chosen.
  private static func comparisons(_ models: [(arm: Int, result: ProbesEvaluation.Result)]) -> [Comparison] {
    ChoiceContext.allCases.flatMap { side in
      ProbeTask.allCases.flatMap { task -> [Comparison] in
        let best = models.compactMap { model in
          model.result.best(side, task).map { (arm: model.arm, result: model.result, layer: $0) }
        }
        guard let first = best.first, let questions = first.result.questions(of: task) else { return [] }
        return best.dropFirst().filter { $0.result.questions(of: task) == questions }.map { other in
          Comparison(
            arm: other.arm, against: first.arm, side: side, task: task, layer: other.layer.layer,
            layerAgainst: first.layer.layer,
            difference: questions.difference(other.layer.real, first.layer.real, task))
        }
      }
    }
  }
}

extension ProbesEvaluation.Result.Questions {
  /// The fraction of right ones among the answers of a task; 0 without questions.
  fileprivate func plainShare(_ answers: AnswerBits, _ task: ProbeTask) -> Double {
    count(task) == 0 ? 0 : share(answers, task).value
  }
}
