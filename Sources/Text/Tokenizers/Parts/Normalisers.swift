import Foundation
import Settings

/// Characters composed as far as they can be: `e` and an accent become `é` (Unicode's form C).
///
/// - Source: Unicode Standard Annex 15.
struct ComposingNormaliser: Normaliser {
  let type = "nfc"

  func normalised(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    Array(String(decoding: text, as: UTF8.self).precomposedStringWithCanonicalMapping.utf8)
  }
}

/// Lower case, character by character: what is beside a character makes no difference, so `Σ` is always `σ`.
struct LowercaseNormaliser: Normaliser {
  let type = "lowercase"

  func normalised(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
      if scalar.isASCII {
        result.append(scalar.value &- 65 < 26 ? UInt8(scalar.value | 0x20) : UInt8(scalar.value))
      } else {
        result += scalar.properties.lowercaseMapping.utf8
      }
    }
    return result
  }
}

extension Registry {
  mutating func addNormalisers() throws {
    try add(
      "nfc", to: .normaliser, summary: "composed characters", source: "Unicode Standard Annex 15"
    ) { _ in
      ComposingNormaliser()
    }
    try add(
      "lowercase", to: .normaliser, summary: "lower case, character by character"
    ) { _ in
      LowercaseNormaliser()
    }
  }
}
