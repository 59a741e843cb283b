import Checkpoints
import Foundation
import Zoo

/// Scalars in a TensorBoard event file: `tensorboard --logdir RUN` shows them.
///
/// A record is the length, its masked CRC-32C, an `Event` message and its masked CRC-32C. Each session of
/// a run writes a file of its own, as TensorBoard expects; a session that continues from a step tells
/// TensorBoard to forget what earlier sessions logged after that step.
///
/// - Source: TensorFlow, `core/util/event.proto`, `core/framework/summary.proto`, `lib/io/record_writer.h`.
package final class EventFile {
  /// The file.
  package let url: URL
  private let handle: FileHandle

  /// Begins a file in the run's folder.
  ///
  /// - Parameter step: the steps that the run had taken when this session began; 0 for a new run.
  /// - Throws: `CheckpointError` when the file cannot be written.
  package init(folder: URL, after step: Int = 0) throws {
    (url, handle) = try Self.create(in: folder)
    var start = Self.event(step: 0)
    start.add(Field.fileVersion, text: "brain.Event:2")
    try append(start)
    if step > 0 {
      var session = ProtocolBuffer()
      session.add(Field.sessionStatus, integer: 1)  // START
      var restart = Self.event(step: step + 1)
      restart.add(Field.sessionLog, message: session)
      try append(restart)
    }
  }

  deinit { try? handle.close() }

  /// The tag of a value: one for each unit, because TensorBoard draws the values of a tag on one axis, also those of
  /// several runs.
  ///
  /// - Parameters:
  ///   - kind: what was done, such as `train`.
  ///   - key: the value's name in `metrics.jsonl`.
  ///   - unit: the unit of the loss, such as `nats per masked token`.
  ///   - objective: the task, which says which predictions `accuracy` is measured on.
  package static func tag(_ kind: String, _ key: String, unit: String, objective: String) -> String {
    switch key {
    case "loss": "\(kind)/\(key) (\(unit))"
    case "accuracy": "\(kind)/\(key) (\(objective))"
    default: "\(kind)/\(key)"
    }
  }

  /// Writes scalars of one step, by tag; they are in the file when this returns.
  ///
  /// - Throws: `CheckpointError` when the disk is full.
  package func write(step: Int, _ values: [String: Double]) throws {
    var summary = ProtocolBuffer()
    for (tag, value) in values.sorted(by: { $0.key < $1.key }) {
      var scalar = ProtocolBuffer()
      scalar.add(Field.tag, text: tag)
      scalar.add(Field.simpleValue, float: Float(value))
      summary.add(Field.value, message: scalar)
    }
    var event = Self.event(step: step)
    event.add(Field.summary, message: summary)
    try append(event)
  }

  /// Field numbers of the messages.
  private enum Field {
    static let wallTime = 1, step = 2, fileVersion = 3, summary = 5, sessionLog = 7  // Event
    static let value = 1  // Summary
    static let tag = 1, simpleValue = 2  // Summary.Value
    static let sessionStatus = 1  // SessionLog
  }

  private static func event(step: Int) -> ProtocolBuffer {
    var event = ProtocolBuffer()
    event.add(Field.wallTime, double: Date().timeIntervalSince1970)
    event.add(Field.step, integer: step)
    return event
  }

  private func append(_ event: ProtocolBuffer) throws {
    let length = withUnsafeBytes(of: UInt64(event.bytes.count).littleEndian) { Array($0) }
    func sum(_ bytes: [UInt8]) -> [UInt8] {
      withUnsafeBytes(of: MaskedCRC32C.of(bytes).littleEndian) { Array($0) }
    }
    do {
      try handle.write(contentsOf: Data(length + sum(length) + event.bytes + sum(event.bytes)))
    } catch {
      throw CheckpointError(file: url.path, reason: logFailure(error))
    }
  }

  private static let prefix = "events.out.tfevents."

  /// A file of a new name: the time comes first, because TensorBoard reads files in order of name. The name comes
  /// after those in the file, also where the clock was set back.
  private static func create(in folder: URL) throws -> (URL, FileHandle) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let times = names.filter { $0.hasPrefix(prefix) }.compactMap { name in
      name.dropFirst(prefix.count).split(separator: ".").first.flatMap { Int($0) }
    }
    let now = Int(Date().timeIntervalSince1970)
    let time = max(now, (times.filter { $0 < .max }.max() ?? 0) + 1)
    let start = "\(prefix)\(time).\(hostName).\(getpid())"
    for number in 0..<1000 {
      let url = folder.appendingPathComponent("\(start).\(number)")
      let descriptor = open(url.path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o666)
      if descriptor >= 0 { return (url, FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)) }
      let code = errno
      guard code == EEXIST else {
        throw CheckpointError(
          file: url.path, reason: "could not be created: \(String(cString: strerror(code)))")
      }
    }
    throw CheckpointError(file: folder.path, reason: "too many event files of one second")
  }

  private static var hostName: String {
    let name = ProcessInfo.processInfo.hostName
    return name.isEmpty ? "localhost" : name.replacingOccurrences(of: "/", with: "-")
  }
}

/// A failed write in words, with the suggestion where there is one.
func logFailure(_ error: any Error) -> String {
  let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError ?? error as NSError
  guard cause.domain == NSPOSIXErrorDomain || cause.domain == NSCocoaErrorDomain else {
    return "could not be written: \(error)"
  }
  let isFull =
    cause.domain == NSPOSIXErrorDomain && cause.code == Int(ENOSPC)
    || cause.domain == NSCocoaErrorDomain && cause.code == CocoaError.fileWriteOutOfSpace.rawValue
  return isFull
    ? "could not be written: the disk is full; free some space and resume"
    : "could not be written: \(error.localizedDescription)"
}
