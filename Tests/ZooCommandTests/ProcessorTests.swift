import CProcessor
import CProcessorRequired
import Testing

/// What a processor lacks of the instructions that the program was built with.
@Suite struct ProcessorTests {
  private static func set(_ features: [Int]) -> UInt64 { features.reduce(0) { $0 | 1 << UInt64($1) } }
  private static let (avx2, avx512f, avx512vl) = (
    Int(zoo_feature_avx2), Int(zoo_feature_avx512f), Int(zoo_feature_avx512vl)
  )

  @Test func whatIsRequiredAndNotPresentIsLacking() {
    let older = Self.set([Self.avx2])
    let newer = Self.set([Self.avx2, Self.avx512f, Self.avx512vl])
    #expect(zoo_processor_lacking(older, newer) == 0)
    #expect(zoo_processor_lacking(newer, newer) == 0)
    #expect(zoo_processor_lacking(newer, older) == Self.set([Self.avx512f, Self.avx512vl]))
    #expect(zoo_processor_lacking(0, 0) == 0)
    // The tests run, so this machine has what they were built with.
    #expect(zoo_processor_lacking(zoo_processor_required, zoo_processor_features()) == 0)
  }

  @Test func theErrorNamesThemAndWhatToDo() {
    func error(_ lacking: UInt64, size: Int) -> String {
      var text = [CChar](repeating: 0x7E, count: size + 1)
      let length = zoo_processor_error(lacking, &text, size)
      #expect(length <= size && text[size] == 0x7E)
      return String(decoding: text[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
    let lacking = Self.set([Self.avx512f, Self.avx512vl])
    #expect(
      error(lacking, size: 1000)
        == "zoo: error: the program was built for a processor with other instructions; this one lacks avx512f, "
        + "avx512vl; build it on this machine, from its sources, with: ./zoo --version\n")
    // Everything fits into what the program has for it, and less is cut.
    #expect(error(.max, size: 1024).hasSuffix("./zoo --version\n"))
    #expect(error(lacking, size: 12) == "zoo: error: ")
    #expect(error(lacking, size: 0) == "")
  }

  /// This very build needs what the compiler was told to use: at least what Swift needs on every processor is no part.
  @Test func theBuildRequiresItsOwnInstructions() {
    #if arch(x86_64)
      let features = zoo_processor_features()
      #expect(features != .max && features >> UInt64(zoo_feature_count) == 0)
      // `-march=native` is all of this processor but what its system or the compiler does not know.
      #expect(zoo_processor_required & features == zoo_processor_required)
      #expect(zoo_processor_required & 1 << UInt64(zoo_feature_sse3) != 0)
    #else
      #expect(zoo_processor_required == 0)
    #endif
  }
}
