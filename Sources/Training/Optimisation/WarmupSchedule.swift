import Foundation
import Settings
import Zoo

/// A rise of the learning rate, then a course to the end.
package struct WarmupSchedule: Schedule, Equatable {
  /// The course after the rise.
  package enum Course: String, CaseIterable, Sendable {
    /// Half a cosine from the peak to the floor; Loshchilov and Hutter, "SGDR", 2017.
    case cosine
    /// A straight line from the peak to the floor.
    case linear
    /// The peak to the end.
    case constant
    /// The peak, then linear decay over the last part; Hu et al., "MiniCPM", 2024.
    case warmupStableDecay = "warmup-stable-decay"
  }

  /// The course after the rise.
  package var course: Course
  /// The learning rate at the end, as a fraction of the peak.
  package var floor: Double
  /// Steps of the rise.
  package var warmup: Int
  /// Share of all steps that the fall takes, for `warmupStableDecay`.
  package var decayShare: Double

  /// A schedule from its parts.
  package init(course: Course, floor: Double, warmup: Int, decayShare: Double = 0) {
    self.course = course
    self.floor = floor
    self.warmup = warmup
    self.decayShare = decayShare
  }

  package func learningRate(at step: Int, of steps: Int, peak: Double) -> Double {
    let warmup = min(warmup, steps)
    if step < warmup { return peak * Double(step + 1) / Double(warmup + 1) }
    let low = peak * floor
    let course = Double(step - warmup) / Double(max(1, steps - warmup))
    switch self.course {
    case .cosine: return low + (peak - low) * 0.5 * (1 + cos(Double.pi * min(1, course)))
    case .linear: return peak + (low - peak) * min(1, course)
    case .constant: return peak
    case .warmupStableDecay:
      let fall = max(1, Int((decayShare * Double(steps)).rounded()))
      let into = Double(step - (steps - fall)) / Double(fall)
      return peak + (low - peak) * min(1, max(0, into))
    }
  }
}

/// What the core's schedules let you choose.
package enum ScheduleSettings {
  package static let warmup = Key.integer(
    "warmup", 0...100_000_000, default: 100, help: "linear warm-up steps, at most all steps of the run")
  package static let floor = Key.number(
    "floor", 0...1, default: 0.1, help: "final learning rate, as a fraction of the peak")
  package static let decay = Key.number(
    "decay", 0...1, default: 0.2, help: "fraction of the steps in which the rate decays")
}

extension WarmupSchedule {
  static func register(in registry: inout Registry) throws {
    let courses: [(course: Course, keys: [any SettingKey], summary: String)] = [
      (.cosine, [ScheduleSettings.floor], "warm-up, then cosine decay to the floor"),
      (.linear, [ScheduleSettings.floor], "warm-up, then linear decay to the floor"),
      (.constant, [], "warm-up, then constant"),
      (
        .warmupStableDecay, [ScheduleSettings.floor, ScheduleSettings.decay],
        "warm-up, constant, then linear decay to the floor"
      ),
    ]
    for (course, keys, summary) in courses {
      try registry.add(
        course.rawValue, to: .schedule, summary: summary, keys: [ScheduleSettings.warmup] + keys
      ) { settings in
        WarmupSchedule(
          course: course, floor: settings.value(of: ScheduleSettings.floor) ?? 1,
          warmup: settings[ScheduleSettings.warmup],
          decayShare: settings.value(of: ScheduleSettings.decay) ?? 0)
      }
    }
  }
}
