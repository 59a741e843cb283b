// swift-tools-version: 6.2
import PackageDescription

let zoo = "TransformerZoo"
let package = Package(
  name: "GatedLinearAttention",
  products: [
    .library(name: "GatedLinearAttention", targets: ["GatedLinearAttention"]),
    .executable(name: "gla-zoo", targets: ["gla-zoo"]),
  ],
  dependencies: [.package(name: zoo, path: "../..")],
  targets: [
    .target(name: "GatedLinearAttention", dependencies: [.product(name: "Zoo", package: zoo)]),
    .executableTarget(
      name: "gla-zoo", dependencies: ["GatedLinearAttention", .product(name: "CommandLine", package: zoo)]),
    .testTarget(
      name: "GatedLinearAttentionTests",
      dependencies: [
        "GatedLinearAttention", "gla-zoo", .product(name: "TestKit", package: zoo),
        .product(name: "Zoo", package: zoo),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
