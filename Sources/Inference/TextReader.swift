import Tensors
import Text
import Transformer

/// Growing texts that a decoder reads together: the logits of what comes next, text by text.
///
/// A model with a cache reads each token once. All tokens but a text's last are read by themselves, in
/// blocks, so that memory does not grow with the prompt; the last tokens of all texts are read together, each at its own position, so texts of different
/// lengths need no padding. A text's logits have the same bits alone and among others.
struct TextReader {
  /// Texts at a time: as many rows as a product reads the weights for only once.
  static let mostTexts = 16

  private let model: LoadedModel
  /// nil: the model reads whole texts every time.
  private let cache: KeyValueCache?
  private var texts: [ReadText] = []

  /// - Parameter longest: the tokens of the longest text at its end.
  init(_ model: LoadedModel, texts: Int, longest: Int) {
    self.model = model
    let capacity = min(model.descriptor.context, longest + (model.startsWithToken ? 1 : 0))
    cache =
      model.model.usesCache
      ? KeyValueCache(sequences: min(texts, Self.mostTexts), capacity: capacity, in: model.context) : nil
  }

  /// How many texts are being read.
  var count: Int { texts.count }

  /// Takes on a text, after the others.
  mutating func add(_ content: [Int32]) {
    texts.append(ReadText(content: content, unread: model.input(content.suffix(model.contentRoom))))
  }

  /// Writes a token at the end of a text.
  mutating func append(_ token: Int32, to index: Int) {
    texts[index].content.append(token)
    texts[index].unread.append(token)
  }

  /// Drops a text; the last one takes its place.
  mutating func remove(_ index: Int) {
    let last = texts.count - 1
    cache?.move(last, to: index)
    cache?.clear(last)
    texts.swapAt(index, last)
    texts.removeLast()
  }

  /// Logits `[vocabulary]` of what comes next, for each text.
  ///
  /// - Throws: `MemoryError`.
  mutating func logits() throws -> [[Float]] {
    guard let cache else { return try texts.map { try wholeTextLogits($0.content) } }
    for index in texts.indices { try readAllButLast(index, into: cache) }
    let rows = texts.indices
    let tokens = TokenBatch(ids: texts.map { $0.unread[0] }, batch: rows.count, time: 1)
    let pass = try Pass.inference(model.context, continuing: rows, of: cache)
    let logits = try model.model.logits(tokens, at: rows.map(Int32.init), pass)
    cache.advance(rows, by: 1)
    for index in rows { texts[index].unread = [] }
    return logits.rows()
  }

  /// Reads a text up to its last token; one that has outgrown the context is begun anew.
  private mutating func readAllButLast(_ index: Int, into cache: KeyValueCache) throws {
    if cache.lengths[index] + texts[index].unread.count > model.descriptor.context {
      // Half of the room stays free, so that reading again is spread over as many tokens.
      cache.clear(index)
      texts[index].unread = model.input(texts[index].content.suffix((model.contentRoom + 1) / 2))
    }
    let rows = index..<index + 1
    while texts[index].unread.count > 1 {
      let tokens = Array(texts[index].unread.dropLast().prefix(KeyValueCache.mostTokensAtOnce))
      let pass = try Pass.inference(model.context, continuing: rows, of: cache)
      _ = try model.model.hidden(TokenBatch(ids: tokens, batch: 1, time: tokens.count), pass)
      cache.advance(rows, by: tokens.count)
      texts[index].unread.removeFirst(tokens.count)
    }
  }

  private func wholeTextLogits(_ content: [Int32]) throws -> [Float] {
    let ids = model.input(content.suffix(model.contentRoom))
    let tokens = TokenBatch(ids: ids, batch: 1, time: ids.count)
    return try model.model.logits(tokens, at: [Int32(ids.count - 1)], .inference(model.context)).values()
  }
}

/// A text on its way through a model.
private struct ReadText {
  var content: [Int32]
  /// Its last tokens, which are not in the cache yet.
  var unread: [Int32]
}
