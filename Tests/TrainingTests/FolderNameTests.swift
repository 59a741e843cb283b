import Testing

@testable import Training

@Suite struct FolderNameTests {
  @Test(arguments: [
    ("gpt", "gpt"), ("15 %", "15"), ("..", "run"), (".", "run"), ("", "run"), ("../victim", "victim"),
    ("tiny/gpt", "tiny-gpt"), ("block.norm=rms", "block.norm=rms"), ("clip=1e+1", "clip=1e+1"),
    ("a\nb\u{0}c", "a-b-c"), ("Größe", "Gr-e"), ("...json5", "json5"), ("—", "run"), ("a - b", "a-b"),
    ("-", "run"),
  ])
  func aDisplayNameBecomesOneSafeComponent(name: String, folder: String) {
    #expect(FolderName.component(of: name) == folder)
    #expect(FolderName.refusal(folder) == nil)
  }

  @Test func longNamesAreCut() {
    let name = FolderName.component(of: String(repeating: "x", count: 300))
    #expect(name.utf8.count == FolderName.maxBytes)
  }

  @Test func equalFoldersGetNumbersAndNoneIsThatOfAFile() {
    #expect(
      FolderName.distinct(["15 %", "15", "a", "A", "report.html", "experiment.json", "lock", "15-2"])
        == ["15", "15-2", "a", "A-2", "report.html-2", "experiment.json-2", "lock-2", "15-2-2"])
  }

  @Test(arguments: ["", ".", "..", "../victim", "a/b", "/etc", "a\nb", "a\u{0}b", "report.html", "lock"])
  func aRecordedNameThatLeadsElsewhereIsRefused(name: String) {
    #expect(FolderName.refusal(name) != nil)
  }

  /// What older records hold: display names.
  @Test(arguments: ["15 %", "gpt-seed-2", "Größe", "recipe=x,y"])
  func namesOfOlderRecordsStay(name: String) {
    #expect(FolderName.refusal(name) == nil)
  }
}
