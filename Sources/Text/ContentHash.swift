import CCrypto
import Foundation

/// A running SHA-256 over content bytes, so that two runs can show that they have seen the same text in the
/// same order, whatever their tokenizers.
///
/// It does not matter in which portions the bytes come. The state can be saved, so that a resumed run continues
/// with the same hash.
package struct ContentHash: Sendable {
  private var context: SHA256_CTX

  /// The hash of nothing yet.
  package init() {
    context = SHA256_CTX()
    SHA256_Init(&context)
  }

  /// Continues from a saved state.
  ///
  /// Every field is checked, for the hash continues writing where they say.
  ///
  /// - Throws: `TextError` when it is not one.
  package init(state: Data) throws {
    func damaged(_ reason: String) -> TextError {
      TextError(
        place: "state of the content hash", reason: reason,
        suggestion: "the checkpoint is damaged: resume from another one")
    }
    guard state.count == MemoryLayout<SHA256_CTX>.size else {
      throw damaged("has \(state.count) bytes, not \(MemoryLayout<SHA256_CTX>.size)")
    }
    context = state.withUnsafeBytes { $0.loadUnaligned(as: SHA256_CTX.self) }
    // Bytes that wait for a block to be full, and bits so far: both count the same bytes.
    let (waiting, block) = (context.num, UInt32(SHA256_CBLOCK))
    guard waiting < block, context.Nl / 8 % block == waiting, context.Nl % 8 == 0,
      context.md_len == UInt32(SHA256_DIGEST_LENGTH)
    else { throw damaged("is none of SHA-256") }
  }

  /// What `init(state:)` continues from.
  package var state: Data { withUnsafeBytes(of: context) { Data($0) } }

  /// Adds bytes.
  package mutating func add(_ bytes: UnsafeBufferPointer<UInt8>) {
    SHA256_Update(&context, bytes.baseAddress, bytes.count)
  }

  /// Adds bytes.
  package mutating func add(_ bytes: [UInt8]) {
    bytes.withUnsafeBufferPointer { add($0) }
  }

  /// The hash of all that was added so far, as 64 hexadecimal digits.
  package var hex: String {
    var copy = context
    var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    SHA256_Final(&digest, &copy)
    return hexadecimal(digest)
  }
}
