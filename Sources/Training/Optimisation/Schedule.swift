import Foundation
import Settings

/// The learning rate at every step: a rise, then a course to the end.
public struct Schedule: Sendable, Equatable {
  /// The course after the rise.
  public enum Course: String, CaseIterable, Sendable {
    /// Half a cosine from the peak to the floor; Loshchilov and Hutter, "SGDR", 2017.
    case cosine
    /// A straight line from the peak to the floor.
    case linear
    /// The peak to the end.
    case constant
    /// The peak, then a straight fall over the last part; Hu et al., "MiniCPM", 2024.
    case warmupStableDecay = "warmup-stable-decay"
  }

  /// The course after the rise.
  public var course: Course
  /// The highest learning rate.
  public var peak: Double
  /// The learning rate at the end, as a share of the peak.
  public var floor: Double
  /// Steps of the rise.
  public var warmup: Int
  /// Share of all steps that the fall takes, for `warmupStableDecay`.
  public var decayShare: Double
  /// All steps.
  public var steps: Int

  /// The learning rate of step `step`, counted from 0.
  public func learningRate(at step: Int) -> Double {
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

  /// The declarations, for `list` and validation.
  public static let declarations: [ComponentDeclaration] = Course.allCases.map { course in
    var settings = [
      Setting(
        "warmup", .integer(0...100_000_000), default: .integer(100), help: "steps of the rise from zero"),
      Setting(
        "floor", .number(0...1), default: .number(0.1), help: "rate at the end, as a share of the peak"),
    ]
    if course == .constant { settings.removeLast() }
    if course == .warmupStableDecay {
      settings.append(
        Setting("decay", .number(0...1), default: .number(0.2), help: "share of the steps that fall"))
    }
    let summary =
      switch course {
      case .cosine: "half a cosine to the floor"
      case .linear: "a straight line to the floor"
      case .constant: "the peak to the end"
      case .warmupStableDecay: "the peak, then a straight fall to the floor"
      }
    return ComponentDeclaration(
      family: "schedule", name: course.rawValue, summary: summary, settings: settings, source: "",
      origin: "Training")
  }

  /// A schedule from its parts.
  public init(course: Course, peak: Double, floor: Double, warmup: Int, decayShare: Double, steps: Int) {
    self.course = course
    self.peak = peak
    self.floor = floor
    self.warmup = warmup
    self.decayShare = decayShare
    self.steps = steps
  }

  /// The schedule that resolved settings name.
  public init(_ settings: Resolved, peak: Double, steps: Int) {
    course = Course(rawValue: settings.type) ?? .cosine
    self.peak = peak
    self.steps = steps
    warmup = min(settings.integer("warmup"), steps)
    floor = settings.declares("floor") ? settings.number("floor") : 1
    decayShare = settings.declares("decay") ? settings.number("decay") : 0
  }
}
