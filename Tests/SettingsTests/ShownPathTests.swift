import Foundation
import Testing

@testable import Settings

/// A path is shown relative to the current folder where it is below that.
@Suite struct ShownPathTests {
  @Test func whatIsBelowTheCurrentFolderIsRelative() {
    let current = FileManager.default.currentDirectoryPath
    for (path, shown) in [
      ("\(current)/runs/a", "runs/a"), ("\(current)//runs", "runs"), (current, "."), ("\(current)/", "."),
      ("\(current)-other/a", "\(current)-other/a"), ("/elsewhere/a", "/elsewhere/a"), ("runs/a", "runs/a"),
      ("x\(current)/a", "x\(current)/a"), ("", ""),
    ] { #expect(FilePath.shown(path) == shown) }
    #expect(URL(fileURLWithPath: "\(current)/runs/a").shownPath == "runs/a")
    #expect(URL(fileURLWithPath: "runs/a").shownPath == "runs/a")
    #expect(InputFile.place("\(current)/a.txt") == "a.txt" && InputFile.place("-") == "standard input")
  }
}
