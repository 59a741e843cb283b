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
  static let maxTexts = 16

  private let model: LoadedModel
  /// The special tokens around each text.
  private let frame: TextFrame
  /// nil: the model reads whole texts every time.
  private let cache: KeyValueCache?
  private var texts: [ReadText] = []

  /// - Parameters:
  ///   - longest: the tokens of the longest text at its end.
  ///   - frame: what is put around each text; nil: what the model reads texts in.
  init(_ model: LoadedModel, texts: Int, longest: Int, frame: TextFrame? = nil) {
    self.model = model
    self.frame = frame ?? model.frame
    let capacity = min(model.descriptor.context, longest + self.frame.count)
    cache =
      model.model.usesCache
      ? KeyValueCache(sequences: min(texts, Self.maxTexts), capacity: capacity, in: model.context) : nil
  }

  /// The most tokens of a text that are read at a time.
  private var contentRoom: Int { model.descriptor.context - frame.count }

  /// How many texts are being read.
  var count: Int { texts.count }

  /// Takes on a text, after the others.
  mutating func add(_ content: [Int32]) {
    texts.append(
      ReadText(content: content, frame.around(content.suffix(contentRoom)), model.documentCounter))
  }

  /// Writes a token at the end of a text.
  mutating func append(_ token: Int32, to index: Int) {
    texts[index].content.append(token)
    texts[index].read(token)
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
    let documents = model.documents.map { _ in texts.map { $0.documents[0] } }
    let tokens = TokenBatch(
      ids: texts.map { $0.unread[0] }, batch: rows.count, time: 1, documents: documents)
    let pass = try Pass.inference(model.context, continuing: rows, of: cache)
    let logits = try model.tokenLogits(tokens, at: rows.map(Int32.init), pass)
    cache.advance(rows, by: 1, documents: documents)
    for index in rows { texts[index].forget(1) }
    return logits.rows()
  }

  /// Reads a text up to its last token; one that has outgrown the context is begun again.
  private mutating func readAllButLast(_ index: Int, into cache: KeyValueCache) throws {
    if cache.lengths[index] + texts[index].unread.count > model.descriptor.context {
      // Half of the room stays free, so that reading again is spread over as many tokens.
      cache.clear(index)
      let content = texts[index].content
      texts[index] = ReadText(
        content: content, frame.around(content.suffix((contentRoom + 1) / 2)), model.documentCounter)
    }
    let rows = index..<index + 1
    while texts[index].unread.count > 1 {
      let tokens = Array(texts[index].unread.dropLast().prefix(KeyValueCache.maxTokensAtOnce))
      let documents = model.documents.map { _ in Array(texts[index].documents.prefix(tokens.count)) }
      let pass = try Pass.inference(model.context, continuing: rows, of: cache)
      _ = try model.model.hidden(
        TokenBatch(ids: tokens, batch: 1, time: tokens.count, documents: documents), pass)
      cache.advance(rows, by: tokens.count, documents: documents)
      texts[index].forget(tokens.count)
    }
  }

  private func wholeTextLogits(_ content: [Int32]) throws -> [Float] {
    let ids = frame.around(content.suffix(contentRoom))
    return try model.tokenLogits(
      model.tokens(ids, batch: 1), at: [Int32(ids.count - 1)], .inference(model.context)
    ).values()
  }
}

/// A text on its way through a model.
private struct ReadText {
  var content: [Int32]
  /// Its last tokens, which are not in the cache yet.
  private(set) var unread: [Int32] = []
  /// The documents that these belong to; none where attention does not stay within documents.
  private(set) var documents: [Int32] = []
  private var counter: DocumentCounter?

  /// - Parameters:
  ///   - tokens: what the model reads of it.
  ///   - counter: numbers the documents of the tokens; nil where nothing needs them.
  init(content: [Int32], _ tokens: [Int32], _ counter: DocumentCounter?) {
    self.content = content
    self.counter = counter
    for token in tokens { read(token) }
  }

  /// Takes on a token that is to be read.
  mutating func read(_ token: Int32) {
    unread.append(token)
    if let document = counter?.next(token) { documents.append(document) }
  }

  /// Drops tokens that have been read.
  mutating func forget(_ count: Int) {
    unread.removeFirst(count)
    if counter != nil { documents.removeFirst(count) }
  }
}
