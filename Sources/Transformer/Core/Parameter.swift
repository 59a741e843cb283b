import Tensors

/// A named tensor that training changes.
public final class Parameter {
  /// The path in the model, such as `blocks.3.attention.projection.weight`: the same string in errors,
  /// checkpoints, profiles and pictures.
  public let name: String
  /// The values, with a gradient of their own where the context trains.
  public let tensor: Tensor
  /// Whether weight decay applies: to matrices, not to biases and gains.
  public let decays: Bool
  /// The parts that lie side by side in the tensor; nil: it is one piece.
  public let layout: ParameterLayout?

  init(name: String, tensor: Tensor, decays: Bool, layout: ParameterLayout?) {
    self.name = name
    self.tensor = tensor
    self.decays = decays
    self.layout = layout
  }
}

/// The source of parameter values when a model is built.
public protocol ParameterSource: AnyObject {
  /// Fills a parameter from somewhere else than its initial value.
  ///
  /// - Throws: when the source lacks the parameter or has it in another shape.
  func load(_ name: String, _ shape: Shape, into buffer: Buffer) throws
}

/// All parameters of one model, in the order in which its components declared them.
public final class ParameterStore {
  /// The parameters, in order.
  public private(set) var all: [Parameter] = []
  private var names: Set<String> = []

  /// An empty store.
  package init() {}

  /// The number of values in all parameters.
  public var count: Int { all.reduce(0) { $0 + $1.tensor.shape.count } }

  /// The number of values outside the embedding: in blocks, final norm and head.
  public var countWithoutEmbeddings: Int {
    all.filter { !$0.name.hasPrefix("embedding.") }.reduce(0) { $0 + $1.tensor.shape.count }
  }

  /// The parameter of that name.
  public subscript(name: String) -> Parameter? { all.first { $0.name == name } }

  func add(_ parameter: Parameter) throws {
    guard names.insert(parameter.name).inserted else {
      throw ShapeError(
        component: parameter.name, role: "name", expected: "a name that is used once", actual: "used twice")
    }
    all.append(parameter)
  }

  /// Forgets that gradients were written, so that the next backward pass overwrites them.
  public func clearGradients() {
    for parameter in all { parameter.tensor.node?.isWritten = false }
  }
}

/// Names parameters by path and creates or loads them, in the same line of a component.
///
/// A component cannot be written so that it can be trained but not loaded.
public struct Scope {
  /// The context that holds the memory.
  public let context: Context
  /// The path so far, such as `blocks.3.attention`.
  public let path: String
  /// The path of the parameters: that of another part where this one shares them.
  private let parameterPath: String
  /// Where finished parameters go.
  public let store: ParameterStore
  /// Whether parameters have gradients.
  public let trains: Bool
  private let source: (any ParameterSource)?

  /// The root of a new model.
  ///
  /// - Parameters:
  ///   - context: the context that holds the parameters.
  ///   - store: collects the parameters.
  ///   - trains: false leaves the memory for gradients out.
  ///   - source: a checkpoint; nil gives every parameter its initial value.
  public init(context: Context, store: ParameterStore, trains: Bool, source: (any ParameterSource)? = nil) {
    self.init(context: context, path: "", parameterPath: "", store: store, trains: trains, source: source)
  }

  private init(
    context: Context, path: String, parameterPath: String, store: ParameterStore, trains: Bool,
    source: (any ParameterSource)?
  ) {
    self.context = context
    self.path = path
    self.parameterPath = parameterPath
    self.store = store
    self.trains = trains
    self.source = source
  }

  /// The scope of a part.
  public func child(_ name: String) -> Scope {
    Scope(
      context: context, path: Self.join(path, name), parameterPath: Self.join(parameterPath, name),
      store: store,
      trains: trains, source: source)
  }

  /// The same place with the parameters of another one, which was made before and declares the same: they are trained,
  /// counted and saved once, under the other's names.
  public func sharing(_ other: Scope) -> Scope {
    Scope(
      context: context, path: path, parameterPath: other.parameterPath, store: store, trains: trains,
      source: source)
  }

  private static func join(_ path: String, _ name: String) -> String {
    path.isEmpty ? name : path + "." + name
  }

  /// A parameter: loaded when the model has a source, else with its initial value.
  ///
  /// A place that shares the parameters of another gets the tensor that is there.
  ///
  /// - Parameters:
  ///   - name: the name within the scope.
  ///   - shape: the shape.
  ///   - initial: the initial value of a new parameter.
  ///   - layout: the parts of a fused tensor; nil: it is one piece.
  /// - Throws: what the source throws; `MemoryError`; `ShapeError` for a name that is used twice, parts that do not
  ///   add up to the shape, or a shared parameter of another shape.
  public func parameter(
    _ name: String, _ shape: Shape, initial: InitialValue, layout: ParameterLayout? = nil
  ) throws -> Tensor {
    let full = Self.join(parameterPath, name)
    if parameterPath != path {
      let shared = store[full]?.tensor
      guard let shared, shared.shape.sizes == shape.sizes else {
        throw ShapeError(
          component: Self.join(path, name), role: "shared parameter \(full)", expected: "\(shape)",
          actual: shared.map { "\($0.shape)" } ?? "missing")
      }
      return shared
    }
    if let layout {
      try expect(
        layout.fits(shape), "layout", in: full, expected: "parts that add up to \(shape)", actual: "\(layout)"
      )
    }
    let buffer = try context.allocate(shape, kind: .parameters)
    if let source {
      try source.load(full, shape, into: buffer)
    } else {
      try context.initialise(buffer, shape, initial, name: full)
    }
    let gradient = trains ? try context.allocate(shape, kind: .gradients) : nil
    let node = trains ? GradientNode(shape: shape, persistent: gradient) : nil
    let tensor = Tensor(shape: shape, buffer: buffer, node: node)
    try store.add(Parameter(name: full, tensor: tensor, decays: shape.rank >= 2, layout: layout))
    return tensor
  }

  /// A constant that belongs to the model but is neither trained nor saved (a table of angles).
  ///
  /// - Throws: `ShapeError` when the number of values is not the shape's; `MemoryError`.
  public func constant(_ values: [Float], _ shape: Shape) throws -> Tensor {
    try context.tensor(values, shape, kind: .parameters)
  }
}
