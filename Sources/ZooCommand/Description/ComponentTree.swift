import CommandLineKit
import Settings
import Tensors
import Transformer

/// One component of a built model, with the tensors that belong to it and the components inside it.
struct ComponentNode: Encodable, Equatable {
  /// A parameter of a component.
  struct Tensor: Encodable, Equatable {
    /// The name below the component, such as `projection.weight`.
    let name: String
    /// The axes as they are shown: `[outputs 384, inputs 128]`.
    let shape: String
    /// The sizes.
    let sizes: [Int]
    /// Values.
    let count: Int
  }

  /// The path in the model, such as `blocks.0.attention`; empty for the model itself.
  let path: String
  /// The component that was chosen, such as `multi-head`.
  let component: String
  /// Its settings that are neither off nor components themselves, as `name value`.
  let settings: [String]
  /// Its own tensors.
  private(set) var tensors: [Tensor] = []
  /// The components inside it.
  private(set) var parts: [ComponentNode] = []
  /// Values in all tensors, those of its parts included.
  private(set) var parameters = 0

  init(path: String, _ resolved: Resolved) {
    self.path = path
    component = resolved.type
    settings = resolved.declaration.settings.compactMap { setting in
      guard let value = resolved.shownValue(of: setting) else { return nil }
      return "\(setting.name) \(value)"
    }
  }

  /// The name within the component around it.
  func name(below outer: ComponentNode) -> String {
    outer.path.isEmpty ? path : String(path.dropFirst(outer.path.count + 1))
  }

  /// Whether two components are of one kind and shape, wherever they are.
  func isAlike(_ other: ComponentNode) -> Bool {
    component == other.component && settings == other.settings && tensors == other.tensors
      && parts.count == other.parts.count && zip(parts, other.parts).allSatisfy { $0.isAlike($1) }
  }

  /// Puts a component at its place below this one.
  mutating func insert(_ part: ComponentNode) {
    if let index = parts.firstIndex(where: { part.path.hasPrefix($0.path + ".") }) {
      parts[index].insert(part)
    } else {
      parts.append(part)
    }
  }

  /// Gives a tensor to the innermost component around it.
  mutating func insert(_ parameter: Parameter) {
    let shape = parameter.tensor.shape
    parameters += shape.count
    if let index = parts.firstIndex(where: { parameter.name.hasPrefix($0.path + ".") }) {
      parts[index].insert(parameter)
    } else {
      let name = path.isEmpty ? parameter.name : String(parameter.name.dropFirst(path.count + 1))
      tensors.append(Tensor(name: name, shape: "\(shape)", sizes: shape.sizes, count: shape.count))
    }
  }

  /// Leaves out the norms that a placement does not have: they are declared, but never made.
  func withoutEmptyNorms() -> ComponentNode {
    var copy = self
    copy.parts = parts.filter { $0.parameters > 0 || !$0.path.lowercased().hasSuffix("norm") }
      .map { $0.withoutEmptyNorms() }
    return copy
  }
}

extension ComponentNode {
  /// The tree of a model: components where the core builds them, tensors where they were named.
  ///
  /// A tensor outside every known component (of a plugin's own) belongs to the model itself.
  init(_ settings: Resolved, parameters: ParameterStore) {
    var root = ComponentNode(path: "", settings)
    for (path, part) in Self.places(of: settings) { root.insert(ComponentNode(path: path, part)) }
    for parameter in parameters.all { root.insert(parameter) }
    self = root.withoutEmptyNorms()
  }

  /// The components of a model at the paths of their parameters, outer ones first: where their settings stand, but for
  /// positions and norms, which belong to the parts that use them.
  private static func places(of model: Resolved) -> [(path: String, part: Resolved)] {
    let blocks = ModelSettings.blocks(of: model)
    func norm(_ path: String, of block: Resolved?) -> [(String, Resolved)] {
      block?.value(of: BlockSettings.norm).map { [(path, $0)] } ?? []
    }
    let outer = model.parts.filter { $0.part.isDrawn && $0.name != "initialisation" }
    let head = outer.filter { $0.name == ModelSettings.head.name }
    var places: [(String, Resolved)] = []
    for (name, part) in outer where name != ModelSettings.head.name {
      places.append((name == "position" ? "embedding.position" : name, part))
      if name == "embedding" { places += norm("embedding.norm", of: blocks.first) }
      places += inner(part, path: name)
    }
    for (index, block) in blocks.enumerated() {
      let path = "blocks.\(index)"
      places.append((path, block))
      for (name, part) in block.parts where part.isDrawn && part.declaration.family != "norm" {
        places.append(("\(path).\(name)", part))
        places += norm("\(path).\(name).norm", of: block) + norm("\(path).\(name).outputNorm", of: block)
        places += inner(part, path: "\(path).\(name)")
      }
    }
    places += norm("finalNorm", of: blocks.last)
    return places + head.flatMap { [($0.name, $0.part)] + inner($0.part, path: $0.name) }
  }

  private static func inner(_ part: Resolved, path: String) -> [(String, Resolved)] {
    part.parts.filter(\.part.isDrawn).flatMap { name, part in
      [("\(path).\(name)", part)] + inner(part, path: "\(path).\(name)")
    }
  }
}

extension Resolved {
  /// The value of a setting for people; nil where it says nothing: off, none, or a part that is shown by itself.
  fileprivate func shownValue(of setting: Setting) -> String? {
    if let part = parts.first(where: { $0.name == setting.name })?.part {
      return part.isDrawn ? nil : part.type
    }
    switch plainValue(of: setting) {
    case .text(let text): return text
    case .integer(let integer): return "\(integer)"
    case .number(let number): return Format.plain(number)
    case .flag(let flag): return flag ? "on" : setting.kind == .optionalFlag ? "off" : nil
    case .list(let elements):
      return elements.isEmpty ? nil : elements.map { $0.text ?? $0.json() }.joined(separator: ", ")
    case .null, .object, nil: return nil
    }
  }

  /// Whether `describe` draws it as a part of the model; the others are words of the part that they belong to.
  fileprivate var isDrawn: Bool { !["placement", "activation", "tokenizer"].contains(declaration.family) }
}
