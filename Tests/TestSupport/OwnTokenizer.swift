import Settings
import Text

/// A to Z become a to z.
struct OwnLowercase: Normaliser {
  let type = "own-lowercase"
  func normalised(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    text.map { (65...90).contains($0) ? $0 + 32 : $0 }
  }
}

/// Words of three bytes.
struct OwnTriples: PreTokenizer {
  let type = "own-triples"
  let spacing = WordSpacing.kept
  func cut(
    _ text: UnsafeBufferPointer<UInt8>, _ part: Range<Int>,
    into words: UnsafeMutableBufferPointer<Range<Int>>
  ) -> (count: Int, next: Int) {
    let next = min(part.upperBound, part.lowerBound + 3)
    words[0] = part.lowerBound..<next
    return (part.isEmpty ? 0 : 1, next)
  }
}

/// Bytes whose bits are flipped by a mask, which the tokenizer's file keeps.
struct OwnFlipped: TokenModel {
  let type = "own-flipped"
  let flips: Int
  let count = 256
  let hasUnknowns = false
  let isLossless = true
  var content: [Node.Member] { [Node.Member("flips", Node(.integer(flips)))] }
  func spell(_ word: UnsafeBufferPointer<UInt8>, _ ids: TokenNumbering, into tokens: inout [Int32]) {
    for byte in word { tokens.append(ids.first + Int32(Int(byte) ^ flips)) }
  }
  func bytes(of number: Int) -> [UInt8] { [UInt8(number ^ flips)] }
}

/// A start token before a text, a separator after it.
struct OwnTemplate: Template {
  let type = "own-template"
  func frame(startsWithToken: Bool) -> TemplateFrame {
    TemplateFrame(before: [.start], between: [.separator], after: [.separator])
  }
}

/// Text in capitals.
struct OwnCapitals: TokenDecoder {
  let type = "own-capitals"
  func joined(_ tokens: [DecodedToken]) -> [UInt8] {
    tokens.flatMap(\.bytes).map { (97...122).contains($0) ? $0 - 32 : $0 }
  }
}

/// A tokenizer of which every part is a plugin's, and one that loses no text, so that it can be scored.
///
/// - Throws: `SettingsError` where a name is taken.
public func addOwnTokenizer(to registry: inout Registry) throws {
  try registry.add("own-lowercase", to: .normaliser, summary: "no capitals") { _ in OwnLowercase() }
  try registry.add("own-triples", to: .preTokenizer, summary: "three bytes") { _ in OwnTriples() }
  try registry.add("own-flipped", to: .tokenModel, summary: "bytes with flipped bits") { content in
    OwnFlipped(flips: content["flips"]?.integer ?? 0)
  }
  try registry.add("own-template", to: .template, summary: "in a frame") { _ in OwnTemplate() }
  try registry.add("own-capitals", to: .decoder, summary: "capitals") { _ in OwnCapitals() }
  try registry.add("own-pieces", to: .tokenizer, summary: "all of them") { _, _ in
    try TokenizerPipeline(
      kind: "own-pieces", normaliser: OwnLowercase(), preTokenizer: OwnTriples(),
      model: OwnFlipped(flips: 85),
      template: OwnTemplate(), decoder: OwnCapitals())
  }
  try registry.add("own-lossless", to: .tokenizer, summary: "those that keep a text") { _, _ in
    try TokenizerPipeline(
      kind: "own-lossless", preTokenizer: OwnTriples(), model: OwnFlipped(flips: 85), template: OwnTemplate())
  }
}
