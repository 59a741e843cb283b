import Checkpoints
import Foundation
import Settings

/// What is wrong with a folder, collected from steps that do not need each other, so that all is said at once.
package struct HubFaults {
  /// The file without which a folder is none of a model.
  package static let configuration = HubConfiguration.name

  private var errors: [any Error] = []

  /// Nothing is wrong yet.
  package init() {}

  /// Whether something is.
  var isEmpty: Bool { errors.isEmpty }

  /// Does a step; nil where it fails.
  package mutating func attempt<Value>(_ step: () throws -> Value) -> Value? {
    do { return try step() } catch {
      errors.append(error)
      return nil
    }
  }

  /// Adds an error that is known already.
  mutating func add(_ error: any Error) { errors.append(error) }

  /// Ends with what was collected, in the order of the steps.
  ///
  /// - Throws: the only error; of several a `SettingsError` with the problems of all.
  package func check() throws {
    guard errors.count > 1 else {
      if let only = errors.first { throw only }
      return
    }
    let titles = errors.map(Self.title).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    let problems = errors.flatMap(Self.problems).reduce(into: [Problem]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    throw SettingsError(title: titles.joined(separator: ", "), problems: problems)
  }

  /// The file or folder that an error is about.
  private static func title(_ error: any Error) -> String {
    switch error {
    case let error as SettingsError: error.title
    case let error as HubError: error.place
    case let error as CheckpointError: error.file
    case let error as InputFileError: error.place
    default: "\(type(of: error))"
    }
  }

  private static func problems(_ error: any Error) -> [Problem] {
    switch error {
    case let error as SettingsError: error.problems
    case let error as HubError: [Problem(path: "", reason: "\(error.reason); \(error.suggestion)")]
    case let error as CheckpointError: [Problem(path: error.tensor ?? error.file, reason: error.reason)]
    default: [Problem(path: "", reason: "\(error)")]
    }
  }
}
