// swift-tools-version: 6.2
import Foundation
import PackageDescription

/// Every folder under `Plugins/` is an architecture: adding one edits no other file.
/// The launchers export `ZOO_PLUGINS_SEEN` so that the manifest's cache notices a new folder.
let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
let plugins = ((try? FileManager.default.contentsOfDirectory(atPath: root.path + "/Plugins")) ?? [])
  .filter { !$0.hasPrefix(".") }
  .sorted()

/// A target of this package's own: its dependencies, and whether it is optimised in every configuration
/// (docs/building.md says which targets need that, and what it costs).
struct Layer {
  let name: String
  let dependsOn: [String]
  let isOptimised: Bool

  static func optimised(_ name: String, _ dependsOn: [String] = []) -> Layer {
    Layer(name: name, dependsOn: dependsOn, isOptimised: true)
  }
  static func unoptimised(_ name: String, _ dependsOn: [String] = []) -> Layer {
    Layer(name: name, dependsOn: dependsOn, isOptimised: false)
  }
}

/// The layers, lowest first. A target may only depend on targets above it in this list,
/// so an import can only point down.
let layers: [Layer] = [
  .unoptimised("Wording"),
  .unoptimised("Settings", ["Wording"]),
  .optimised("Kernels", ["COpenBLAS", "CLanes"]),
  .unoptimised("Checkpoints", ["Settings", "Kernels", "CZlib"]),
  .optimised("Statistics"),
  .unoptimised("Reporting", ["Statistics", "Wording", "CReportAssets", "CZlib"]),
  .optimised("Text", ["Settings", "CCrypto", "CZlib", "CZstd"]),
  .optimised("Tokenizers", ["Text"]),
  .optimised("Tensors", ["Kernels"]),
  .unoptimised("Transformer", ["Tensors", "Settings"]),
  .optimised("SyntheticCorpus", ["Text"]),
  .unoptimised("Zoo", ["Transformer", "Tokenizers", "Wording", "Checkpoints"]),
  .optimised("Inference", ["Zoo", "Reporting"]),
  .unoptimised("Training", ["Zoo"]),
  .unoptimised("HuggingFace", ["Inference", "Training", "Tokenizers"]),
  .unoptimised("Evaluation", ["Inference", "Training", "Statistics", "SyntheticCorpus"]),
  .unoptimised("AttentionAnalysis", ["Inference", "Training", "Statistics", "SyntheticCorpus"]),
  .unoptimised("Experiments", ["Evaluation", "Reporting"]),
  .unoptimised("Comparison", ["Experiments", "AttentionAnalysis"]),
  .optimised("TestKit", ["Inference", "Training"]),
  .unoptimised("CommandLineKit", ["Settings", "Wording"]),
  .unoptimised("ZooCommand", ["Comparison", "HuggingFace", "CommandLineKit", "Installed", "CProcessor"]),
]

