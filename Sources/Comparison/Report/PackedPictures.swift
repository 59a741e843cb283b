import AttentionAnalysis
import Foundation
import Reporting

/// Pictures as a page holds them, for choosing heads: compressed, and on a coarser scale where all of them would be too
/// large.
struct PackedPictures {
  /// Characters of compressed codes that a page holds at most, so that with its drawings it stays below 5 MB.
  static let maxCharacters = 3_600_000
  /// How far apart the codes of each scale are, the finest first.
  static let steps = [1, 4, 16]

  /// The compressed codes by the index of their picture; a picture that has none is left out.
  let codes: [Int: String]
  /// How far apart two codes are.
  let step: Int

  /// Packs as many pictures as fit, on the finest scale on which all do.
  ///
  /// - Parameters:
  ///   - pictures: all of a page; damaged ones are left out.
  ///   - maxCharacters: what their codes may take.
  init(_ pictures: [AttentionPicture], maxCharacters: Int = PackedPictures.maxCharacters) {
    // Where not all fit, what training made of the models counts more than what they began with.
    let order = pictures.indices.filter { pictures[$0].isDrawable }
      .sorted {
        (pictures[$0].state == .untrained ? 1 : 0, $0) < (pictures[$1].state == .untrained ? 1 : 0, $1)
      }
    var codes: [Int: String] = [:]
    var step = 1
    for next in Self.steps {
      (codes, step) = ([:], next)
      var used = 0
      for index in order {
        let packed = Self.packed(pictures[index].codes, step: step)
        guard used + packed.utf8.count <= maxCharacters else { continue }
        used += packed.utf8.count
        codes[index] = packed
      }
      if codes.count == order.count { break }
    }
    // A model that is too large for any scale is still shown, without a choice of its heads.
    if codes.isEmpty, let first = order.first { codes[first] = "" }
    (self.codes, self.step) = (codes, step)
  }

  /// Codes, rounded to multiples of a step, as a compressed text.
  static func packed(_ codes: Data, step: Int) -> String {
    let rounded =
      step == 1
      ? [UInt8](codes) : codes.map { UInt8(min(255, (Int($0) + step / 2) / step * step)) }
    return Data(Deflated.bytes(rounded) ?? []).base64EncodedString()
  }

  /// What a reader has to know of it; nil where everything is there.
  ///
  /// - Parameter all: how many pictures there were.
  func remark(of all: Int) -> String? {
    var remarks: [String] = []
    if step > 1 {
      remarks.append(
        "To keep the page small, the chosen head is shown in \((255 + step - 1) / step + 1) shades.")
    }
    if codes.values.contains("") {
      remarks.append(
        "The model is too large for a choice of heads on the page; zoo attention with --layer and --head draws each."
      )
    }
    if all > codes.count {
      remarks.append(
        "Pictures left out, incomplete ones or to keep the page small: \(all - codes.count).")
    }
    return remarks.isEmpty ? nil : remarks.joined(separator: " ")
  }
}
