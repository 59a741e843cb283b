// swift-tools-version: 6.1
import Foundation
import PackageDescription

/// Every folder under `Plugins/` is an architecture: adding one edits no other file.
/// The launchers export `ZOO_PLUGINS_SEEN` so that the manifest's cache notices a new folder.
let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
let plugins = ((try? FileManager.default.contentsOfDirectory(atPath: root.path + "/Plugins")) ?? [])
  .filter { !$0.hasPrefix(".") }
  .sorted()

/// The layers, lowest first. A target may only depend on targets above it in this list,
/// so an import can only point down.
let layers: [(name: String, dependsOn: [String])] = [
  ("Settings", []),
  ("Kernels", ["COpenBLAS", "CLanes"]),
  ("Tensors", ["Kernels"]),
  ("Transformer", ["Tensors", "Settings"]),
  ("Text", ["Settings", "CCrypto", "CZlib"]),
  ("Zoo", ["Transformer", "Text", "CZlib"]),
  ("Training", ["Zoo"]),
  ("Comparison", ["Training"]),
  ("ZooCommand", ["Comparison", "Installed"]),
]

/// What a target may import: its dependencies and everything below them.
func reachable(from name: String) -> [String] {
  let direct = layers.first { $0.name == name }?.dependsOn ?? []
  return direct.reduce(into: [String]()) { found, next in
    for one in [next] + reachable(from: next) where !found.contains(one) { found.append(one) }
  }
}

let package = Package(
  name: "TransformerZoo",
  products: [
    .executable(name: "zoo", targets: ["ZooMain"]),
    .executable(name: "zoo-bench", targets: ["ZooBench"]),
    .library(name: "Transformer", targets: ["Transformer"]),
    .library(name: "Zoo", targets: ["Zoo", "Installed"]),
    .library(name: "Training", targets: ["Training"]),
    .library(name: "Comparison", targets: ["Comparison"]),
  ],
  targets: [
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CLanes"),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CCrypto", providers: [.apt(["libssl-dev"])]),
    .target(
      name: "CInstalled",
      cSettings: [.define("ZOO_PLUGINS", to: plugins.map { "PLUGIN(\($0))" }.joined(separator: " "))]),
    .target(
      name: "Installed", dependencies: ["CInstalled", "Zoo"] + plugins.map { .init(stringLiteral: $0) }),
    .executableTarget(
      name: "ZooMain", dependencies: ["ZooCommand"], path: "Sources/zoo-main"),
    .executableTarget(
      name: "ZooBench",
      dependencies: (reachable(from: "ZooCommand") + ["ZooCommand"]).map { .init(stringLiteral: $0) },
      path: "Benchmarks/zoo-bench"),
    .target(
      name: "TestSupport", dependencies: ["Kernels", "Tensors", "Transformer", "Text", "Zoo", "Training"],
      path: "Tests/TestSupport"),
  ]
    + layers.map { layer in
      .target(
        name: layer.name, dependencies: reachable(from: layer.name).map { .init(stringLiteral: $0) })
    }
    + layers.map { layer in
      .testTarget(
        name: layer.name + "Tests",
        dependencies: ["TestSupport", .init(stringLiteral: layer.name)]
          + Set(reachable(from: layer.name) + ["Installed"]).sorted().map { .init(stringLiteral: $0) })
    }
    + plugins.map { plugin in
      .target(
        name: plugin, dependencies: ["Zoo", "Transformer", "Tensors", "Settings"],
        path: "Plugins/\(plugin)")
    },
  swiftLanguageModes: [.v6]
)

// Numerics are built for this machine's own instruction set, and in every target: cross-module
// optimisation copies small kernels into their callers, where they would otherwise be compiled
// for the oldest machine. lld names undefined symbols where Debian's gold crashes.
for target in package.targets where target.type != .system {
  target.cSettings = (target.cSettings ?? []) + [.unsafeFlags(["-march=native"])]
  target.swiftSettings =
    (target.swiftSettings ?? []) + [.unsafeFlags(["-Xcc", "-march=native"])]
  target.linkerSettings = (target.linkerSettings ?? []) + [.unsafeFlags(["-use-ld=lld"])]
}
