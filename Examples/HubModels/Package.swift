// swift-tools-version: 6.2
import PackageDescription

let zoo = "TransformerZoo"
let package = Package(
  name: "HubModels",
  products: [
    .library(name: "HubModels", targets: ["HubModels"]),
    .executable(name: "hub-models", targets: ["hub-models"]),
  ],
  dependencies: [.package(name: zoo, path: "../..")],
  targets: [
    .target(
      name: "HubModels",
      dependencies: [
        .product(name: "HuggingFace", package: zoo), .product(name: "Inference", package: zoo),
        .product(name: "Tokenizers", package: zoo), .product(name: "Training", package: zoo),
        .product(name: "Zoo", package: zoo),
      ]),
    .executableTarget(name: "hub-models", dependencies: ["HubModels"]),
    .testTarget(name: "HubModelsTests", dependencies: ["HubModels"]),
  ],
  swiftLanguageModes: [.v6]
)
