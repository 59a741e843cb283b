import Foundation
import Installed
import Settings
import TestSupport
import Testing
import Zoo

/// The package's shape: imports point down, and plugins are found by folder.
@Suite struct LayeringTests {
  static let root = ModelFixture.root

  static func swiftFiles(_ folder: String) throws -> [URL] {
    let base = root.appendingPathComponent(folder).resolvingSymlinksInPath()
    let names = try FileManager.default.subpathsOfDirectory(atPath: base.path)
    return names.filter { $0.hasSuffix(".swift") }.map { base.appendingPathComponent($0) }
  }

  static func imports(_ folder: String) throws -> Set<String> {
    let lines = try swiftFiles(folder).flatMap { url in
      try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
    }
    return Set(
      lines.compactMap { line -> String? in
        let words = line.split(separator: " ").map(String.init)
        guard let place = words.firstIndex(of: "import"), words.count > place + 1, !line.hasPrefix("//"),
          words[..<place].allSatisfy({
            $0.hasPrefix("@") || $0 == "public" || $0 == "package" || $0 == "private"
          })
        else { return nil }
        // `import struct Module.Type` names the module after the kind.
        return words[words.count > place + 2 && !words[place + 2].hasPrefix("//") ? place + 2 : place + 1]
          .split(separator: ".").first.map(String.init)
      })
  }

  /// The layers that the manifest lists, lowest first.
  static func layers() throws -> [String] {
    let manifest = try String(contentsOf: root.appendingPathComponent("Package.swift"), encoding: .utf8)
    return manifest.split(separator: "\n").compactMap { line in
      let text = line.drop { $0 == " " }
      guard text.hasPrefix(".optimised(\"") || text.hasPrefix(".unoptimised(\"") else { return nil }
      return text.split(separator: "\"").dropFirst().first.map(String.init)
    }
  }

  /// docs/building.md names every layer in the row of its kind.
  @Test func thePageOnBuildingSaysWhatIsOptimised() throws {
    let page = try String(contentsOf: Self.root.appendingPathComponent("docs/building.md"), encoding: .utf8)
    let manifest = try String(
      contentsOf: Self.root.appendingPathComponent("Package.swift"), encoding: .utf8)
    for kind in ["optimised", "unoptimised"] {
      let row = try #require(page.split(separator: "\n").first { $0.hasPrefix("| `.\(kind)` |") })
      let named = Set(row.split(separator: "`").filter { $0.first?.isUppercase ?? false }.map(String.init))
      let layers = manifest.components(separatedBy: ".\(kind)(\"").dropFirst().compactMap {
        $0.split(separator: "\"").first.map(String.init)
      }
      #expect(named == Set(layers) && !layers.isEmpty, "\(kind): \(named.symmetricDifference(layers))")
    }
  }

  @Test func importsOnlyPointDown() throws {
    let layers = try Self.layers()
    #expect(layers.first == "Wording" && layers.contains("Zoo"))
    var checked = 0
    for (level, layer) in layers.enumerated() {
      let above = Set(layers[level...]).union(layer == "ZooCommand" ? [] : ["Installed"])
      let found = try Self.imports("Sources/\(layer)")
      checked += found.count
      #expect(found.isDisjoint(with: above), "\(layer) imports \(found.intersection(above))")
    }
    #expect(checked > layers.count)
    // The lower layers know nothing of what is built on them, even where the order would allow it.
    for (layer, unknown) in [
      ("Tensors", ["Settings"]), ("Kernels", ["Settings"]), ("Text", ["Transformer", "Tensors", "Kernels"]),
    ] where layers.contains(layer) {
      #expect(try Self.imports("Sources/\(layer)").isDisjoint(with: unknown))
    }
  }

  /// The memory of a device is touched by kernels of the processor alone. Everything else carries values to it and
  /// back, so that it may lie anywhere.
  @Test func onlyKernelsTouchMemory() throws {
    let touch = try Regex(#"\.(floats|integers)\b(?!\()"#)
    var places: [String] = []
    for folder in try Self.layers().filter({ $0 != "Kernels" }).map({ "Sources/\($0)" })
      + ["Plugins", "Benchmarks"]
    {
      for url in try Self.swiftFiles(folder)
      where try String(contentsOf: url, encoding: .utf8).contains(touch) {
        places.append(url.path.components(separatedBy: "/Sources/").last ?? url.path)
      }
    }
    let kernels = places.filter { $0.hasPrefix("Tensors/Device/") || $0.hasPrefix("Tensors/CPU/") }
    #expect(kernels.count > 5)
    // The functions of `map` are an open family: each brings its code for the processor.
    #expect(Set(places).subtracting(kernels) == ["Tensors/General/Map.swift"])
  }

  static func plugins() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent("Plugins").path)
      .filter { !$0.hasPrefix(".") }.sorted()
  }

  @Test func pluginsKnowNeitherEachOtherNorTheTrainer() throws {
    let plugins = try Self.plugins()
    for plugin in plugins {
      let found = try Self.imports("Plugins/\(plugin)")
      #expect(
        found.isSubset(of: ["Foundation", "Kernels", "Settings", "Tensors", "Text", "Transformer", "Zoo"]),
        "\(plugin): \(found)"
      )
      for url in try Self.swiftFiles("Plugins/\(plugin)") {
        let lines = try String(contentsOf: url, encoding: .utf8).split(
          separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count <= 150, "\(url.lastPathComponent)")
      }
    }
  }

  /// A folder is all that it takes: no file elsewhere names a plugin, and each one is registered.
  @Test func aPluginIsNamedNowhereElse() throws {
    let plugins = try Self.plugins()
    #expect(try Registry.standard().architectures.count == plugins.count)
    var texts = try Self.swiftFiles("Sources").map { try String(contentsOf: $0, encoding: .utf8) }
    texts.append(try String(contentsOf: Self.root.appendingPathComponent("Package.swift"), encoding: .utf8))
    texts.append(
      try String(
        contentsOf: Self.root.appendingPathComponent("Sources/CInstalled/installed.c"), encoding: .utf8))
    for plugin in plugins {
      for text in texts {
        #expect(!text.contains("import \(plugin)\n") && !text.contains("zoo_register_\(plugin)"))
        #expect(!text.contains("Plugins/\(plugin)"))
      }
    }
  }

  @Test func aNameIsRegisteredOnce() throws {
    var registry = try Registry.standard()
    let known = try registry.architecture("gpt")
    let error = #expect(throws: (any Error).self) { try Self.add(known, to: &registry) }
    #expect(
      "\(error.map { "\($0)" } ?? "")".contains("registered twice, by GPT and by ZooTests")
    )
    #expect(throws: (any Error).self) { try registry.architecture("gtp") }
  }

  private static func add(_ architecture: some Architecture, to registry: inout Registry) throws {
    try registry.add(architecture)
  }
}
