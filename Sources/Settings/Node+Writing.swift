extension Node {
  /// The tree as JSON text: keys in their order, every number in its shortest exact form.
  ///
  /// Reading the text gives an equal tree, and equal trees give equal text.
  ///
  /// - Parameter indented: one member a line, for people; otherwise all on one line.
  public func json(indented: Bool = false) -> String {
    var text = ""
    write(to: &text, indent: indented ? 0 : nil)
    return text
  }

  private func write(to text: inout String, indent: Int?) {
    switch value {
    case .null: text += "null"
    case .flag(let flag): text += flag ? "true" : "false"
    case .integer(let integer): text += "\(integer)"
    case .number(let number):
      text += number.isFinite ? "\(number)" : number.isNaN ? "NaN" : number < 0 ? "-Infinity" : "Infinity"
    case .text(let string): Self.write(string, to: &text)
    case .list(let elements):
      Self.write(elements, between: "[", "]", to: &text, indent: indent) { element, text, indent in
        element.write(to: &text, indent: indent)
      }
    case .object(let members):
      Self.write(members, between: "{", "}", to: &text, indent: indent) { member, text, indent in
        Self.write(member.key, to: &text)
        text += indent == nil ? ":" : ": "
        member.value.write(to: &text, indent: indent)
      }
    }
  }

  private static func write<Item>(
    _ items: [Item], between open: String, _ close: String, to text: inout String, indent: Int?,
    _ body: (Item, inout String, Int?) -> Void
  ) {
    let inner = indent.map { $0 + 2 }
    func newLine(_ indent: Int?) -> String { indent.map { "\n" + String(repeating: " ", count: $0) } ?? "" }
    text += open
    for (index, item) in items.enumerated() {
      text += (index == 0 ? "" : ",") + newLine(inner)
      body(item, &text, inner)
    }
    text += (items.isEmpty ? "" : newLine(indent)) + close
  }

  private static func write(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x2028 || scalar.value == 0x2029:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
