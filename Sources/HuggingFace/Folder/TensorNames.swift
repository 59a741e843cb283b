/// Finds the tensors of a folder by the names of a class, whatever spelling the folder has: with the trunk's prefix or
/// without it, with `gamma` and `beta` for `weight` and `bias`.
struct TensorNames {
  private let known: Set<String>
  /// What the trunk's names begin with in the files of classes with a head.
  private let prefix: String

  init(_ names: [String], prefix: String) {
    known = Set(names)
    self.prefix = prefix
  }

  /// The name in the folder of a tensor of the trunk, or of one outside it; nil where there is none.
  func find(_ name: String, isTrunk: Bool) -> String? {
    let whole = isTrunk && !prefix.isEmpty ? [prefix + name, name] : [name]
    return whole.flatMap { [$0, Self.legacy($0)] }.first(where: known.contains)
  }

  /// A name as TensorFlow's conversions spell it.
  private static func legacy(_ name: String) -> String {
    for (ending, old) in [("LayerNorm.weight", "LayerNorm.gamma"), ("LayerNorm.bias", "LayerNorm.beta")]
    where name.hasSuffix(ending) {
      return name.dropLast(ending.count) + old
    }
    return name
  }
}
