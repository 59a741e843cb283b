import Experiments
import Foundation
import Zoo

/// A complete plugin to begin from: an activation with a setting of its own, its entry point, and a test.
struct PluginTemplate {
  let name: String

  /// Its name in descriptors: `MyPlugin` is `my-plugin`.
  var component: String {
    var words = ""
    for (index, character) in name.enumerated() {
      let starts = character.isUppercase && index > 0 && words.last != "-" && words.last?.isLowercase == true
      words += (starts ? "-" : "") + character.lowercased()
    }
    return words.replacing("_", with: "-")
  }

  /// Writes the plugin's folder.
  ///
  /// - Parameter home: the folder of the zoo's package.
  /// - Throws: `PluginError` where something is there already, or it cannot be written.
  func write(to folder: URL, home: String) throws {
    try PluginBuilder.expectModuleName(name, place: name)
    guard !FileManager.default.fileExists(atPath: folder.path) else {
      throw PluginError(
        place: folder.path, reason: "it already exists",
        suggestion: "choose another name, or remove it first")
    }
    let files = [
      "Package.swift": manifest(home), "Sources/\(name)/\(name).swift": source,
      "Tests/\(name)Tests/\(name)Tests.swift": test, "README.md": readme,
      ".gitignore": ".build/\n*\(PluginHost.suffix)\n",
    ]
    do {
      for (path, text) in files.sorted(by: { $0.key < $1.key }) {
        let url = folder.appending(path: path)
        try FileManager.default.createDirectory(
          at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
      }
    } catch {
      throw PluginError(
        place: folder.path, reason: "it cannot be written (\(error.localizedDescription))",
        suggestion: "choose a writable folder")
    }
  }

  private func manifest(_ home: String) -> String {
    let path = home.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    return """
      // swift-tools-version: 6.2
      import PackageDescription

      // For editors and for `swift test`; the program loads what `zoo plugin build` makes of the same sources.
      let package = Package(
        name: "\(name)",
        products: [.library(name: "\(name)", targets: ["\(name)"])],
        dependencies: [.package(name: "TransformerZoo", path: "\(path)")],
        targets: [
          .target(name: "\(name)", dependencies: [.product(name: "Zoo", package: "TransformerZoo")]),
          .testTarget(
            name: "\(name)Tests",
            dependencies: ["\(name)", .product(name: "Zoo", package: "TransformerZoo")]),
        ],
        swiftLanguageModes: [.v6]
      )

      """
  }

  private var source: String {
    """
    import Kernels
    import Settings
    import Tensors
    import Transformer
    import Zoo

    /// `x·sigmoid(s·x)`, with a sharpness `s` that descriptors set.
    ///
    /// - Source: Ramachandran et al., "Searching for activation functions", 2017.
    struct \(name)Activation: ActivationFunction {
      /// One constant declares the setting and reads it.
      static let sharpness = Key.number("sharpness", 0.01...100, default: 1, help: "factor inside the sigmoid")

      let sharpness: Float

      /// - Shapes: the result has the shape of `x`.
      func callAsFunction(_ x: Tensor, name: String, _ pass: Pass) throws -> Tensor {
        try pass.multiply(x, try pass.map(try pass.scale(x, by: sharpness), Sigmoid()))
      }
    }

    /// What the plugin adds.
    public func register(in registry: inout Registry) throws {
      try registry.add(
        "\(component)", to: .activation, summary: "x·sigmoid(sharpness·x)", keys: [\(name)Activation.sharpness],
        source: "Ramachandran et al. 2017"
      ) { settings, _, _ in
        \(name)Activation(sharpness: Float(settings[\(name)Activation.sharpness]))
      }
    }

    /// Called once when the plugin is loaded.
    @_cdecl("zoo_register_\(name)")
    public func registerPlugin(_ registration: UnsafeMutableRawPointer) {
      PluginRegistration.register(registration) { try register(in: &$0) }
    }

    """
  }

  private var test: String {
    """
    import Settings
    import Tensors
    import Testing
    import Transformer
    import Zoo

    @testable import \(name)

    @Suite struct \(name)Tests {
      /// The activation of a plain scalar, to compare with the plugin.
      @Test func itIsItsFormula() throws {
        var registry = Registry()
        try registry.addZoo()
        try register(in: &registry)
        #expect(registry.names(of: .activation).contains("\(component)"))
        let context = try Context.cpu(threads: 1)
        let values: [Float] = [-2, -0.5, 0, 0.25, 3]
        let x = try context.tensor(values, ["width": values.count])
        let activation = \(name)Activation(sharpness: 1.5)
        let found = try activation(x, name: "test", .inference(context)).values()
        for (value, y) in zip(values, found) {
          let wanted = value / (1 + exp(-1.5 * value))
          #expect(abs(y - wanted) < 1e-5)
        }
      }

      private func exp(_ x: Float) -> Float {
        // A series is enough for the few values here.
        (0..<40).reversed().reduce(Float(1)) { 1 + x / Float($1 + 1) * $0 }
      }
    }

    """
  }

  private var readme: String {
    """
    # \(name)

    A plugin of Transformer Zoo: the activation `\(component)`.

        zoo plugin build .
        zoo list \(component) --plugin \(name).so
        zoo train gpt --plugin \(name).so \\
          --set block.feedForward='{ type: "mlp", activation: { type: "\(component)", sharpness: 1.5 } }'

    `swift test` runs its test.

    """
  }
}
