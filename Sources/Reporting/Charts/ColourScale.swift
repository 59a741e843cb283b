import Foundation

/// The colours of attention pictures: one scale for every picture, so that pictures can be compared.
///
/// A code c stands for the probability (c / 255)². Lightness falls evenly with the code, so the scale
/// also reads in grey and for colour-blind readers. On a dark page the pictures are shown with
/// lightness inverted.
package enum ColourScale {
  /// Corner colours from probability 0 to 1; between them the colours are mixed evenly.
  package static let corners: [(red: Double, green: Double, blue: Double)] = [
    (247, 248, 249), (213, 232, 212), (126, 197, 190), (48, 133, 179), (30, 66, 138), (18, 20, 74),
  ]

  /// Red, green and blue of a code.
  package static func colour(of code: UInt8) -> (red: UInt8, green: UInt8, blue: UInt8) {
    let place = Double(code) / 255 * Double(corners.count - 1)
    let index = min(Int(place), corners.count - 2)
    let rest = place - Double(index)
    func mix(_ left: Double, _ right: Double) -> UInt8 { UInt8((left + (right - left) * rest).rounded()) }
    let (low, high) = (corners[index], corners[index + 1])
    return (mix(low.red, high.red), mix(low.green, high.green), mix(low.blue, high.blue))
  }

  /// All colours as `rrggbb`, by code.
  package static var hexadecimal: [String] {
    (0...255).map { code in
      let (red, green, blue) = colour(of: UInt8(code))
      return [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
  }
}
