import Inference
import Tensors
import Text
import Transformer
import Zoo

/// What a model holds probable at single places of windows: whole distributions over the tokens that stand for
/// text.
public struct PlaceScoring {
  private let model: LoadedModel
  /// Most tokens of one pass.
  private static let maxTokens = 4096

  /// Scoring with a model.
  ///
  /// - Throws: `InferenceError` as `WindowScoring`, for the same models.
  public init(_ model: LoadedModel) throws {
    _ = try WindowScoring(model)
    self.model = model
  }

  /// What the model can be asked with: the left side alone, and both if it predicts masked tokens and sees both.
  public var sides: [ChoiceContext] {
    model.predicts == .hidden && model.model.mask.seesFuture ? ChoiceContext.allCases : [.leftOnly]
  }

  /// The probability of every token at each place, given what is before it or all the rest.
  ///
  /// For the left side alone, a model that sees both has all behind the place masked.
  ///
  /// - Parameters:
  ///   - windows: `[windows][length]`, all of one length.
  ///   - places: `[windows][places]`, indices into the windows.
  ///   - side: the side whose context is visible.
  /// - Returns: `[windows][places][vocabulary]`; special tokens have 0, the others add up to 1.
  /// - Throws: `ShapeError` for windows that are longer than the context; `MemoryError`.
  public func distributions(_ windows: [[Int32]], at places: [[Int]], _ side: ChoiceContext) throws
    -> [[[Double]]]
  {
    precondition(windows.count == places.count, "\(windows.count) windows, \(places.count) lists of places")
    precondition(Set(windows.map(\.count)).count <= 1, "windows of one length are read together")
    precondition(sides.contains(side), "a model that sees one side cannot be asked with both")
    guard windows.first?.isEmpty == false else { return windows.map { _ in [] } }
    let readings = try windows.indices.flatMap { try read(windows[$0], $0, places[$0], side) }
    guard let time = readings.first?.ids.count else { return windows.map { _ in [] } }
    var found = places.map { $0.map { _ in [Double]() } }
    let size = max(1, Self.maxTokens / time)
    for start in stride(from: 0, to: readings.count, by: size) {
      let batch = readings[start..<min(start + size, readings.count)]
      let asked = batch.enumerated().flatMap { row, reading in reading.asked.map { row * time + $0.at } }
      let rows = try model.logProbabilities(batch.flatMap(\.ids), batch: batch.count, at: asked)
      var next = rows.makeIterator()
      for reading in batch {
        for question in reading.asked {
          found[reading.window][question.answer] = model.textProbabilities(next.next() ?? [])
        }
      }
    }
    return found
  }

  /// A window as the model reads it, and what is read off it.
  private struct Reading {
    let ids: [Int32]
    let window: Int
    /// Where in `ids`, and for which entry of the window's places.
    let asked: [(at: Int, answer: Int)]
  }

  private func read(_ window: [Int32], _ index: Int, _ places: [Int], _ side: ChoiceContext) throws
    -> [Reading]
  {
    guard model.predicts == .hidden else {
      // A start token is before the text, so what is predicted of a place is at its own index.
      let asked = places.enumerated().map { (at: $0.element, answer: $0.offset) }
      return [Reading(ids: model.input(window.dropLast()), window: index, asked: asked)]
    }
    let mask = try model.maskToken(for: "scoring of places")
    return places.enumerated().map { answer, place in
      var ids = window
      for hidden in place..<(side == .leftOnly ? ids.count : place + 1) { ids[hidden] = mask }
      return Reading(
        ids: model.hiddenInput(ids), window: index,
        asked: [(at: model.predictionPlace(place), answer: answer)])
    }
  }
}
