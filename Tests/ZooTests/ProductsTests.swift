import Foundation
import Testing

/// The package as others see it: examples import what the products that they name hold.
@Suite struct ProductsTests {
  /// Modules that come with the toolchain.
  private static let toolchain: Set = ["Foundation", "Testing", "Synchronization"]

  /// The modules of every library, as the manifest lists them.
  private static func products() throws -> [String: Set<String>] {
    let manifest = try String(
      contentsOf: LayeringTests.root.appendingPathComponent("Package.swift"), encoding: .utf8)
    let library = try Regex(#"\.library\(\s*name: "(\w+)",\s*targets: \[([^\]]*)\]"#)
    return Dictionary(
      uniqueKeysWithValues: manifest.matches(of: library).map { match in
        let modules = String(match.output[2].substring ?? "").matches(of: /"(\w+)"/).map { String($0.1) }
        return (String(match.output[1].substring ?? ""), Set(modules))
      })
  }

  @Test func examplesImportWhatTheirProductsHold() throws {
    let products = try Self.products()
    #expect(products.count > 5 && products["Zoo"]?.contains("Transformer") == true)
    let folder = LayeringTests.root.appendingPathComponent("Examples").resolvingSymlinksInPath()
    let examples = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(examples.count > 2)
    for example in examples {
      let manifest = try String(
        contentsOf: folder.appending(path: "\(example)/Package.swift"), encoding: .utf8)
      let named = manifest.matches(of: /\.product\(name: "(\w+)"/).map { String($0.1) }
      let own = try FileManager.default.contentsOfDirectory(
        atPath: folder.appending(path: "\(example)/Sources").path)
      let imports = try ["Sources", "Tests"].reduce(into: Set<String>()) {
        $0.formUnion(try LayeringTests.imports("Examples/\(example)/\($1)"))
      }
      #expect(imports.count > 3)
      let held = named.reduce(into: Set(own).union(Self.toolchain)) { $0.formUnion(products[$1] ?? []) }
      #expect(
        imports.isSubset(of: held), "\(example) imports \(imports.subtracting(held)), which no product holds")
    }
  }
}
