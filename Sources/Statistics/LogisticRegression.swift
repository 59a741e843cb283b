import Foundation

/// Multinomial logistic regression: softmax over one linear function a class, in double precision.
///
///     loss(W) = −1/n · Σ log softmax(W x)[label] + penalty/2 · ‖W without its constants‖²
///
/// - Shapes: weights `[classes, pitch]`, row by row, as the features.
package struct LogisticRegression: Sendable {
  /// What is fitted on.
  package let features: ProbeFeatures
  /// The class of each row, from 0.
  package let labels: [Int]
  /// How many classes there are.
  package let classes: Int
  /// The factor of half the squared weights.
  package let penalty: Double

  /// The regression of labels on features.
  package init(features: ProbeFeatures, labels: [Int], classes: Int, penalty: Double) {
    self.features = features
    self.labels = labels
    self.classes = classes
    self.penalty = penalty
  }

  /// The fit's gradient is this small at its largest entry.
  package static let gradientBound = 1e-5
  /// Steps after which a fit gives up.
  package static let maxSteps = 2000

  /// A linear probe.
  package struct Fit: Sendable {
    /// `[classes, pitch]`
    package let weights: [Double]
    package let classes: Int
    /// The largest entry of the gradient.
    package let gradient: Double

    /// The class of each row; the first of several as probable.
    package func callAsFunction(_ features: ProbeFeatures) -> [Int] {
      weights.withUnsafeBufferPointer { weights in
        features.values.withUnsafeBufferPointer { values in
          (0..<features.rows).map { row -> Int in
            guard let x = values.baseAddress, let w = weights.baseAddress else { return 0 }
            let pitch = features.pitch
            var (best, highest) = (0, -Double.infinity)
            for label in 0..<classes {
              let score = dot(x + row * pitch, w + label * pitch, count: pitch)
              if score > highest { (best, highest) = (label, score) }
            }
            return best
          }
        }
      }
    }
  }

  /// The fit of least loss, from weights of 0.
  package func fit(bound: Double = gradientBound, maxSteps: Int = maxSteps) -> Fit {
    let start = [Double](repeating: 0, count: classes * features.pitch)
    let found = LimitedMemoryBFGS(bound: bound, maxSteps: maxSteps).minimum(from: start, loss)
    return Fit(weights: found.point, classes: classes, gradient: found.gradient)
  }

  /// The loss, and its gradient `[classes, pitch]`.
  package func loss(_ weights: [Double], _ gradient: inout [Double]) -> Double {
    let (pitch, constant) = (features.pitch, features.width - 1)
    for label in 0..<classes {
      for column in 0..<pitch {
        let place = label * pitch + column
        gradient[place] = column < constant ? penalty * weights[place] : 0
      }
    }
    var sum = 0.0
    for label in 0..<classes {
      for column in 0..<constant {
        let weight = weights[label * pitch + column]
        sum += 0.5 * penalty * weight * weight
      }
    }
    return sum + dataLoss(weights, &gradient)
  }

  /// The mean of −log probability of the labels, and its gradient added.
  private func dataLoss(_ weights: [Double], _ gradient: inout [Double]) -> Double {
    let (pitch, share) = (features.pitch, 1 / Double(max(1, features.rows)))
    var scores = [Double](repeating: 0, count: classes)
    return features.values.withUnsafeBufferPointer { values in
      weights.withUnsafeBufferPointer { weights in
        gradient.withUnsafeMutableBufferPointer { gradient -> Double in
          guard let x = values.baseAddress, let w = weights.baseAddress, let g = gradient.baseAddress else {
            return 0
          }
          var sum = 0.0
          for row in 0..<features.rows {
            let vector = x + row * pitch
            var highest = -Double.infinity
            for label in 0..<classes {
              scores[label] = dot(vector, w + label * pitch, count: pitch)
              highest = max(highest, scores[label])
            }
            sum += highest - scores[labels[row]]
            var total = 0.0
            for label in 0..<classes {
              scores[label] = exp(scores[label] - highest)
              total += scores[label]
            }
            sum += log(total)
            for label in 0..<classes {
              let residual = scores[label] / total - (label == labels[row] ? 1 : 0)
              add(vector, times: residual * share, to: g + label * pitch, count: pitch)
            }
          }
          return sum * share
        }
      }
    }
  }
}

/// Σ a·b; `count` is a multiple of ``ProbeFeatures/lanes``.
@inline(__always)
private func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, count: Int) -> Double {
  let (left, right) = (UnsafeRawPointer(a), UnsafeRawPointer(b))
  var (first, second) = (SIMD4<Double>.zero, SIMD4<Double>.zero)
  var place = 0
  while place < count * 8 {
    first.addProduct(
      left.loadUnaligned(fromByteOffset: place, as: SIMD4<Double>.self),
      right.loadUnaligned(fromByteOffset: place, as: SIMD4<Double>.self))
    second.addProduct(
      left.loadUnaligned(fromByteOffset: place + 32, as: SIMD4<Double>.self),
      right.loadUnaligned(fromByteOffset: place + 32, as: SIMD4<Double>.self))
    place += 64
  }
  return (first + second).sum()
}

/// target += factor · a; `count` is a multiple of ``ProbeFeatures/lanes``.
@inline(__always)
private func add(
  _ a: UnsafePointer<Double>, times factor: Double, to target: UnsafeMutablePointer<Double>, count: Int
) {
  let (source, sums) = (UnsafeRawPointer(a), UnsafeMutableRawPointer(target))
  let factors = SIMD4<Double>(repeating: factor)
  var place = 0
  while place < count * 8 {
    let sum = sums.loadUnaligned(fromByteOffset: place, as: SIMD4<Double>.self)
    let value = source.loadUnaligned(fromByteOffset: place, as: SIMD4<Double>.self)
    sums.storeBytes(of: sum.addingProduct(value, factors), toByteOffset: place, as: SIMD4<Double>.self)
    place += 32
  }
}
