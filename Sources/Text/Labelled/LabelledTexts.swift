/// A text with its labels.
public struct LabelledText: Sendable, Equatable {
  /// One text, two texts, or the words of one text, each with the space before it.
  public let parts: [String]
  /// The label; for words, one per word.
  public let labels: [String]
  /// Texts made from one another have one origin and stay together when a set is split; nil: made from none.
  public let origin: Int?
  /// Where it is, `file:line`, for errors.
  public let place: String

  /// A text with its labels.
  public init(_ parts: [String], labels: [String], origin: Int? = nil, place: String = "") {
    self.parts = parts
    self.labels = labels
    self.origin = origin
    self.place = place
  }
}

/// Texts with labels: what a pretrained model is fine-tuned on.
public struct LabelledTexts: Sendable {
  /// What the labels are said of.
  public enum Form: String, Sendable, Codable, CaseIterable {
    /// A text.
    case classification
    /// Two texts.
    case pairs
    /// Every word of a text.
    case tagging
  }

  /// The name in tables: a task's, or a file's.
  public let name: String
  /// What the labels are said of.
  public let form: Form
  /// The texts, at least one.
  public let texts: [LabelledText]

  /// Texts of one form.
  public init(name: String, form: Form, texts: [LabelledText]) {
    self.name = name
    self.form = form
    self.texts = texts
  }

  /// The same without some of its texts.
  package func keeping(_ isKept: (LabelledText) throws -> Bool) rethrows -> LabelledTexts {
    LabelledTexts(name: name, form: form, texts: try texts.filter(isKept))
  }

  /// Every label, in alphabetical order.
  public var labels: [String] { Set(texts.flatMap(\.labels)).sorted() }
}
