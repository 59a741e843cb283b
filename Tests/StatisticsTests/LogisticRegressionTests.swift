import Foundation
import TestSupport
import Testing

@testable import Statistics

/// The fit of a probe, against what it is defined by.
@Suite struct LogisticRegressionTests {
  /// Random features as they are, and random labels of `classes`.
  private func problem(rows: Int, width: Int, classes: Int, penalty: Double, seed: Int) -> LogisticRegression
  {
    var random = RepeatableRandom(seed: seed)
    let values = random.floats(rows * width, scale: 2)
    let all = Array(0..<rows)
    return LogisticRegression(
      features: FeatureScale(values, width: width, rows: all)(values, rows: all),
      labels: all.map { _ in random.integer(0...classes - 1) }, classes: classes, penalty: penalty)
  }

  @Test func theGradientIsThatOfTheLoss() {
    withEvery("classes", in: [2, 3, 5]) { classes in
      withEvery("width", in: [1, 6, 9]) { width in
        let problem = problem(
          rows: 23, width: width, classes: classes, penalty: 0.3, seed: 10 * classes + width)
        let pitch = problem.features.pitch
        #expect(pitch % ProbeFeatures.lanes == 0 && pitch > width)
        var random = RepeatableRandom(seed: 4)
        // Behind the constant stand no weights.
        let weights = random.floats(classes * pitch).enumerated().map { index, value in
          index % pitch <= width ? Double(value) : 0
        }
        var gradient = [Double](repeating: .nan, count: weights.count)
        _ = problem.loss(weights, &gradient)
        var unused = gradient
        for place in weights.indices where place % pitch <= width {
          let step = 1e-5
          var (above, below) = (weights, weights)
          above[place] += step
          below[place] -= step
          let slope = (problem.loss(above, &unused) - problem.loss(below, &unused)) / (2 * step)
          #expect(abs(gradient[place] - slope) < 1e-8, "entry \(place): \(gradient[place]), \(slope)")
        }
      }
    }
  }

  @Test func theLossIsTheDefinition() {
    let problem = problem(rows: 7, width: 3, classes: 4, penalty: 0.5, seed: 2)
    let features = problem.features
    var random = RepeatableRandom(seed: 3)
    let weights = random.floats(4 * features.pitch).map(Double.init)
    var expected = 0.0
    for row in 0..<7 {
      let scores = (0..<4).map { label in
        (0..<features.width).reduce(0.0) { sum, column in
          sum + weights[label * features.pitch + column] * features.values[row * features.pitch + column]
        }
      }
      let total = scores.reduce(0) { $0 + exp($1) }
      expected -= log(exp(scores[problem.labels[row]]) / total) / 7
    }
    for label in 0..<4 {
      for column in 0..<3 {
        expected += 0.25 * weights[label * features.pitch + column] * weights[label * features.pitch + column]
      }
    }
    var gradient = weights
    #expect(abs(problem.loss(weights, &gradient) - expected) < 1e-12)
  }

  @Test func theFitIsTheOptimumThatATrialOfAllWeightsFinds() {
    // Two classes, one feature: by symmetry the optimum is (a, −a) with constants (b, −b).
    let problem = problem(rows: 40, width: 1, classes: 2, penalty: 0.2, seed: 8)
    let pitch = problem.features.pitch
    func loss(_ a: Double, _ b: Double) -> Double {
      var weights = [Double](repeating: 0, count: 2 * pitch)
      (weights[0], weights[1], weights[pitch], weights[pitch + 1]) = (a, b, -a, -b)
      var gradient = weights
      return problem.loss(weights, &gradient)
    }
    var (best, centre, step) = (Double.infinity, (0.0, 0.0), 0.2)
    for _ in 0..<6 {
      let start = centre
      for i in -20...20 {
        for j in -20...20 {
          let (a, b) = (start.0 + Double(i) * step, start.1 + Double(j) * step)
          let value = loss(a, b)
          if value < best { (best, centre) = (value, (a, b)) }
        }
      }
      step /= 8
    }
    let fit = problem.fit(bound: 1e-9)
    #expect(fit.gradient <= 1e-9)
    #expect(abs(fit.weights[0] - centre.0) < 1e-4 && abs(fit.weights[1] - centre.1) < 1e-4)
    #expect(abs(fit.weights[0] + fit.weights[pitch]) < 1e-8)
    var gradient = fit.weights
    let value = problem.loss(fit.weights, &gradient)
    #expect(value <= best + 1e-12 && value > best - 1e-7)
  }

