import CommandLineKit
import Foundation
import Training
import Wording

/// A file that a figure is written to: SVG as it is, PNG and PDF through `rsvg-convert` of librsvg.
struct FigureFile {
  /// The formats, by the ending of the file's name.
  enum Format: String, CaseIterable {
    case svg, png, pdf
  }

  /// Pixels of a PNG file from left to right: a slide's full width.
  private static let pixels = 1920

  let path: String
  private let format: Format
  private let converter: String?
  private let file: OutputFile
  private let option: String

  /// The endings, in words.
  static var formats: String { Format.allCases.map { ".\($0.rawValue)" }.joined(separator: ", ") }

  /// The format of a file's extension; nil for another one.
  static func format(of path: String) -> Format? {
    Format(rawValue: URL(fileURLWithPath: path).pathExtension.lowercased())
  }

  /// A file to write to, checked before any work is done: its format, the program that it needs, and its place.
  ///
  /// - Parameters:
  ///   - option: the option that names it, without dashes.
  ///   - isForced: whether any regular file may be replaced.
  /// - Throws: `UsageError` that names the formats or the package to install; `TrainerError` that says what is in the
  ///   way.
  init(
    _ path: String, option: String = "out", isForced: Bool = false,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws {
    guard let format = Self.format(of: path) else {
      throw UsageError("--\(option) \(path): a figure's name must end in \(Self.formats)")
    }
    self.path = path
    self.format = format
    converter = format == .svg ? nil : Self.converter(environment)
    guard format == .svg || converter != nil else {
      throw UsageError(
        "--\(option) \(path): \(format.rawValue.uppercased()) needs rsvg-convert, which is not installed; install it with: "
          + "apt-get install librsvg2-bin, or name a file that ends in .svg")
    }
    let kinds: [Format: OutputFile.Kind] = [.svg: .svg, .png: .png, .pdf: .pdf]
    file = try OutputFile(path, kinds[format] ?? .svg, option: option, isForced: isForced)
    self.option = option
  }

  /// The program that converts, as `PATH` has it; nil where it is not installed.
  static func converter(_ environment: [String: String]) -> String? {
    (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/rsvg-convert" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// Writes a figure.
  ///
  /// - Throws: `TrainerError` that names the file.
  func write(_ svg: String) throws {
    let data = try converter.map { try convert(svg, with: $0) } ?? Data(svg.utf8)
    try file.write(data)
  }

  private func convert(_ svg: String, with program: String) throws -> Data {
    let source = FileManager.default.temporaryDirectory.appending(path: "zoo-\(UUID().uuidString).svg")
    defer { try? FileManager.default.removeItem(at: source) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments =
      ["--format", format.rawValue]
      + (format == .png ? ["--width", "\(Self.pixels)", "--keep-aspect-ratio"] : [])
      + [source.path]
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    let data: Data
    do {
      try Data(svg.utf8).write(to: source, options: .withoutOverwriting)
      try process.run()
      data = output.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
    } catch {
      throw failure(error.localizedDescription)
    }
    guard process.terminationStatus == 0, !data.isEmpty else {
      let said = String(decoding: errors.fileHandleForReading.availableData, as: UTF8.self)
      throw failure(said.isEmpty ? "exit code \(process.terminationStatus)" : said.oneLine)
    }
    return data
  }

  private func failure(_ reason: String) -> TrainerError {
    TrainerError(
      place: path, reason: "rsvg-convert failed (\(reason))",
      suggestion: "name a file that ends in .svg with --\(option)"
    )
  }
}
