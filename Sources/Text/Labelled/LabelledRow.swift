import Foundation
import Settings

/// The fields of a line by name.
struct LabelledRow {
  /// A value.
  enum Field: Decodable, Equatable {
    case text(String)
    case list([String])
    case other

    /// The text; nil for what is none.
    var asText: String? {
      if case .text(let text) = self { return text }
      return nil
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      func one(_ value: some CustomStringConvertible) -> Field { .text("\(value)") }
      if let value = try? container.decode(Bool.self) {
        self = one(value)
      } else if let value = try? container.decode(Int.self) {
        self = one(value)
      } else if let value = try? container.decode(Double.self) {
        self = one(value)
      } else if let value = try? container.decode(String.self) {
        self = one(value)
      } else if let values = try? container.decode([Field].self) {
        let texts = values.compactMap(\.asText)
        self = texts.count == values.count ? .list(texts) : .other
      } else {
        self = .other
      }
    }
  }

  let fields: [String: Field]
  let place: String

  /// Fields at a place.
  init(fields: [String: Field], place: String) {
    self.fields = fields
    self.place = place
  }

  /// The line as a JSON object.
  ///
  /// - Parameter field: the field of the text under another name; nil: none.
  init(json line: TextLine, field: String? = nil) throws {
    try line.expectObject()
    guard let fields = try? JSONDecoder().decode([String: Field].self, from: Data(line.text.utf8)) else {
      throw TextError(
        place: line.place, reason: "the line is not a JSON object",
        suggestion: "write one object per line, such as {\"text\": \"…\", \"label\": \"…\"}")
    }
    guard let field else {
      self.init(fields: fields, place: line.place)
      return
    }
    var named = fields
    guard let text = named.removeValue(forKey: field) else {
      throw TextError(
        place: line.place, reason: "there is no field \"\(field)\"",
        suggestion: JSONLine.otherField(than: field, fields.keys.sorted()))
    }
    named["text"] = text
    self.init(fields: named, place: line.place)
  }

  /// The text and its labels.
  func labelled(_ form: LabelledTexts.Form) throws -> LabelledText {
    switch form {
    case .classification: LabelledText([try text("text")], labels: [try text("label")], place: place)
    case .pairs:
      LabelledText([try text("first"), try text("second")], labels: [try text("label")], place: place)
    case .tagging: try tagged()
    }
  }

  private func tagged() throws -> LabelledText {
    let (words, tags) = (try list("words"), try list("tags"))
    guard words.count == tags.count else {
      throw TextError(
        place: place, reason: "there are \(words.count) words and \(tags.count) tags",
        suggestion: "write one tag per word")
    }
    return LabelledText(LabelledText.spaced(words), labels: tags, place: place)
  }

  /// A text that is not empty.
  private func text(_ column: String) throws -> String {
    guard case .text(let text) = try field(column), !TextLine(text, place: place).isBlank else {
      throw TextError(
        place: place, reason: "\"\(column)\" is empty or not a text",
        suggestion: column == "label"
          ? "give every text a label" : "write a text there, or remove the line")
    }
    return text
  }

  /// A list of texts, none empty: spaces part those of a table.
  private func list(_ column: String) throws -> [String] {
    let list: [String]
    switch try field(column) {
    case .text(let text):
      list = text.unicodeScalars.split(separator: " ").map { String($0) }
    case .list(let texts): list = texts
    case .other: list = []
    }
    guard !list.isEmpty, !list.contains(where: { TextLine($0, place: place).isBlank }) else {
      throw TextError(
        place: place, reason: "\"\(column)\" is empty or not a list of texts",
        suggestion: "write at least one text, and no empty ones")
    }
    return list
  }

  private func field(_ column: String) throws -> Field {
    let names = LabelledColumns.names[column] ?? []
    if let found = names.compactMap({ fields[$0] }).first { return found }
    let nearest = nearestName(to: column, among: Array(fields.keys)).map { "; did you mean it by \"\($0)\"?" }
    throw TextError(
      place: place, reason: "there is no field \"\(column)\"",
      suggestion: "the first line has this field, so every line needs it" + (nearest ?? ""))
  }
}
