import Testing

@testable import Experiments

/// What no other row of the certificate is about is in one of its own.
@Suite struct CertificateComponents {
  @Test func whatWasSwappedIsARow() throws {
    let bench = try CertificateBench()
    let base = "architecture: 'gpt', tokenizer: 'bytes', context: 12, width: 16, layers: 1"
    func rows(_ second: String) throws -> [CertificateRow] {
      try bench.certificate([
        bench.arm("a", "{ \(base) }", ["steps=3"]),
        bench.arm("b", "{ \(base), \(second) }", ["steps=3"]),
      ]).rows
    }
    let swapped = try #require(
      try rows("position: 'rotary', block: { norm: 'rms' }").first { $0.what == Certificate.components })
    #expect(!swapped.equal && swapped.standing == .declared)
    #expect(swapped.values[0].contains("position ") && swapped.values[1].contains(#"rotary"#))
    #expect(swapped.values[0].contains("norm layer") && swapped.values[1].contains("norm rms"))
    // What has a row of its own is not named twice.
    #expect(try rows("dropout: 0.1").allSatisfy { $0.what != Certificate.components })
  }
}
