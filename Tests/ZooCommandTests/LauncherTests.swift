import Foundation
import TestSupport
import Testing

/// The launcher, in a checkout of its own with a compiler that is a script.
@Suite struct LauncherTests {
  private static let compiler = """
    #!/bin/bash
    if [[ $1 == --version ]]; then echo 'stub 1'; exit; fi
    while (($#)); do [[ $1 == --scratch-path ]] && folder=$2; shift; done
    if [[ -e $folder/stale ]]; then echo "error: missing required module 'SwiftShims'"; exit 1; fi
    mkdir -p "$folder/debug"
    printf '#!/bin/bash\\necho "called $ZOO_PROGRAM: $*"\\n' >"$folder/debug/zoo"
    chmod +x "$folder/debug/zoo"
    """

  /// A checkout with a compiler beside it.
  private static func makeCheckout(_ folder: URL) throws -> URL {
    let checkout = folder.appendingPathComponent("a checkout")
    let manager = FileManager.default
    for name in ["Sources", "Plugins", "bin"] {
      try manager.createDirectory(
        at: checkout.appendingPathComponent(name), withIntermediateDirectories: true)
    }
    for name in ["zoo", "scripts", "Package.swift"] {
      try manager.copyItem(
        at: ModelFixture.root.resolvingSymlinksInPath().appendingPathComponent(name),
        to: checkout.appendingPathComponent(name))
    }
    let swift = checkout.appendingPathComponent("bin/swift")
    try Data(compiler.utf8).write(to: swift)
    try manager.setAttributes([.posixPermissions: 0o755], ofItemAtPath: swift.path)
    return checkout
  }

  private static func run(_ command: String, in folder: URL, hasCompiler: Bool = true) throws -> (
    code: Int32, output: String
  ) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", command + " 2>&1"]
    process.currentDirectoryURL = folder
    // Without HOME, and without a compiler of the machine's.
    process.environment = [
      "PATH": (hasCompiler ? "\(folder.path)/bin:" : "") + "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
    ]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  @Test func itAsksOnlyForWhatItNeeds() throws {
    // A machine that has a compiler where every program is cannot be without one.
    guard !["/usr/bin/swift", "/bin/swift"].contains(where: FileManager.default.fileExists) else { return }
    try withTemporaryFolder { folder in
      let checkout = try Self.makeCheckout(folder)
      let first = try Self.run("./zoo runs", in: checkout)
      #expect(first.code == 0 && first.output.hasSuffix("called ./zoo: runs\n"), "\(first.output)")
      // What is built runs without the compiler, and says how it was called.
      let built = try Self.run("./zoo runs", in: checkout, hasCompiler: false)
      #expect(built.code == 0 && built.output == "called ./zoo: runs\n", "\(built.output)")
      let outside = try Self.run("cd Sources && ../zoo list", in: checkout, hasCompiler: false)
      #expect(outside.output == "called ../zoo: list\n", "\(outside.output)")
      // What has changed needs it.
      try Data().write(to: checkout.appendingPathComponent("Sources/new.swift"))
      let changed = try Self.run("./zoo runs", in: checkout, hasCompiler: false)
      #expect(changed.code == 1 && changed.output.contains("toolchain (6.2 or later) is missing"))
    }
  }

  @Test func aCopiedCheckoutIsBuiltAnew() throws {
    guard !["/usr/bin/swift", "/bin/swift"].contains(where: FileManager.default.fileExists) else { return }
    try withTemporaryFolder { folder in
      let checkout = try Self.makeCheckout(folder)
      #expect(try Self.run("./zoo runs", in: checkout).code == 0)
      let stale = "for f in .build/zoo-*/; do touch \"$f/stale\"; done; touch Sources/new.swift; ./zoo runs"
      // A build that says where it was made, and one from before this was recorded.
      for forget in ["", "rm .build/zoo-*/place; "] {
        let copy = folder.appendingPathComponent("copy\(forget.count)")
        try FileManager.default.copyItem(at: checkout, to: copy)
        let result = try Self.run(forget + stale, in: copy)
        #expect(result.code == 0 && result.output.contains("building anew"), "\(result.output)")
        #expect(result.output.hasSuffix("called ./zoo: runs\n"))
      }
    }
  }
}
