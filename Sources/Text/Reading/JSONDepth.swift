/// How deeply lists and objects of JSON are nested.
package enum JSONDepth {
  /// The largest depth that is read; deeper ones would exhaust the stack.
  package static let max = 200

  /// What is wrong with deeper JSON.
  package static let reason = "lists and objects are nested more than \(max) levels deep"

  /// Whether bytes of JSON are nested more deeply than is read, as far as they are valid.
  package static func isExceeded(by bytes: some Sequence<UInt8>) -> Bool {
    var (depth, isInText, isEscaped) = (0, false, false)
    for byte in bytes {
      if isInText {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInText = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isInText = true
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        depth += 1
        if depth > max { return true }
      case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
      default: continue
      }
    }
    return false
  }
}
