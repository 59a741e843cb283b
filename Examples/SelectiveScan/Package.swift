// swift-tools-version: 6.2
import PackageDescription

let zoo = "TransformerZoo"
let package = Package(
  name: "SelectiveScan",
  products: [
    .library(name: "SelectiveScan", targets: ["SelectiveScan"]),
    .executable(name: "mamba-zoo", targets: ["mamba-zoo"]),
  ],
  dependencies: [.package(name: zoo, path: "../..")],
  targets: [
    .target(name: "SelectiveScan", dependencies: [.product(name: "Zoo", package: zoo)]),
    .executableTarget(
      name: "mamba-zoo", dependencies: ["SelectiveScan", .product(name: "CommandLine", package: zoo)]),
    .testTarget(
      name: "SelectiveScanTests",
      dependencies: [
        "SelectiveScan", "mamba-zoo", .product(name: "TestKit", package: zoo),
        .product(name: "Zoo", package: zoo),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
