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

  /// Whether two components are of one kind and shape, wherever they stand.
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
    let blocks = settings.components("blocks")
    func add(_ path: String, _ resolved: Resolved) { root.insert(ComponentNode(path: path, resolved)) }
    add("embedding", settings.component("embedding"))
    add("embedding.position", settings.component("position"))
    if let first = blocks.first { add("embedding.norm", first.component("norm")) }
    add("mask", settings.component("mask"))
    for (index, block) in blocks.enumerated() {
      add("blocks.\(index)", block)
      for part in ["attention", "feedForward"] {
        let path = "blocks.\(index).\(part)"
        add(path, block.component(part))
        add(path + ".norm", block.component("norm"))
        add(path + ".outputNorm", block.component("norm"))
      }
    }
    if let last = blocks.last { add("finalNorm", last.component("norm")) }
    let head = settings.component("head")
    add("head", head)
    if head.declares("norm") { add("head.norm", head.component("norm")) }
    for parameter in parameters.all { root.insert(parameter) }
    self = root.withoutEmptyNorms()
  }
}

extension Resolved {
  /// The value of a setting for people; nil where it says nothing: off, none, or a component of its own.
  fileprivate func shownValue(of setting: Setting) -> String? {
    switch setting.kind {
    case .component, .list: return nil
    case .texts: return texts(setting.name).joined(separator: ", ")
    case .numbers: return numbers(setting.name).map { Format.plain($0) }.joined(separator: ", ")
    case .flag: return flag(setting.name) ? "on" : nil
    case .optionalFlag: return optionalFlag(setting.name).map { $0 ? "on" : "off" }
    case .textOrTexts: return optionalTexts(setting.name)?.joined(separator: ", ") ?? text(setting.name)
    case .choice, .text: return text(setting.name)
    case .optionalText: return optionalText(setting.name)
    case .integer: return "\(integer(setting.name))"
    case .optionalInteger: return optionalInteger(setting.name).map { "\($0)" }
    case .integerOr: return optionalInteger(setting.name).map { "\($0)" } ?? text(setting.name)
    case .number: return Format.plain(number(setting.name))
    case .optionalNumber: return optionalNumber(setting.name).map { Format.plain($0) }
    }
  }
}
