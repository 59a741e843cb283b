import Foundation

/// Measures spans: number, time (with and without inner spans), FLOPs and bytes.
///
/// One per context, used from the thread that the context lives on. Nothing is measured, and nothing
/// costs anything, while a context has no profiler.
public final class Profiler {
  /// One finished span, for the trace.
  public struct Event: Sendable {
    /// The primitive or phase.
    public let name: String
    /// Shapes or other details.
    public let detail: String
    /// Seconds since the profiler began.
    public let start: Double
    /// Seconds from opening to closing.
    public let duration: Double
  }

  /// The sum over all spans of one name.
  public struct Row: Codable, Sendable {
    /// The primitive or phase.
    public var name: String
    /// How many spans.
    public var calls = 0
    /// Seconds, inner spans included.
    public var total = 0.0
    /// Seconds, inner spans left out.
    public var own = 0.0
    /// FLOPs of matrix products, inner spans left out.
    public var flops: UInt64 = 0
    /// Bytes of all operands, inner spans left out.
    public var bytes = 0
  }

  private struct Open {
    let name: String
    let detail: String
    let start: Double
    let flops: UInt64
    var inner = 0.0
    var innerFlops: UInt64 = 0
    var bytes = 0
  }

  /// The events of the first spans, up to `traceLimit`.
  public private(set) var events: [Event] = []
  private var rows: [String: Row] = [:]
  private var stack: [Open] = []
  private let traceLimit: Int
  private let began = Profiler.now()

  /// A profiler that keeps at most `traceLimit` events for the trace; the table is not limited.
  public init(traceLimit: Int = 100_000) { self.traceLimit = traceLimit }

  /// The rows, by own time, longest first.
  public var table: [Row] { rows.values.sorted { ($0.own, $1.name) > ($1.own, $0.name) } }

  /// Forgets what was measured so far, such as a warm-up.
  package func reset() {
    rows = [:]
    events = []
  }

  func open(_ name: String, _ detail: String, flops: UInt64) {
    stack.append(Open(name: name, detail: detail, start: Profiler.now(), flops: flops))
  }

  func count(bytes: Int) {
    if !stack.isEmpty { stack[stack.count - 1].bytes += bytes }
  }

  func close(flops: UInt64) {
    guard let span = stack.popLast() else { return }
    let duration = Profiler.now() - span.start
    let spent = flops - span.flops
    if !stack.isEmpty {
      stack[stack.count - 1].inner += duration
      stack[stack.count - 1].innerFlops += spent
    }
    var row = rows[span.name] ?? Row(name: span.name)
    row.calls += 1
    row.total += duration
    row.own += duration - span.inner
    row.flops += spent - span.innerFlops
    row.bytes += span.bytes
    rows[span.name] = row
    if events.count < traceLimit {
      events.append(
        Event(name: span.name, detail: span.detail, start: span.start - began, duration: duration))
    }
  }

  /// The trace in Chrome's event format, for `chrome://tracing` and Perfetto.
  ///
  /// - Throws: an encoding error, never in practice.
  public func chromeTrace() throws -> Data {
    struct TraceEvent: Encodable {
      let name: String
      let cat = "zoo"
      let ph = "X"
      let ts: Double
      let dur: Double
      let pid = 1
      let tid = 1
      let args: [String: String]
    }
    struct Trace: Encodable {
      let traceEvents: [TraceEvent]
      let displayTimeUnit = "ms"
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(
      Trace(
        traceEvents: events.map {
          TraceEvent(
            name: $0.name, ts: $0.start * 1e6, dur: $0.duration * 1e6,
            args: $0.detail.isEmpty ? [:] : ["shape": $0.detail])
        }))
  }

  private static func now() -> Double { Double(DispatchTime.now().uptimeNanoseconds) * 1e-9 }
}
