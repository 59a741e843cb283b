import Checkpoints
import Foundation
import Tensors
import Text
import Transformer

/// Everything a checkpoint holds besides tensors, as JSON in its metadata.
public struct CheckpointRecord: Codable, Sendable {
  /// The version of this layout.
  package static let currentFormat = 1

  /// Which version of this layout wrote the file.
  public var format = CheckpointRecord.currentFormat
  /// The preset's name.
  public var name: String
  /// The resolved descriptor, as JSON text.
  public var descriptor: String
  /// The resolved recipe, as JSON text; nil when the model was never trained.
  public var recipe: String?
  /// The trainer's own state, as JSON text; nil when the model was never trained.
  public var trainer: String?
  /// Optimiser steps taken.
  public var step: Int
  /// Whether the model was trained with a start token before the text.
  public var startsWithToken: Bool
  /// What the model was trained to predict at a position; nil in checkpoints from before this was recorded.
  public var predicts: Prediction?

  /// What separates documents, for a model whose attention stops there; nil for others, and in checkpoints from before
  /// this was recorded, whose models were trained across documents.
  public var documents: DocumentRule?

  /// The special tokens around every text that it reads; nil where there is at most the start token.
  public var frame: TextFrame?

  /// Where it came from, for a model that was trained elsewhere.
  public var imported: ImportRecord?

  /// The model whose weights its training began with; nil for initial values.
  public var startedFrom: StartRecord?

  /// What the head of a fine-tuned model says, as JSON text; nil for a model without one.
  public var classifier: String?

  /// Whether the file holds the state of a training: not that of an imported model, nor of a fine-tuned one.
  public var recordsTraining: Bool { trainer != nil }
  /// Whether it was imported and not trained here since.
  public var isOnlyImported: Bool { imported != nil && !recordsTraining && startedFrom == nil }
  /// Whether its training began with initial values that its recipe's seed gives again.
  public var hasKnownInitialValues: Bool { imported == nil && startedFrom == nil }

  /// A record of a model.
  package init(
    name: String, descriptor: String, recipe: String?, trainer: String?, step: Int,
    startsWithToken: Bool = false, predicts: Prediction? = nil, documents: DocumentRule? = nil,
    frame: TextFrame? = nil, imported: ImportRecord? = nil, startedFrom: StartRecord? = nil,
    classifier: String? = nil
  ) {
    self.classifier = classifier
    self.startedFrom = startedFrom
    self.frame = frame
    self.imported = imported
    self.documents = documents
    self.startsWithToken = startsWithToken
    self.predicts = predicts
    self.name = name
    self.descriptor = descriptor
    self.recipe = recipe
    self.trainer = trainer
    self.step = step
  }
}

extension CheckpointRecord {
  /// Reads a record, its format first.
  ///
  /// - Throws: `UnknownFormatError` for another format; `DecodingError` for what is no record.
  init(json: String) throws {
    let data = Data(json.utf8)
    try UnknownFormatError.check(data, readable: 1...Self.currentFormat, missing: 1)
    self = try JSONDecoder().decode(Self.self, from: data)
  }
}

/// The names under which state that is no weight is in a checkpoint.
package enum ReservedNames {
  /// The prefix of everything that is not a weight of the model.
  package static let prefix = scope + "."
  /// The scope of everything that is not a weight of the model.
  package static let scope = "training"
  /// The scope of the head of a fine-tuned model, within that.
  package static let classifier = "classifier"
  /// What an optimiser remembers of a parameter, such as its `first-moment`.
  package static func state(_ name: String, of parameter: String) -> String {
    prefix + name + "." + parameter
  }
}

/// A named buffer of floats that a checkpoint saves or loads.
public struct NamedBuffer {
  /// The name in the file.
  public let name: String
  /// The shape in the file.
  public let shape: Shape
  /// The memory.
  public let buffer: Buffer

  /// A buffer under a name.
  public init(name: String, shape: Shape, buffer: Buffer) {
    self.name = name
    self.shape = shape
    self.buffer = buffer
  }

  /// A parameter under its name.
  package init(_ parameter: Parameter) {
    self.init(name: parameter.name, shape: parameter.tensor.shape, buffer: parameter.tensor.buffer)
  }
}

extension [NamedBuffer] {
  /// The first value that is NaN or infinite, and the name of its buffer; nil where all are finite.
  ///
  /// - Throws: what reading a buffer throws.
  package func firstNonFinite() throws -> (name: String, value: Float)? {
    for named in self {
      if let found = try named.buffer.firstNonFinite(count: named.shape.count) {
        return (named.name, found.value)
      }
    }
    return nil
  }
}
