import Testing

@testable import Settings

@Suite struct RegistryTests {
  private static let colour = Family<@Sendable (Resolved) -> String>("colour")
  private static let depth = Key.integer("depth", 1...9, default: 3, help: "how deep")

  private static func registry() throws -> Registry {
    var registry = Registry()
    try registry.add("red", to: colour, summary: "a colour", keys: [depth], file: "One/File.swift") {
      "red of depth \($0[depth])"
    }
    return registry
  }

  @Test func aMemberIsMadeFromItsSettings() throws {
    let registry = try Self.registry()
    let (settings, problems) = registry.catalog.resolve(
      try Node.parse("{ type: 'red', depth: 5 }", file: "f"), family: "colour")
    #expect(problems.isEmpty)
    let made = try registry.member("red", of: Self.colour)(try #require(settings))
    #expect(made == "red of depth 5")
    #expect(registry.names(of: Self.colour) == ["red"])
  }

  @Test func aClashNamesBothPlugins() throws {
    var registry = try Self.registry()
    let error = #expect(throws: SettingsError.self) {
      try registry.add("red", to: Self.colour, summary: "", file: "Two/File.swift") { _ in "" }
    }
    #expect(error?.problems.map(\.path) == ["colour"] && error?.problems.map(\.found) == ["red"])
    #expect(["One", "Two"].allSatisfy { error?.problems.first?.reason.contains($0) == true })
    try registry.add(Rule(name: "r", reason: "r", about: "colour") { _ in [] }, file: "One/File.swift")
    let rule = #expect(throws: SettingsError.self) {
      try registry.add(Rule(name: "r", reason: "r", about: "colour") { _ in [] }, file: "Two/File.swift")
    }
    #expect(rule?.problems.map(\.path) == ["rule"] && rule?.problems.map(\.found) == ["r"])
    #expect(["One", "Two"].allSatisfy { rule?.problems.first?.reason.contains($0) == true })
  }

  @Test func aFamilyHoldsThingsOfOneKind() throws {
    var registry = try Self.registry()
    let error = #expect(throws: SettingsError.self) {
      try registry.add("blue", to: Family<Int>("colour"), summary: "", file: "Two/File.swift", 3)
    }
    #expect(error?.problems.first?.reason.contains("Two registers a component of another type") == true)
    #expect(registry.names(of: Self.colour) == ["red"])
  }

  @Test func anUnknownNameHasANearestOne() throws {
    let error = #expect(throws: SettingsError.self) {
      try Self.registry().member("rde", of: Self.colour)
    }
    #expect(error?.problems.first?.nearest == "red")
  }

  /// Rules are run on trees of their family alone, and their name is before each reason.
  @Test func rulesNameThemselves() throws {
    var registry = try Self.registry()
    try registry.add(
      Rule(name: "not-deep", reason: "nobody sees it", about: "colour") { colour in
        colour[Self.depth] > 4 ? [Problem(path: "depth"), Problem(path: "x", reason: "another reason")] : []
      })
    try registry.add(Rule(name: "other", reason: "r", about: "shape") { _ in [Problem(path: "never")] })
    func problems(_ depth: Int) throws -> [String] {
      let (settings, _) = registry.catalog.resolve(
        try Node.parse("{ type: 'red', depth: \(depth) }", file: "f"), family: "colour")
      return registry.problems(of: try #require(settings)).map(\.reason)
    }
    #expect(try problems(4).isEmpty)
    #expect(try problems(5) == ["not-deep: nobody sees it", "not-deep: another reason"])
  }

  /// A key reads what a key of its name and type declared, whatever its range; it asks where it does not know.
  @Test func keysReadWhatIsDeclared() throws {
    let (settings, _) = try Self.registry().catalog.resolve(Node(.text("red")), family: "colour")
    let red = try #require(settings)
    #expect(red[Self.depth] == 3)
    #expect(red.value(of: Key.integer("depth", 1...100, default: 1, help: "")) == 3)
    #expect(red.value(of: Key.number("depth", 1...9, default: 1, help: "")) == nil)
    #expect(red.value(of: Key.integer("width", 1...9, default: 1, help: "")) == nil)
  }

  @Test func readsAreNoted() throws {
    let (settings, _) = try Self.registry().catalog.resolve(Node(.text("red")), family: "colour")
    let reads = SettingReads()
    try SettingReads.$current.withValue(reads) { _ = try #require(settings)[Self.depth] }
    #expect(reads.all == ["colour.red.depth"])
  }

  @Test func aListMayBeEmptyWhereItsKeySaysSo() throws {
    let maybe = Key.components("some", of: Self.colour, mayBeEmpty: true, help: "")
    let must = Key.components("all", of: Self.colour, help: "")
    let declaration = ComponentDeclaration(family: "x", name: "x", summary: "", keys: [maybe, must])
    let catalog = try Self.registry().catalog
    let (found, problems) = catalog.resolve(
      try Node.parse("{ some: [], all: ['red'] }", file: "f"), as: declaration)
    #expect(problems.isEmpty && found?[maybe].isEmpty == true && found?[must].count == 1)
    let (_, wrong) = catalog.resolve(try Node.parse("{ all: [] }", file: "f"), as: declaration)
    #expect(wrong.map(\.path) == ["all"])
  }

  /// What a plugin adds to a family does not change what is meant where no type is written.
  @Test func anElementWithoutATypeIsOfTheListsOwn() throws {
    let list = Key.components("all", of: Self.colour, elementType: "red", help: "")
    var registry = try Self.registry()
    for _ in 0..<2 {
      for (key, wanted) in [(list, "red"), (list.with(elementType: "red"), "red")] {
        let declaration = ComponentDeclaration(family: "x", name: "x", summary: "", keys: [key])
        let (found, problems) = registry.catalog.resolve(
          try Node.parse("{ all: [{}] }", file: "f"), as: declaration)
        #expect(problems.isEmpty && found?[key].map(\.type) == [wanted])
      }
      if !registry.names(of: Self.colour).contains("teal") {
        try registry.add("teal", to: Self.colour, summary: "") { _ in "teal" }
      }
    }
    let other = ComponentDeclaration(
      family: "x", name: "x", summary: "", keys: [list.with(elementType: "teal")])
    let (found, _) = registry.catalog.resolve(try Node.parse("{ all: [{}] }", file: "f"), as: other)
    #expect(found?[list].map(\.type) == ["teal"])
  }
}
