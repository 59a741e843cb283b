import Foundation
import TestSupport
import Testing

@testable import Comparison

/// Where a browser is installed, if one is.
private let chromium = ["chromium", "chromium-browser", "google-chrome"].flatMap { name in
  ["/usr/bin/", "/usr/local/bin/"].map { $0 + name }
}.first { FileManager.default.isExecutableFile(atPath: $0) }

/// The page in a real browser, where one is installed (Debian's `chromium`).
@Suite(.enabled(if: chromium != nil, "no chromium on this machine"), .serialized)
struct BrowserTests {
  /// The script ran to its end without an error, and nothing makes the page wider than the window.
  @Test(arguments: [1400, 500], [1, 2, 5])
  func runsItsScriptAndFitsItsWindow(width: Int, arms: Int) throws {
    try withTemporaryFolder { folder in
      let probe = """
        <script>window.addEventListener('load', function () {
          document.documentElement.dataset.widths =
            document.documentElement.scrollWidth + ' of ' + window.innerWidth;
        });</script></body>
        """
      let page = folder.appendingPathComponent("report.html")
      let html = ReportPage.html(ReportFixture.full(arms: arms))
      #expect(html.contains("</body>"))
      try html.replacingOccurrences(of: "</body>", with: probe).write(
        to: page, atomically: true, encoding: .utf8)
      let document = try Self.document(page, width: width, profile: folder)
      #expect(document.contains("data-ready=\"true\""))
      let widths = try #require(document.firstMatch(of: #/data-widths="(\d+) of (\d+)"/#))
      #expect(try #require(Int(widths.1)) <= #require(Int(widths.2)), "wider than the window")
      #expect(document.contains("<canvas") || document.contains("<image") || document.contains("<svg"))
    }
  }

  /// On a phone, which is narrower than the browser's smallest window and so a frame here. Words that cannot be broken,
  /// such as a fingerprint or a command's path, are no exception.
  @Test(arguments: [1, 3]) func fitsAPhone(arms: Int) throws {
    try withTemporaryFolder { folder in
      let word = String(repeating: "0123456789abcdef", count: 6)
      var data = ReportFixture.full(arms: arms)
      data.title = word
      data.subtitle = "./zoo compare --data \(word)"
      data.machine = word
      data.problems = [word]
      data.heldOutNotes = [word]
      data.footer.versions.append("text \(word), SHA-256 \(word)")
      data.footer.command = "./zoo compare \(word)"
      let probe = """
        <script>window.addEventListener('load', function () {
          parent.postMessage(document.documentElement.scrollWidth + ' of ' + window.innerWidth, '*');
        });</script></body>
        """
      try ReportPage.html(data).replacingOccurrences(of: "</body>", with: probe).write(
        to: folder.appendingPathComponent("report.html"), atomically: true, encoding: .utf8)
      let page = folder.appendingPathComponent("phone.html")
      try """
      <!DOCTYPE html><html><body>
      <script>window.addEventListener('message', function (event) {
        document.documentElement.dataset.widths = event.data;
      });</script>
      <iframe src='report.html' style='border:0;width:390px;height:800px'></iframe></body></html>
      """.write(to: page, atomically: true, encoding: .utf8)
      let document = try Self.document(page, width: 900, profile: folder)
      let widths = try #require(document.firstMatch(of: #/data-widths="(\d+) of (\d+)"/#))
      #expect(widths.2 == "390")
      #expect(try #require(Int(widths.1)) <= 390, "\(widths.1) wide")
    }
  }

  /// The codes on the page are compressed: a chosen head is drawn from them.
  @Test func aChosenHeadIsDrawn() throws {
    try withTemporaryFolder { folder in
      let probe = """
        <script>window.addEventListener('load', function () {
          var image = document.querySelector('.single image'), before = image.getAttribute('href');
          setTimeout(function () {
            var layer = document.getElementById('attention-layer'), data = document.documentElement.dataset;
            data.drawn = String(image.getAttribute('href') !== before);
            before = image.getAttribute('href');
            layer.value = layer.value === '0' ? '1' : '0';
            layer.dispatchEvent(new Event('change'));
            data.chosen = String(image.getAttribute('href') !== before);
          }, 500);
        });</script></body>
        """
      let page = folder.appendingPathComponent("page.html")
      let pictures = [ReportFixture.picture(0, .untrained), ReportFixture.picture(0, .trained)]
      try AttentionPage.html(title: "x", command: "zoo", arms: ["bert"], pictures: pictures)
        .replacingOccurrences(of: "</body>", with: probe).write(to: page, atomically: true, encoding: .utf8)
      let document = try Self.document(page, width: 1280, profile: folder)
      #expect(document.contains("data-drawn=\"true\"") && document.contains("data-chosen=\"true\""))
    }
  }

  /// What the browser makes of a page after its scripts ran.
  private static func document(_ page: URL, width: Int, profile: URL) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: chromium ?? "")
    process.arguments = [
      "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(profile.path)/profile",
      "--window-size=\(width),900", "--allow-file-access-from-files", "--virtual-time-budget=3000",
      "--dump-dom", page.path,
    ]
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }
}
