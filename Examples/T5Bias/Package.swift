// swift-tools-version: 6.2
import PackageDescription

let zoo = "TransformerZoo"
let package = Package(
  name: "T5Bias",
  products: [
    .library(name: "T5Bias", targets: ["T5Bias"]),
    .executable(name: "t5-zoo", targets: ["t5-zoo"]),
  ],
  dependencies: [.package(name: zoo, path: "../..")],
  targets: [
    .target(name: "T5Bias", dependencies: [.product(name: "Zoo", package: zoo)]),
    .executableTarget(name: "t5-zoo", dependencies: ["T5Bias", .product(name: "CommandLine", package: zoo)]),
    .testTarget(
      name: "T5BiasTests",
      dependencies: [
        "T5Bias", "t5-zoo", .product(name: "TestKit", package: zoo), .product(name: "Zoo", package: zoo),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
