import Testing

@testable import Settings

/// Problems of two trees are reported in one error.
@Suite struct JoinedProblemsTests {
  private struct Other: Error {}

  private func fault(_ title: String) -> SettingsError {
    SettingsError(title: title, problems: [Problem(path: title, found: "1", allowed: "2", reason: "no")])
  }

  @Test func bothAreMade() throws {
    let made = try SettingsError.both {
      1
    } _: {
      "two"
    }
    #expect(made.0 == 1 && made.1 == "two")
  }

  @Test func theProblemsOfBothAreNamed() {
    let error = #expect(throws: SettingsError.self) {
      try SettingsError.both {
        throw fault("model")
      } _: {
        throw fault("recipe")
      }
    }
    #expect(error?.problems.map(\.path) == ["model", "recipe"] && error?.title == "model, recipe")
  }

  @Test func oneFaultIsItsOwnError() {
    let first = #expect(throws: SettingsError.self) {
      try SettingsError.both {
        throw fault("model")
      } _: {
        1
      }
    }
    #expect(first == fault("model"))
    let other = #expect(throws: SettingsError.self) {
      try SettingsError.both {
        1
      } _: {
        throw fault("recipe")
      }
    }
    #expect(other == fault("recipe"))
    #expect(throws: Other.self) {
      try SettingsError.both {
        throw fault("model")
      } _: {
        throw Other()
      }
    }
  }
}
