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
      dependencies: ["HuggingFace", "Inference", "Tokenizers", "Training", "Zoo"].map {
        .product(name: $0, package: zoo)
      }),
    .executableTarget(name: "hub-models", dependencies: ["HubModels"]),
    .testTarget(name: "HubModelsTests", dependencies: ["HubModels"]),
  ],
  swiftLanguageModes: [.v6]
)
