import Settings
import Transformer

/// Writes out what `layers`, `block` and `overrides` stand for: a list of blocks, of which any may differ
/// from the next.
///
///     layers: 4, block: { norm: "rms" }, overrides: [{ layers: "0..<2", attention: { window: 64 } }]
package enum BlockExpansion {
  static let keys = [layers.name, "block", "overrides"]
  /// How many blocks there are, where a descriptor writes them as one.
  package static let layers = Key.integer("layers", 1...1000, default: nil, help: "number of blocks")

  /// A path below all elements of `blocks` as a path of the tree with one `block` for all of them.
  static func shortened(_ path: String) -> String {
    let every = ModelSettings.blocks.name + ".*."
    return path.hasPrefix(every) ? "block." + path.dropFirst(every.count) : path
  }

  /// The tree with `blocks` in place of the three keys, and what is wrong with these.
  static func expand(_ root: Node) -> (Node, [Problem]) {
    let written = keys.filter { root[$0] != nil }
    guard let first = written.first, root.isObject else { return (root, []) }
    var result = root
    for key in keys { result[key] = nil }
    if let blocks = root["blocks"] {
      let problem = Problem(
        path: first, allowed: "blocks, or layers with block and overrides",
        reason:
          "the layers are given twice: blocks is also at \(blocks.place?.description ?? "blocks")",
        place: root[first]?.place)
      return (result, [problem])
    }
    let accepted = root["layers"].map { layers.setting.accept($0.value) }
    guard let layers = root["layers"], case .success(.integer(let count))? = accepted else {
      result["blocks"] = Node(.list([root["block"] ?? Node(.object([]))]), place: root["block"]?.place)
      let problem = Problem(
        path: "layers", found: root["layers"]?.json(), allowed: layers.setting.allowed,
        reason: refusal(accepted) + " (\(layers.setting.help))",
        place: root["layers"]?.place ?? root.place)
      return (result, [problem])
    }
    var blocks = [Node](
      repeating: root["block"] ?? Node(.object([]), place: layers.place), count: count)
    var problems: [Problem] = []
    for (index, override) in overrides(root["overrides"], &problems).enumerated() {
      let path = "overrides.\(index).layers"
      guard let which = range(override["layers"], below: count, path, override.place, &problems) else {
        continue
      }
      var change = override
      change["layers"] = nil
      for layer in which { blocks[layer] = blocks[layer].merging(change) }
    }
    result["blocks"] = Node(.list(blocks), place: layers.place)
    return (result, problems)
  }

  private static func refusal(_ accepted: Result<Node.Value, Setting.Refusal>?) -> String {
    if case .failure(let refusal)? = accepted { refusal.reason } else { "is missing" }
  }

  private static func overrides(_ node: Node?, _ problems: inout [Problem]) -> [Node] {
    guard let node else { return [] }
    if let elements = node.elements, elements.allSatisfy(\.isObject) { return elements }
    problems.append(
      Problem(
        path: "overrides", found: node.json(), allowed: "a list of { layers: \"0..<2\", … }",
        reason: "not a list of changes to layers", place: node.place))
    return []
  }

  /// The layers that an override means: `3`, `"3"`, `"0..<2"` or `"0...1"`, counted from 0.
  private static func range(
    _ node: Node?, below count: Int, _ path: String, _ place: SourcePlace?, _ problems: inout [Problem]
  ) -> Range<Int>? {
    var range: ClosedRange<Int>?
    if let layer = node?.integer ?? node?.text.flatMap({ Int($0) }) { range = layer...layer }
    if let text = node?.text {
      for (sign, shift) in [("..<", 1), ("...", 0)] {
        let ends = text.components(around: sign)?.map { Int($0) }
        if let ends, let low = ends[0], let high = ends[1], low <= high - shift { range = low...high - shift }
      }
    }
    if let range, range.lowerBound >= 0, range.upperBound < count { return Range(range) }
    problems.append(
      Problem(
        path: path, found: node?.json(), allowed: "layers below \(count): 0, \"0..<2\" or \"0...1\"",
        reason: node == nil ? "is missing: the layers to change" : "no such layers",
        place: node?.place ?? place))
    return nil
  }
}

extension String {
  /// What is before and after the only occurrence of `sign`.
  fileprivate func components(around sign: String) -> [Substring]? {
    guard let found = range(of: sign) else { return nil }
    return [self[..<found.lowerBound], self[found.upperBound...]]
  }

  private func range(of sign: String) -> Range<String.Index>? {
    indices.lazy.filter { self[$0...].hasPrefix(sign) }.first.map {
      $0..<self.index($0, offsetBy: sign.count)
    }
  }
}
