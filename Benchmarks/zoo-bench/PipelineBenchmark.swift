import Foundation
import Tokenizers

/// Tokenizers of model families, which the package `tokenizers` has trained and left in a folder
/// (`Benchmarks/peer/pipelines.py`), on one thread.
enum PipelineBenchmark {
  /// Documents up to this byte are encoded before anything is measured.
  private static let warmUp = 1_000_000

  /// Megabytes a second, without and with offsets. The ids stay in the folder, where the peer compares them with its
  /// own.
  ///
  /// - Parameter folder: `NAME/tokenizer.json`, `text.txt`, and `ends.i32` with the byte at which each document ends.
  /// - Returns: nothing where no peer has prepared the folder.
  static func measure(in folder: URL) throws -> [String: Double] {
    guard let text = try? Data(contentsOf: folder.appending(path: "text.txt")),
      let ends = try? Data(contentsOf: folder.appending(path: "ends.i32"))
    else { return [:] }
    let places = [0] + ends.withUnsafeBytes { $0.bindMemory(to: Int32.self).map(Int.init) }
    let documents = zip(places, places.dropFirst()).map { [UInt8](text[$0..<$1]) }
    let first = places.firstIndex { $0 >= warmUp } ?? 0
    let (known, measured) = (documents[..<first], documents[first...])
    let texts = measured.map { String(decoding: $0, as: UTF8.self) }
    let megabytes = Double(measured.reduce(0) { $0 + $1.count }) * 1e-6
    var figures: [String: Double] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() {
      let place = folder.appending(path: name)
      guard FileManager.default.fileExists(atPath: place.appending(path: "tokenizer.json").path) else {
        continue
      }
      let tokenizer = try HubTokenizer(folder: place)
      func ids(_ document: [UInt8]) -> [Int32] {
        document.withUnsafeBufferPointer { tokenizer.ids(of: $0, findsSpecialTokens: true) }
      }
      for document in known { _ = ids(document) }
      var found: [[Int32]] = []
      figures["\(name), MB/s"] = megabytes / seconds { found = measured.map(ids) }
      func encode(_ text: String) {
        _ = tokenizer.encode(text, addingSpecialTokens: false, offsets: .scalars)
      }
      for document in known { encode(String(decoding: document, as: UTF8.self)) }
      figures["\(name) with offsets, MB/s"] = megabytes / seconds { for text in texts { encode(text) } }
      try found.flatMap { $0 }.withUnsafeBytes { Data($0) }.write(to: folder.appending(path: name + ".ids"))
    }
    return figures
  }
}
