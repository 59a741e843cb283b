extension Node {
  /// The tree with the texts at some paths read as what they hold: a text of JSON becomes the object or list itself.
  ///
  /// ``writingTexts(at:)`` undoes it exactly, where the texts were written by ``json(indented:)``. A text that holds
  /// neither stays as it is.
  ///
  /// - Parameter paths: such as `descriptor`, or `arms.*.recipe` for every element of a list.
  package func readingTexts(at paths: [String]) -> Node {
    changing(paths) { node in
      guard let text = node.text, let object = try? Node.parse(text, file: ""), object.isTree else {
        return node
      }
      return object
    }
  }

  /// The tree with the objects and lists at some paths written as JSON texts.
  ///
  /// - Parameter paths: as for ``readingTexts(at:)``.
  package func writingTexts(at paths: [String]) -> Node {
    changing(paths) { $0.isTree ? Node(.text($0.json())) : $0 }
  }

  private var isTree: Bool { isObject || elements != nil }

  private func changing(_ paths: [String], _ change: (Node) -> Node) -> Node {
    paths.reduce(self) { $0.changing($1.split(separator: ".")[...], change) }
  }

  private func changing(_ steps: ArraySlice<Substring>, _ change: (Node) -> Node) -> Node {
    guard let first = steps.first else { return change(self) }
    let rest = steps.dropFirst()
    var result = self
    if let elements, first == "*" {
      result.value = .list(elements.map { $0.changing(rest, change) })
    } else if isObject {
      result.members = members.map { member in
        guard member.key == first else { return member }
        var member = member
        member.value = member.value.changing(rest, change)
        return member
      }
    }
    return result
  }
}
