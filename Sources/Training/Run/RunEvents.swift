import Foundation

/// An event of a run.
public enum RunEvent {
  /// A step was taken.
  case step(StepReport, TrainerState)
  /// An evaluation begins.
  case evaluating(TrainerState)
  /// The model was evaluated.
  case evaluation(EvaluationReport, TrainerState)
  /// A checkpoint was written.
  case saved(URL)
  /// Something went wrong that training survives, such as a checkpoint that found no room.
  case warning(String)
}

/// A receiver of the events of a run, such as a console, a log or a dashboard.
public protocol RunEventSink {
  /// Receives one event, on the thread that trains.
  ///
  /// - Throws: anything; the sink then gets no further events, the others are warned, and training continues.
  func receive(_ event: RunEvent) throws
}

/// Observers of a run: any number of sinks that receive its events, and callbacks that control it.
public struct RunEvents {
  /// A sink, and whether it still receives.
  private final class Listener {
    let sink: any RunEventSink
    var isActive = true
    init(_ sink: any RunEventSink) { self.sink = sink }
  }

  private struct ClosureSink: RunEventSink {
    let body: (RunEvent) throws -> Void
    func receive(_ event: RunEvent) throws { try body(event) }
  }

  private var listeners: [Listener] = []

  /// Further measures taken with every evaluation; they go into the metrics with the loss. Of several processes only
  /// the first takes them.
  public var measure: (Trainer) throws -> [String: Double] = { _ in [:] }
  /// Called when there was no room for the last checkpoint: whether to try again, such as after a pause in which
  /// the user can free space. The model is kept in memory until then.
  public var triesAgain: () -> Bool = { false }
  /// Called before every step: whether to save and stop. If it is true in one of several processes, all of them stop.
  public var shouldStop: () -> Bool = { false }
  /// Called before every operation of a step or an evaluation: whether to give it up, save the state before it, and
  /// stop. The step is repeated when the run is resumed, with the same bits. Nil: it is finished first. Several
  /// processes call it only before every step.
  public var shouldInterrupt: (() -> Bool)?

  /// No sinks, and callbacks that change nothing.
  public init() {}

  /// Adds a sink; sinks receive events in the order in which they were added.
  public mutating func add(_ sink: any RunEventSink) { listeners.append(Listener(sink)) }

  /// Adds a closure as a sink.
  public mutating func onEvent(_ receive: @escaping (RunEvent) throws -> Void) {
    add(ClosureSink(body: receive))
  }

  /// Leaves the sinks out that were added so far.
  package mutating func removeSinks() { listeners = [] }

  /// Tells all sinks. One that throws is left out from then on.
  package func tell(_ event: RunEvent) {
    for listener in listeners where listener.isActive {
      do { try listener.sink.receive(event) } catch {
        listener.isActive = false
        tell(.warning("\(type(of: listener.sink)) receives no more events of the run: \(error)"))
      }
    }
  }
}