  @Test func withoutFeaturesItHoldsTheFrequencies() {
    let labels = [0, 0, 0, 0, 0, 1, 1, 1, 2, 2]
    // A column that does not vary says nothing.
    let values = [Float](repeating: 3, count: 10)
    let features = FeatureScale(values, width: 1, rows: Array(0..<10))(values, rows: Array(0..<10))
    #expect((0..<10).allSatisfy { features.values[$0 * features.pitch] == 0 })
    let fit = LogisticRegression(features: features, labels: labels, classes: 3, penalty: 1).fit(bound: 1e-10)
    let odds = (0..<3).map { exp(fit.weights[$0 * features.pitch + 1]) }
    for (label, share) in [0.5, 0.3, 0.2].enumerated() {
      #expect(abs(odds[label] / odds.reduce(0, +) - share) < 1e-8)
    }
    #expect(fit(features) == [Int](repeating: 0, count: 10))
  }

  @Test func whatALineSeparatesIsSeparated() {
    // Corners of a triangle, three classes.
    let corners: [(Float, Float)] = [(0, 0), (4, 0), (0, 4)]
    var random = RepeatableRandom(seed: 1)
    var values: [Float] = []
    var labels: [Int] = []
    for _ in 0..<60 {
      let label = random.integer(0...2)
      let noise = random.floats(2, scale: 0.9)
      values += [corners[label].0 + noise[0], corners[label].1 + noise[1]]
      labels.append(label)
    }
    let all = Array(0..<60)
    let features = FeatureScale(values, width: 2, rows: all)(values, rows: all)
    let fit = LogisticRegression(features: features, labels: labels, classes: 3, penalty: 1e-3).fit()
    #expect(fit.gradient <= LogisticRegression.gradientBound)
    #expect(fit(features) == labels)
  }

  @Test func columnsAreScaledByTheRowsOfTheFitAlone() {
    let values: [Float] = [1, 10, 3, 10, 100, 7]
    let scale = FeatureScale(values, width: 2, rows: [0, 1])
    let scaled = scale(values, rows: [0, 1, 2])
    func cell(_ row: Int, _ column: Int) -> Double { scaled.values[row * scaled.pitch + column] }
    #expect(cell(0, 0) == -1 && cell(1, 0) == 1 && cell(2, 0) == 98)
    // The second column varies only where nothing is fitted.
    #expect((0..<3).allSatisfy { cell($0, 1) == 0 && cell($0, 2) == 1 })
  }

  @Test func aHardValleyIsWalkedToItsEnd() {
    // Rosenbrock's valley is not convex, but its gradient leads to (1, 1).
    let found = LimitedMemoryBFGS(bound: 1e-8, maxSteps: 500).minimum(from: [-1.2, 1]) { point, gradient in
      let (x, y) = (point[0], point[1])
      gradient[0] = -400 * x * (y - x * x) - 2 * (1 - x)
      gradient[1] = 200 * (y - x * x)
      return 100 * (y - x * x) * (y - x * x) + (1 - x) * (1 - x)
    }
    #expect(found.gradient <= 1e-8 && abs(found.point[0] - 1) < 1e-6 && abs(found.point[1] - 1) < 1e-6)
    let early = LimitedMemoryBFGS(bound: 1e-8, maxSteps: 3).minimum(from: [5.0]) { point, gradient in
      gradient[0] = 4 * point[0] * point[0] * point[0]
      return point[0] * point[0] * point[0] * point[0]
    }
    #expect(early.steps == 3 && early.gradient > 1e-8, "a search that gives up says so")
  }
}
