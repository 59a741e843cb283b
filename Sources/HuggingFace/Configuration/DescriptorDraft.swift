import Settings

/// A descriptor's tree while it is put together from a configuration, or while one is read off it: values by path, such
/// as `block.attention.heads`.
///
/// The path `block` stands for all blocks; in a tree with the list `blocks` it is read from the first of them.
struct DescriptorDraft {
  /// The tree.
  var node: Node

  /// The value at a path; nil where there is none.
  subscript(path: String) -> Node? {
    get { Self.value(at: steps(path), in: node) }
    set { Self.set(newValue, at: steps(path), in: &node) }
  }

  /// All values that hold no others, by their paths.
  var leaves: [String: Node] {
    var result: [String: Node] = [:]
    func add(_ node: Node, _ path: String) {
      guard !node.members.isEmpty else {
        result[path] = node
        return
      }
      for member in node.members { add(member.value, path.isEmpty ? member.key : path + "." + member.key) }
    }
    add(node, "")
    return result
  }

  private func steps(_ path: String) -> ArraySlice<Substring> {
    let steps = path.split(separator: ".")
    guard steps.first == "block", node["blocks"] != nil else { return steps[...] }
    return ["blocks", "0"] + steps.dropFirst()
  }

  private static func value(at steps: ArraySlice<Substring>, in node: Node) -> Node? {
    guard let step = steps.first else { return node }
    if let elements = node.elements {
      guard let index = Int(step), elements.indices.contains(index) else { return nil }
      return value(at: steps.dropFirst(), in: elements[index])
    }
    // A component without settings is written as its name.
    if step == "type", node.text != nil { return node }
    return node[String(step)].flatMap { value(at: steps.dropFirst(), in: $0) }
  }

  private static func set(_ value: Node?, at steps: ArraySlice<Substring>, in node: inout Node) {
    guard let step = steps.first else {
      node = value ?? Node(.null)
      return
    }
    if case .list(var elements) = node.value, let index = Int(step), elements.indices.contains(index) {
      set(value, at: steps.dropFirst(), in: &elements[index])
      node.value = .list(elements)
      return
    }
    if let name = node.text { node = .object(["type": Node(.text(name))]) }
    if steps.count == 1 {
      node[String(step)] = value
    } else {
      var child = node[String(step)] ?? .object([:])
      set(value, at: steps.dropFirst(), in: &child)
      node[String(step)] = child
    }
  }
}
