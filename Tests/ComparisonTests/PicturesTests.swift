import AttentionAnalysis
import Foundation
import Testing

@testable import Comparison
@testable import Evaluation
@testable import Reporting

@Suite struct PicturesTests {
  let picture = ReportFixture.picture(1, .trained)

  @Test func codesKeepProbabilitiesClosely() {
    for step in 0...1000 {
      let probability = Float(step) / 1000
      let back = AttentionPicture.probability(of: AttentionPicture.code(of: probability))
      // Half a code is 1/510 of the root: at most √p / 255 of the probability, and a little.
      #expect(abs(back - probability) <= probability.squareRoot() / 255 + 1e-5)
    }
    #expect(AttentionPicture.code(of: .nan) == 0)
    #expect(AttentionPicture.code(of: 7) == 255)
    #expect(AttentionPicture.code(of: -1) == 0)
  }

  @Test func headsAreFoundWhereTheyWerePut() {
    let one = AttentionPicture(
      arm: 0, state: .trained, tokens: ["a", "b"],
      probabilities: [[[1, 0, 0.25, 0.75], [1, 0, 0, 1]], [[1, 0, 1, 0], [0.5]]])
    #expect(one.head(layer: 0, head: 0) == [255, 0, 128, 221])
    #expect(one.head(layer: 1, head: 0) == [255, 0, 255, 0])
    #expect(one.head(layer: 1, head: 1) == [180, 0, 0, 0])
    #expect(one.head(layer: 2, head: 0).isEmpty && one.head(layer: 0, head: 2).isEmpty)
  }

  @Test func stateAndTokensSurviveJSON() throws {
    let again = try JSONDecoder().decode(AttentionPicture.self, from: JSONEncoder().encode(picture))
    #expect(again.codes == picture.codes && again.tokens == picture.tokens && again.state == .trained)
  }

  @Test func everySVGIsWellFormedAndNamed() {
    let drawings = [
      AttentionSVG.grid(picture, title: "a < b & \"c\""),
      AttentionSVG.head(picture, layer: 2, head: 1, title: "one"), AttentionSVG.legend(),
    ]
    for drawing in drawings {
      let reader = PageReader.read(drawing)
      #expect(reader.problem == nil)
      #expect(reader.elements.first?.name == "svg")
      #expect(reader.elements.contains { $0.name == "image" })
      #expect(!drawing.lowercased().contains("nan"))
    }
  }

  @Test func theEnlargedHeadNamesEveryTokenOnBothAxes() {
    let reader = PageReader.read(AttentionSVG.head(picture, layer: 0, head: 0, title: "one"))
    let labels = reader.elements.filter { $0.name == "text" }
    #expect(labels.count == 2 * picture.tokens.count)
    let tiles = PageReader.read(AttentionSVG.grid(picture, title: "all")).elements
      .filter { $0.attributes["class"] == "tile" }
    #expect(tiles.count == 16)
  }

