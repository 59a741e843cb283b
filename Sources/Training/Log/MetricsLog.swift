import Checkpoints
import Foundation
import Settings
import Zoo

/// One value in a line of metrics.
package enum MetricsValue: Sendable, Equatable {
  /// A number; one that is not finite is written as null, because JSON has no word for it.
  case number(Double)
  /// A whole number.
  case integer(Int)
  /// A text.
  case text(String)
  /// Nothing: what null is read as.
  case none

  /// The value as a number, where it is one.
  package var number: Double? {
    switch self {
    case .number(let value): value
    case .integer(let value): Double(value)
    case .text, .none: nil
    }
  }
}

extension MetricsValue: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
  /// A number.
  package init(floatLiteral value: Double) { self = .number(value) }
  /// A whole number.
  package init(integerLiteral value: Int) { self = .integer(value) }
  /// A text.
  package init(stringLiteral value: String) { self = .text(value) }
}

extension MetricsValue: Codable {
  /// Reads a number, a text or null.
  ///
  /// - Throws: `DecodingError` for anything else.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .none
    } else if let value = try? container.decode(Int.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else {
      self = .text(try container.decode(String.self))
    }
  }

  /// Writes a number, a text or null.
  ///
  /// - Throws: what the encoder throws.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .number(let value) where value.isFinite: try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .number, .none: try container.encodeNil()
    }
  }
}

/// `metrics.jsonl` of a run: one JSON object per line with sorted keys, `step` always among them.
package final class MetricsLog {
  /// The file.
  package let url: URL
  /// Lines that could not be read and were left out when the file was opened, numbered from 1.
  package let damagedLines: [Int]
  /// The step of the last evaluation in the file when it was opened; nil: none.
  package let lastEvaluation: Int?
  private let handle: FileHandle

  /// Opens the file for appending; it is made when it does not exist.
  ///
  /// - Parameter step: the step that the run continues from. Lines of later steps, and a last line that a
  ///   killed process left unfinished, are removed; the file is replaced as a whole or not at all.
  /// - Throws: `CheckpointError` when the file cannot be read or written.
  package init(_ url: URL, after step: Int) throws {
    self.url = url
    var damaged: [Int] = []
    var evaluated: Int?
    if let content = try Self.content(url), !content.isEmpty {
      let lines = Self.lines(of: content)
      let steps = lines.map(Self.step)
      damaged = steps.indices.filter { steps[$0] == nil }.map { $0 + 1 }
      let kept = zip(lines, steps).filter { ($1 ?? .max) <= step }.map(\.0)
      evaluated = kept.last(where: Self.isEvaluation).flatMap(Self.step)
      if kept.reduce(0, { $0 + $1.count + 1 }) != content.count {
        try AtomicFile.write(to: url) { sink in
          for line in kept { try sink.write(line + [UInt8(ascii: "\n")]) }
        }
      }
    }
    damagedLines = damaged
    lastEvaluation = evaluated
    let descriptor = open(url.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o666)
    guard descriptor >= 0 else {
      throw CheckpointError(
        file: url.path, reason: "could not be opened: \(String(cString: strerror(errno)))")
    }
    handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  private static func isEvaluation(_ line: Data) -> Bool {
    let row = try? JSONDecoder().decode([String: MetricsValue].self, from: line)
    return row?["kind"] == .text("evaluation")
  }

  /// Appends to a file that is open.
  init(_ handle: FileHandle, at url: URL) {
    (self.handle, self.url, damagedLines) = (handle, url, [])
    lastEvaluation = nil
  }

  /// Appends one line; it is in the file when this returns.
  ///
  /// - Throws: `CheckpointError` when the disk is full.
  package func write(step: Int, _ values: [String: MetricsValue]) throws {
    var line = values
    line["step"] = .integer(step)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      try handle.write(contentsOf: try encoder.encode(line) + [UInt8(ascii: "\n")])
    } catch {
      throw CheckpointError(file: url.path, reason: logFailure(error))
    }
  }

  /// All whole lines of a file, in order; none when there is no such file.
  ///
  /// - Throws: `CheckpointError` that names the line which is no JSON object with a step, or says why the file cannot
  ///   be read.
  package static func read(_ url: URL) throws -> [[String: MetricsValue]] {
    guard let content = try content(url) else { return [] }
    return try lines(of: content).enumerated().map { index, line in
      guard let row = try? JSONDecoder().decode([String: MetricsValue].self, from: line),
        case .integer(let step) = row["step"], TrainerState.possibleSteps.contains(step)
      else {
        throw CheckpointError(file: url.path, reason: "line \(index + 1) is damaged: remove it by hand")
      }
      return row
    }
  }

  /// The bytes of the file; nil when there is none.
  private static func content(_ url: URL) throws -> Data? {
    var status = stat()
    guard lstat(url.path, &status) == 0 else { return nil }
    do { return try InputFile.regular(url.path) } catch {
      throw CheckpointError(
        file: url.path, reason: "\(error.reason); move it away; the run then starts new curves")
    }
  }

  /// The lines that end in a line feed; what follows the last one was never finished.
  private static func lines(of content: Data) -> [Data] {
    content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast().map { Data($0) }
  }

  private static func step(of line: Data) -> Int? {
    struct Step: Decodable { let step: Int }
    let step = try? JSONDecoder().decode(Step.self, from: line).step
    return step.flatMap { TrainerState.possibleSteps.contains($0) ? $0 : nil }
  }
}
