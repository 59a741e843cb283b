import Foundation
import Inference
import Settings
import Text
import Training

/// What an evaluation found of one checkpoint on one text: a file in the run's folder, from which a report is drawn
/// without the model.
///
///     evaluations/hidden-words-1a2b3c4d.json
public struct StoredEvaluation: RecordWithTexts, Sendable, Equatable {
  public static let jsonTexts = ["question.settings", "result"]

  /// What was measured, and on what. Two that are equal have equal results.
  public struct Question: Codable, Sendable, Equatable {
    /// The evaluation's name.
    public var evaluation: String
    /// All settings, defaults included, as JSON.
    public var settings: String
    /// The step of the checkpoint.
    public var step: Int
    /// The hash of the text that the model had seen by then: it tells runs apart that took the same folder.
    public var seen: String
    /// SHA-256 of the text that was measured on; empty for an evaluation that reads none.
    public var text: String
    /// What the models can read that were asked the same questions.
    public var readers: [String]

    /// A question.
    public init(
      evaluation: String, settings: String, step: Int, seen: String, text: String, readers: [String]
    ) {
      self.evaluation = evaluation
      self.settings = settings
      self.step = step
      self.seen = seen
      self.text = text
      self.readers = readers
    }
  }

  /// What was measured.
  public var question: Question
  /// The version of the program that measured.
  public var version: String
  /// The name of the text where it is not the model's own; nil where it is, and in results from before this was
  /// recorded.
  public var textName: String?
  /// The figures.
  public var figures: [EvaluationFigure]
  /// What the evaluation keeps, as JSON.
  public var result: String

  package var storedResult: StoredResult { StoredResult(json: result, figures: figures) }
}

/// The results that are in a run's folder.
public struct EvaluationStore: Sendable {
  private let folder: URL

  /// The results of a run.
  public init(_ run: RunFolder) {
    folder = run.url.appending(path: "evaluations", directoryHint: .isDirectory)
  }

  /// The stored results, by name and step. A file that cannot be read is left out and named.
  public func all(skipped: (String) -> Void = { _ in }) -> [StoredEvaluation] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".json") }.sorted().compactMap { name in
      do { return try read(folder.appending(path: name)) } catch {
        skipped("\(error)")
        return nil
      }
    }.sorted { ($0.question.evaluation, $0.question.step) < ($1.question.evaluation, $1.question.step) }
  }

  /// The stored result of a question; nil where it was not asked, or its file cannot be read.
  package func result(of question: StoredEvaluation.Question) -> StoredResult? {
    guard let stored = try? read(url(question)), stored.question == question else { return nil }
    return stored.storedResult
  }

  /// Stores a result; one of the same question is replaced.
  ///
  /// - Parameters:
  ///   - result: what was found.
  ///   - question: what was asked.
  ///   - textName: the name of the text where it is not the model's own.
  ///   - version: that of the program.
  /// - Throws: `TrainerError` that names the file.
  package func write(
    _ result: StoredResult, of question: StoredEvaluation.Question, on textName: String? = nil,
    version: String
  ) throws {
    let url = url(question)
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw TrainerError(
        place: folder.shownPath, reason: "the folder cannot be created (\(error.localizedDescription))",
        suggestion: "make the run's folder writable; the results were printed")
    }
    try RecordFile.write(
      StoredEvaluation(
        question: question, version: version, textName: textName, figures: result.figures, result: result.json
      ),
      to: url)
  }

  private func url(_ question: StoredEvaluation.Question) -> URL {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    var hash = ContentHash()
    hash.add([UInt8]((try? encoder.encode(question)) ?? Data()))
    let name = FolderName.component(of: question.evaluation, fallback: "evaluation")
    return folder.appending(path: "\(name)-\(hash.hex.prefix(8)).json")
  }

  private func read(_ url: URL) throws -> StoredEvaluation {
    try RecordFile.read(
      url,
      missing: TrainerError(
        place: url.shownPath, reason: "there is no such result", suggestion: "measure it again"),
      damaged: TrainerError(
        place: url.shownPath, reason: "the stored result is damaged",
        suggestion: "remove the file, and measure again"))
  }
}