  @Test func theScaleDarkensEvenly() {
    let lightness = (0...255).map { code -> Double in
      let (red, green, blue) = ColourScale.colour(of: UInt8(code))
      return 0.2126 * Double(red) + 0.7152 * Double(green) + 0.0722 * Double(blue)
    }
    for (before, after) in zip(lightness, lightness.dropFirst()) { #expect(after <= before) }
    #expect(lightness[0] - lightness[255] > 200)
    #expect(Set(ColourScale.hexadecimal).count > 200)
    #expect(ColourScale.hexadecimal.allSatisfy { $0.count == 6 })
  }

  @Test func imagesAreValidPNG() {
    var image = PixelImage(width: 3, height: 2)
    image.set(1, 1, code: 200)
    image.set(2, 0, code: 0)
    #expect(image.pixels == [0, 0, 1, 0, 200, 0])
    let file = [UInt8](image.png)
    #expect(file.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    // The checksum of an empty last chunk is a constant of the format.
    #expect(file.suffix(12) == [0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82])
    #expect(PixelImage.checksum(Array("123456789".utf8)) == 0xCBF4_3926)
    // zlib's head, one last stored block of 8 bytes, the rows, Adler-32 of 0 0 0 1 0 0 200 0.
    let rows: [UInt8] = [0x78, 0x01, 1, 8, 0, 247, 255, 0, 0, 0, 1, 0, 0, 200, 0]
    let place = file.indices.first { file[$0...].starts(with: rows) }
    #expect(place != nil)
    if let place { #expect(Array(file[(place + rows.count)...].prefix(4)) == [0x01, 0x9D, 0x00, 0xCA]) }
  }

  @Test func largeHeadsAreShrunkButKeepTheirPeaks() {
    let size = 90
    var values = [Float](repeating: 0, count: size * size)
    values[size * size - 1] = 1
    let large = AttentionPicture(
      arm: 0, state: .trained, tokens: (0..<size).map { "t\($0)" }, probabilities: [[values]])
    let small = AttentionSVG.grid(large, title: "large")
    #expect(small.utf8.count < 6000)
    #expect(PageReader.read(small).problem == nil)
    #expect(PageReader.read(AttentionSVG.head(large, layer: 0, head: 0, title: "x")).problem == nil)
  }

  /// A picture of random codes, which no compression makes small.
  private static func noise(_ state: AttentionPicture.State, layers: Int, heads: Int, tokens: Int)
    -> AttentionPicture
  {
    var random: UInt64 = 3
    let values = (0..<layers).map { _ in
      (0..<heads).map { _ in
        (0..<tokens * tokens).map { _ -> Float in
          random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          return Float(random >> 40) / Float(1 << 24)
        }
      }
    }
    return AttentionPicture(
      arm: 0, state: state, tokens: (0..<tokens).map { "t\($0)" }, probabilities: values)
  }

  /// 12 × 12 heads on 128 tokens, at worst.
  @Test func aLargeModelMakesAPageBelowFiveMegabytes() {
    let pictures = [AttentionPicture.State.untrained, .trained].map {
      Self.noise($0, layers: 12, heads: 12, tokens: 128)
    }
    let html = AttentionPage.html(title: "x", command: "zoo", arms: ["bert"], pictures: pictures)
    #expect(html.utf8.count < 5_000_000, "\(html.utf8.count)")
    #expect(html.components(separatedBy: "data-picture='").count == 3)
    #expect(html.contains("is shown in 17 shades"))
  }

  @Test func whatFitsIsPackedExactlyAndTheRestCoarserOrNot() throws {
    let pictures = [AttentionPicture.State.untrained, .trained].map {
      Self.noise($0, layers: 2, heads: 2, tokens: 16)
    }
    let whole = pictures.map { PackedPictures.packed($0.codes, step: 1).utf8.count }
    let all = PackedPictures(pictures, maxCharacters: whole[0] + whole[1])
    #expect(all.codes.count == 2 && all.step == 1 && all.remark(of: 2) == nil)
    let coarser = PackedPictures(pictures, maxCharacters: whole[0] + whole[1] - 1)
    #expect(coarser.codes.count == 2 && coarser.step > 1)
    #expect(coarser.remark(of: 2)?.contains("shades") == true)
    // Of two that do not fit on any scale the trained one is shown.
    let coarse = pictures.map { PackedPictures.packed($0.codes, step: 16).utf8.count }
    let one = PackedPictures(pictures, maxCharacters: coarse[1])
    #expect(one.codes.keys.sorted() == [1] && one.remark(of: 2)?.contains("left out") == true)
    let none = PackedPictures(pictures, maxCharacters: 10)
    #expect(none.codes == [1: ""] && none.remark(of: 2)?.contains("--layer") == true)

    // Codes are rounded to the nearest one, never past the largest.
    let rounded = try #require(
      Data(base64Encoded: PackedPictures.packed(Data([0, 7, 8, 250, 255]), step: 16)))
    #expect([UInt8](rounded) == Deflated.bytes([0, 0, 16, 255, 255]))
  }

  @Test func aPairIsDividedInEveryPicture() {
    var pair = picture
    pair.second = 2
    let head = AttentionSVG.head(pair, layer: 0, head: 0, title: "x")
    let reader = PageReader.read(head)
    #expect(reader.problem == nil)
    #expect(reader.elements.count { $0.attributes["class"] == "division" } == 1)
    #expect(head.contains(">A<") && head.contains(">B<"))
    let grid = PageReader.read(AttentionSVG.grid(pair, title: "x"))
    #expect(grid.elements.count { $0.attributes["class"] == "division" } == 16)
    // A damaged record's place is not drawn.
    pair.second = pair.tokens.count
    #expect(!pair.isDrawable)
  }

  @Test func thePageOpensWithThePointedHead() {
    var grid = [[[Float]]](
      repeating: [[Float]](repeating: [Float](repeating: 0.25, count: 16), count: 2), count: 2)
    grid[1][0] = [1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1, 0]
    let pointed = AttentionPicture(
      arm: 0, state: .trained, tokens: ["a", "b", "c", "d"], probabilities: grid)
    let best = AttentionSVG.mostFocused(pointed)
    #expect(best.layer == 1 && best.head == 0)
  }

  /// Tokens are shown of every model that has others, behind its name; of equal ones once.
  @Test func tokensOfAllModelsAreShown() {
    let first = ReportFixture.picture(0, .trained)
    var other = ReportFixture.picture(1, .trained)
    func lines() -> Int {
      AttentionPage.html(
        title: "x", command: "zoo", arms: ["bert", "gpt"], notes: ["bert: after 4 steps"],
        pictures: [first, other]
      ).components(separatedBy: "<p class='tokens'").count - 1
    }
    #expect(lines() == 1)
    other.tokens[0] = "other"
    #expect(lines() == 2)
  }

  @Test(arguments: [1, 2]) func theCommandsPageShowsModelsSideBySide(_ count: Int) {
    let arms = Array(["bert", "gpt <2>"].prefix(count))
    let pictures = arms.indices.flatMap {
      [ReportFixture.picture($0, .untrained), ReportFixture.picture($0, .trained)]
    }
    let html = AttentionPage.html(
      title: "Attention", command: "zoo attention", arms: arms, pictures: pictures)
    let reader = PageReader.read(html)
    #expect(reader.problem == nil)
    #expect(reader.sections == ["attention"])
    #expect(reader.elements.filter { $0.attributes["data-picture"] != nil }.count == 2 * count)
  }
}