/// Where the program seeks Swift's runtime: first where `zoo install` puts it, then in the toolchain, which is the one
/// that this manifest runs on. The compiler would name the toolchain first, and an installed program would take the
/// runtime of whatever version stands there later.
let runtimePaths: [String] = {
  let loaded = (try? FileHandle(forReadingAtPath: "/proc/self/maps")?.readToEnd()) ?? Data()
  let core = "/libswiftCore.so"
  let line = String(decoding: loaded, as: UTF8.self).split(separator: "\n").first { $0.hasSuffix(core) }
  guard let line, let start = line.firstIndex(of: "/") else {
    return ["-Xlinker", "-rpath=$ORIGIN/../lib/zoo"]
  }
  let paths = ["$ORIGIN/../lib/zoo", String(line[start...].dropLast(core.count))]
  return ["-no-toolchain-stdlib-rpath"] + paths.flatMap { ["-Xlinker", "-rpath=\($0)"] }
}()

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
    // What a plugin imports: each with the modules that its own interface speaks of.
    .library(name: "Settings", targets: ["Settings"]),
    .library(name: "Text", targets: ["Text", "Settings"]),
    .library(name: "Tokenizers", targets: ["Tokenizers", "Text", "Settings"]),
    .library(name: "Tensors", targets: ["Tensors", "Kernels"]),
    .library(name: "Transformer", targets: ["Transformer", "Tensors", "Kernels", "Settings"]),
    .library(
      name: "Zoo",
      targets: [
        "Zoo", "Checkpoints", "Inference", "Reporting", "Statistics", "Installed", "Transformer", "Tensors",
        "Kernels",
        "Text",
        "Settings",
      ]),
    .library(name: "Training", targets: ["Training"]),
    .library(name: "Inference", targets: ["Inference", "Reporting", "Statistics"]),
    .library(
      name: "Evaluation", targets: ["Evaluation", "AttentionAnalysis", "Statistics", "SyntheticCorpus"]),
    .library(name: "HuggingFace", targets: ["HuggingFace"]),
    .library(name: "Comparison", targets: ["Comparison", "Experiments"]),
    .library(name: "CommandLine", targets: ["ZooCommand", "CommandLineKit"]),
    .library(name: "TestKit", targets: ["TestKit"]),
  ],
  targets: [
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CLanes"),
    .target(name: "CReportAssets", exclude: ["script.js", "style.css"]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CCrypto", providers: [.apt(["libssl-dev"])]),
    // Whether the processor has the instructions that everything else is built with.
    .target(name: "CProcessorRequired"),
    .target(name: "CProcessor", dependencies: ["CProcessorRequired"]),
    .target(
      name: "CInstalled",
      cSettings: [.define("ZOO_PLUGINS", to: plugins.map { "PLUGIN(\($0))" }.joined(separator: " "))]),
    .target(
      name: "Installed",
      dependencies: (["CInstalled", "HuggingFace", "Evaluation", "AttentionAnalysis"]
        + reachable(from: "Evaluation") + plugins).map { .init(stringLiteral: $0) }),
    .executableTarget(
      name: "ZooMain", dependencies: ["ZooCommand"], path: "Sources/zoo-main",
      // Plugins that are loaded find the core in the program; the program, where it is installed, Swift's runtime.
      linkerSettings: [.unsafeFlags(["-Xlinker", "--export-dynamic"] + runtimePaths)]),
    .executableTarget(
      name: "ZooBench",
      dependencies: (reachable(from: "ZooCommand") + ["ZooCommand"]).map { .init(stringLiteral: $0) },
      path: "Benchmarks/zoo-bench"),
    .target(name: "References", dependencies: ["Kernels"]),
    .target(
      name: "TestSupport",
      dependencies: (reachable(from: "Training") + [
        "Training", "Inference", "SyntheticCorpus", "Installed", "References", "TestKit",
      ]).map {
        .init(stringLiteral: $0)
      },
      path: "Tests/TestSupport"),
  ]
    + layers.map { layer in
      .target(
        name: layer.name, dependencies: reachable(from: layer.name).map { .init(stringLiteral: $0) })
    }
    + layers.map { layer in
      .testTarget(
        name: layer.name + "Tests",
        dependencies: ["TestSupport", "References", .init(stringLiteral: layer.name)]
          + Set(reachable(from: layer.name) + ["Installed"]).sorted().map { .init(stringLiteral: $0) })
    }
    + plugins.map { plugin in
      .target(
        name: plugin, dependencies: ["Zoo", "Transformer", "Tensors", "Settings"],
        path: "Plugins/\(plugin)")
    },
  swiftLanguageModes: [.v6]
)

// Numerics are built for this machine's own instruction set, and in every target: small inlinable kernels
// are compiled into their callers, where they would otherwise be built for the oldest machine. lld names
// undefined symbols where Debian's gold crashes.
for target in package.targets where target.type != .system {
  let processor = target.name == "CProcessor" ? [] : ["-march=native"]
  target.cSettings = (target.cSettings ?? []) + [.unsafeFlags(processor + ["-O2"])]
  target.swiftSettings =
    (target.swiftSettings ?? []) + [.unsafeFlags(["-Xcc", "-march=native"])]
  target.linkerSettings = (target.linkerSettings ?? []) + [.unsafeFlags(["-use-ld=lld"])]
}

// Numeric code is optimised in debug builds, too: without the optimiser it would be a hundred times slower. So are
// the tests that run reference implementations and simulations, and the benchmarks, which read memory in loops.
let optimised =
  layers.filter(\.isOptimised).map(\.name) + [
    "References", "KernelsTests", "TensorsTests", "StatisticsTests", "TestSupport", "ZooBench",
  ]
for target in package.targets where optimised.contains(target.name) {
  target.swiftSettings? += [
    .unsafeFlags(
      ["-O", "-whole-module-optimization", "-num-threads", "2", "-disable-batch-mode"],
      .when(configuration: .debug))
  ]
}
