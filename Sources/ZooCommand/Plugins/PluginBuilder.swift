import Foundation
import Settings
import Wording
import Zoo

/// Compiles a plugin's sources against the program as it was built, without the core: a copy of the core would have
/// types of its own, and what registers with that is not seen.
struct PluginBuilder {
  /// The plugin's folder.
  let folder: URL
  /// The name of its module and of its entry point.
  let name: String
  private let sources: [String]

  /// The plugin in a folder: the sources below `Sources/NAME`, or all below the folder where there is no such folder.
  ///
  /// - Throws: `PluginError` for a folder without sources, and a name that no module can have.
  init(folder path: String) throws {
    let manager = FileManager.default
    var isFolder: ObjCBool = false
    folder = URL(fileURLWithPath: path, isDirectory: true).standardizedFileURL
    guard manager.fileExists(atPath: folder.path, isDirectory: &isFolder), isFolder.boolValue else {
      throw PluginError(
        place: path, reason: "no such folder",
        suggestion: "create one with: \(ShellCommand("plugin", "new", "MyPlugin"))")
    }
    let inside = folder.appending(path: "Sources")
    let modules = ((try? manager.contentsOfDirectory(atPath: inside.path)) ?? []).filter {
      !$0.hasPrefix(".")
    }
    if modules.count > 1, !modules.contains(folder.lastPathComponent) {
      throw PluginError(
        place: path, reason: "it has several modules (\(modules.sorted().joined(separator: ", ")))",
        suggestion: "keep the plugin's sources in one folder, Sources/\(folder.lastPathComponent)")
    }
    name = modules.count == 1 ? modules[0] : folder.lastPathComponent
    try Self.expectModuleName(name, place: path)
    let root = modules.isEmpty ? folder : inside.appending(path: name)
    // Relative paths: the plugin itself may be below a folder of such a name.
    let files = manager.enumerator(atPath: root.path)?.allObjects as? [String] ?? []
    sources = files.filter { file in
      let parts = file.split(separator: "/")
      return file.hasSuffix(".swift") && parts.last != "Package.swift" && !parts.contains(".build")
        && !parts.contains("Tests")
    }.map { root.appending(path: $0).path }.sorted()
    guard !sources.isEmpty else {
      throw PluginError(
        place: path, reason: "there are no Swift sources in it",
        suggestion: "create a plugin with: \(ShellCommand("plugin", "new", "MyPlugin"))")
    }
  }

  /// Modules of the toolchain that a plugin or its test imports, by itself or through others.
  private static let toolchain: Set = [
    "Swift", "Foundation", "FoundationEssentials", "Dispatch", "Glibc", "Synchronization", "Testing",
    "XCTest",
    "PackageDescription",
  ]

  /// Refuses names that Swift cannot take for a module, and those of modules that a plugin imports.
  static func expectModuleName(_ name: String, place: String) throws {
    let isName =
      name.first.map { $0.isASCII && $0.isLetter } ?? false
      && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") } && name.count <= 100
    guard isName else {
      throw PluginError(
        place: place, reason: "\"\(name)\" is not a module name",
        suggestion: "use letters, digits and _ after a first letter, such as MyPlugin")
    }
    let own = try ZooHome.folder("Sources").appending(path: name)
    let isTaken = FileManager.default.fileExists(atPath: own.path)
    guard !isTaken, !Self.toolchain.contains(name) else {
      throw PluginError(
        place: place, reason: "a module of the program or of Swift is called \(name)",
        suggestion: "choose another name, such as My\(name)")
    }
  }

  /// What a plugin is compiled to.
  var output: URL { folder.appending(path: name + PluginHost.suffix) }

  /// Compiles the plugin.
  ///
  /// - Throws: `PluginError` with what the compiler says.
  func build() throws {
    let program = URL(fileURLWithPath: ProgramBuild.path)
    let modules = program.deletingLastPathComponent().appending(path: "Modules")
    guard FileManager.default.fileExists(atPath: modules.appending(path: "Zoo.swiftmodule").path) else {
      throw PluginError(
        place: folder.path, reason: "the program's modules are not next to it (\(modules.shownPath))",
        suggestion: "start the program by its launcher ./zoo, which builds it from its sources")
    }
    guard let compiler = Self.tool("swiftc") else {
      throw PluginError(
        place: folder.path, reason: "swiftc is not on the PATH",
        suggestion: "install the Swift toolchain that the program was built with")
    }
    let version = try run(compiler, ["--version"]).split(separator: "\n").first.map(String.init) ?? ""
    let made = folder.appending(path: ".\(name)-\(UUID().uuidString)\(PluginHost.suffix)")
    defer { try? FileManager.default.removeItem(at: made) }
    _ = try run(
      compiler,
      ["-emit-library", "-o", made.path, "-module-name", name, "-swift-version", "6", "-O"]
        + ["-whole-module-optimization", "-I", modules.path, "-Xcc", "-march=native"]
        + (try moduleMaps()) + headers() + sources)
    let library = try Data(contentsOf: made)
    let note = PluginNote(name: name, program: ProgramBuild.key, compiler: version, of: library)
    try (library + note.bytes).write(to: made)
    // A running program keeps the file that it has loaded.
    guard rename(made.path, output.path) == 0 else {
      throw PluginError(
        place: output.path, reason: "it cannot be written (\(String(cString: strerror(errno))))",
        suggestion: "make the folder writable")
    }
  }

  /// Where the C modules are described that the core's modules import.
  private func moduleMaps() throws -> [String] {
    let sources = try ZooHome.folder("Sources")
    return ["CCrypto", "CLanes", "COpenBLAS", "CReportAssets/include", "CZlib", "CZstd"].flatMap {
      ["-Xcc", "-fmodule-map-file=\(sources.appending(path: $0).path)/module.modulemap"]
    }
  }

  /// Where OpenBLAS keeps its headers, as pkg-config knows it.
  private func headers() -> [String] {
    guard let tool = Self.tool("pkg-config"), let flags = try? run(tool, ["--cflags", "openblas"]) else {
      return []
    }
    return flags.split(whereSeparator: \.isWhitespace).flatMap { ["-Xcc", String($0)] }
  }

  private static func tool(_ name: String) -> String? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// What a program prints.
  private func run(_ program: String, _ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    let (output, errors) = (FileManager.default.temporaryDirectory, UUID().uuidString)
    let log = output.appending(path: "zoo-\(errors).log")
    defer { try? FileManager.default.removeItem(at: log) }
    // A file and no pipe: a compiler that says much would wait for a reader.
    guard FileManager.default.createFile(atPath: log.path, contents: nil),
      let sink = FileHandle(forWritingAtPath: log.path)
    else {
      throw PluginError(
        place: folder.path, reason: "no temporary file can be created in \(output.shownPath)",
        suggestion: "set TMPDIR to a folder that can be written")
    }
    let printed = Pipe()
    process.standardOutput = printed
    process.standardError = sink
    let text: Data
    do {
      try process.run()
      text = printed.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
    } catch {
      throw PluginError(
        place: folder.path, reason: "\(program) cannot be started (\(error.localizedDescription))",
        suggestion: "check the toolchain")
    }
    guard process.terminationStatus == 0 else {
      let said = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
      throw PluginError(
        place: folder.path, reason: "it does not compile:\n\(said.trimmingCharacters(in: .newlines))",
        suggestion: "correct it and build again")
    }
    return String(decoding: text, as: UTF8.self)
  }
}
