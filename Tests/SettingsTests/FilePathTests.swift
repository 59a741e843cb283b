import Foundation
import TestSupport
import Testing

@testable import Settings

@Suite struct FilePathTests {
  @Test(arguments: [
    ("a/b/c", "a/b", "c"), ("a/b/c/", "a/b", "c"), ("a//b", "a", "b"), ("c", "", "c"), ("[", "", "["),
    ("٣", "", "٣"), ("/c", "/", "c"), ("//c", "/", "c"), ("/", "", "/"), ("///", "", "/"), ("", "", ""),
    (".", "", "."), ("../x", "..", "x"), ("a/\u{301}b", "a", "\u{301}b"),
  ]) func parts(_ path: String, _ folder: String, _ name: String) {
    #expect(FilePath.folder(path) == folder && FilePath.name(path) == name)
  }

  /// A missing file of one character once ended the process.
  @Test(arguments: ["x", "[", "=", "٣", " "]) func aShortNameIsOnlyMissing(_ name: String) {
    #expect(InputFile.openingError(name, ENOENT).reason == "there is no such file")
  }

  /// The members of `NSString` that end the process are in no source.
  @Test func nothingUsesWhatCrashes() throws {
    let sources = (0..<3).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent()
    }
    .appendingPathComponent("Sources")
    let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
    var count = 0
    for case let file as URL in files where file.pathExtension == "swift" {
      count += 1
      let text = try String(contentsOf: file, encoding: .utf8)
      for member in ["lastPathComponent", "deletingLastPathComponent"] {
        #expect(!text.contains("as NSString).\(member)"), "\(file.path)")
      }
    }
    #expect(count > 300)
  }

  @Test func onlyRegularFilesAreRead() throws {
    try withTemporaryFolder { folder in
      let (file, pipe) = (folder.path + "/file", folder.path + "/pipe")
      try Data("text".utf8).write(to: URL(fileURLWithPath: file))
      #expect(try InputFile.regular(file) == Data("text".utf8))
      try #require(mkfifo(pipe, 0o600) == 0)
      for (path, reason) in [
        (pipe, "is a pipe or a device, not a file"), ("/dev/zero", "is a pipe or a device, not a file"),
        (folder.path, "is a folder, not a file"), (folder.path + "/none", "there is no such file"),
      ] {
        let error = #expect(throws: InputFileError.self) { try InputFile.regular(path) }
        #expect(error?.reason == reason)
      }
      #expect(throws: InputFileError.self) { try InputFile.regular(file, maxBytes: 3) }
    }
  }
}
