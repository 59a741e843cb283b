import Settings
import Tensors
import Transformer

/// The parameters that an optimiser changes, with their gradients and the settings of their group.
///
///     optimiser: { groups: [{ parameters: "embedding.*", learningRate: 0.1, decay: 0 }] }
///
/// A parameter belongs to the first group whose pattern fits its path; `*` stands for any characters.
public struct TrainedParameters {
  /// One of them.
  public struct Trained {
    /// Its name and value.
    public let parameter: Parameter
    /// Its gradient, which backward passes accumulate.
    public let gradient: Buffer
    /// The factor on its learning rate.
    public let learningRateFactor: Double
    fileprivate let ownDecay: Double?

    /// Whether the last backward pass gave it a gradient.
    public var isWritten: Bool { parameter.tensor.node?.isWritten == true }

    /// Its weight decay: its group's, or else the optimiser's for matrices and none for biases and gains.
    public func decay(_ optimisers: Double) -> Double { ownDecay ?? (parameter.decays ? optimisers : 0) }
  }

  /// In the order of the model.
  public let all: [Trained]

  /// All parameters that have gradients.
  public init(_ parameters: ParameterStore) {
    all = parameters.all.compactMap { Self.trained($0, in: []) }
  }

  /// All parameters that have gradients, in the groups that an optimiser's settings name.
  ///
  /// - Throws: `SettingsError` for a group that no parameter belongs to.
  public init(_ parameters: ParameterStore, groups settings: Resolved) throws {
    let groups = settings.value(of: OptimiserSettings.groups) ?? []
    all = parameters.all.compactMap { Self.trained($0, in: groups) }
    let problems = groups.compactMap { group -> Problem? in
      let pattern = group[OptimiserSettings.pattern]
      guard !all.contains(where: { Self.fits(pattern, $0.parameter.name) }) else { return nil }
      let names = all.map(\.parameter.name)
      return Problem(
        path: group.path + ".parameters", found: "\"\(pattern)\"",
        allowed: "paths such as \(names.prefix(2).joined(separator: ", ")), where * matches any characters",
        reason: "no parameter of the model has such a path", nearest: nearestName(to: pattern, among: names))
    }
    if !problems.isEmpty { throw SettingsError(title: "recipe", problems: problems) }
  }

  private static func trained(_ parameter: Parameter, in groups: [Resolved]) -> Trained? {
    guard let gradient = parameter.tensor.node?.persistent else { return nil }
    let group = groups.first { fits($0[OptimiserSettings.pattern], parameter.name) }
    return Trained(
      parameter: parameter, gradient: gradient,
      learningRateFactor: group?[OptimiserSettings.groupLearningRate] ?? 1,
      ownDecay: group?[OptimiserSettings.groupDecay])
  }

  /// Whether a path fits a pattern in which `*` stands for any characters.
  static func fits(_ pattern: String, _ path: String) -> Bool {
    let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
    guard parts.count > 1, let first = parts.first, let last = parts.last else { return pattern == path }
    guard path.hasPrefix(first), path.hasSuffix(last), path.count >= first.count + last.count else {
      return false
    }
    var rest = path.dropFirst(first.count).dropLast(last.count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let found = rest.firstRange(of: part) else { return false }
      rest = rest[found.upperBound...]
    }
    return true
  }

  /// Parameters that the last backward pass gave no gradient.
  public var untouched: [String] { all.filter { !$0.isWritten }.map(\.parameter.name) }

  /// The norm of all gradients of the last backward pass.
  public func gradientNorm(in context: Context) -> Double {
    // Summed tensor by tensor in the order of the model: the same bits for any number of threads.
    all.filter(\.isWritten).reduce(0.0) { sum, trained in
      sum + context.device.sumOfSquares(trained.gradient, count: trained.parameter.tensor.shape.count)
    }.squareRoot()
  }

  /// The factor that reduces a gradient norm to at most `limit`; 0: no limit.
  public static func clippingScale(_ norm: Double, limit: Double) -> Double {
    // A little is added to the norm as PyTorch does, so that trajectories can be compared.
    limit > 0 ? min(1, limit / (norm + 1e-6)) : 1
  }
}
