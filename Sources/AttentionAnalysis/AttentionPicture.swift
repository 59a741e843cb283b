import Foundation

/// The attention probabilities of one model on one sentence: every layer and head, in 8 bits each.
///
/// A probability p is kept as round(255 · √p): small probabilities keep more of their precision, and
/// the same code is the index into the colour scale (``ColourScale``).
public struct AttentionPicture: Codable, Sendable {
  /// What the model had gone through.
  public enum State: String, Codable, Sendable, CaseIterable {
    /// Fresh from initialisation.
    case untrained
    /// At a step between the first and the last.
    case duringTraining = "during training"
    /// After training.
    case trained
    /// Trained with its positions taken away.
    case withoutPositions = "without positions"
  }

  /// Index of the arm.
  public var arm: Int
  /// What the model had gone through.
  public var state: State
  /// Which sentence, when a report shows several; pictures of one sentence are beside each other.
  public var sentence: Int
  /// Visible form of every token.
  public var tokens: [String]
  /// The place of the first token of the second sentence, where the model read two; nil: it read one.
  public var second: Int?
  /// Number of layers.
  public let layers: Int
  /// Number of heads in a layer.
  public let heads: Int
  /// Codes in the order layer, head, query, key: layers · heads · tokens² bytes.
  public let codes: Data

  /// Creates a picture from probabilities.
  ///
  /// - Shapes: `probabilities[layer][head]` holds tokens × tokens values, one row a query.
  ///   Missing values count as 0, surplus ones are left out, values are clamped to 0...1.
  public init(
    arm: Int, state: State, sentence: Int = 0, tokens: [String], second: Int? = nil,
    probabilities: [[[Float]]]
  ) {
    self.second = second
    self.arm = arm
    self.state = state
    self.sentence = sentence
    self.tokens = tokens
    layers = probabilities.count
    heads = probabilities.map(\.count).max() ?? 0
    let area = tokens.count * tokens.count
    var codes = Data(capacity: layers * heads * area)
    for layer in probabilities {
      for head in 0..<heads {
        let values = head < layer.count ? layer[head] : []
        for index in 0..<area {
          codes.append(index < values.count ? AttentionPicture.code(of: values[index]) : 0)
        }
      }
    }
    self.codes = codes
  }

  /// 8-bit code of a probability: round(255 · √p); not-a-number counts as 0.
  public static func code(of probability: Float) -> UInt8 {
    guard probability > 0 else { return 0 }
    return UInt8((255 * min(probability, 1).squareRoot()).rounded())
  }

  /// The probability that a code stands for: (code / 255)².
  public static func probability(of code: UInt8) -> Float {
    let root = Float(code) / 255
    return root * root
  }

  /// Whether every head is there: a picture read from a damaged file may lack some.
  package var isDrawable: Bool {
    layers > 0 && heads > 0 && layers <= 1000 && heads <= 1000 && !tokens.isEmpty && tokens.count <= 4096
      && codes.count == layers * heads * tokens.count * tokens.count
      && (second.map { (1..<tokens.count).contains($0) } ?? true)
  }

  /// Codes of one head, tokens × tokens, one row a query; empty for a head that is not there.
  public func head(layer: Int, head: Int) -> [UInt8] {
    let area = tokens.count * tokens.count
    let start = (layer * heads + head) * area
    guard layer >= 0, head >= 0, layer < layers, head < heads, start + area <= codes.count else { return [] }
    return [UInt8](codes[codes.startIndex + start..<codes.startIndex + start + area])
  }
}
