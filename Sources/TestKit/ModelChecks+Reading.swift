import Tensors
import Transformer

/// What positions see of each other.
extension ModelChecks {
  /// Tokens of a sequence in these checks.
  static let time = 12
  /// Three documents of one sequence, a number a token.
  public static let documents: [Int32] = [3, 3, 3, 3, 3, 8, 8, 8, 8, 1, 1, 1]

  /// Which positions can reach which through all layers, by the mask, the windows and the documents.
  private static func reach(_ model: any LanguageModel) -> [[Bool]] {
    var reach = (0..<time).map { i in (0..<time).map { $0 == i } }
    for window in model.windows.map({ $0 ?? time }) {
      reach = (0..<time).map { query in
        let keys = model.mask.visible(query: query, time: time).filter { key in
          abs(key - query) < window
            && (!model.mask.withinDocuments || documents[key] == documents[query])
        }
        return (0..<time).map { source in keys.contains { reach[$0][source] } }
      }
    }
    return reach
  }

  /// Contextual vectors, one row per position.
  ///
  /// - Throws: what the model throws.
  public static func hidden(_ model: any LanguageModel, _ tokens: TokenBatch, _ context: Context) throws
    -> [[Float]]
  {
    let x = try model.hidden(tokens, .inference(context))
    let (values, width) = (x.values(), x.shape.width)
    return (0..<x.shape.rows).map { Array(values[$0 * width..<($0 + 1) * width]) }
  }

  /// Changing a token changes nothing, to the bit, where the mask hides it (no access to what follows), and something
  /// wherever it may be seen.
  ///
  /// - Throws: what the model throws.
  public func visibility() throws -> [Finding] {
    let (model, context) = try build()
    let reach = Self.reach(model)
    let tokens = batch(rows: 2, time: Self.time, documents: Self.documents + Self.documents)
    let before = try Self.hidden(model, tokens, context)
    var findings: [Finding] = []
    for source in 0..<Self.time {
      var changed = tokens
      let span = Int32((descriptor.vocabulary ?? 37) - 5)
      changed.ids[source] = 5 + (changed.ids[source] - 4) % span
      let after = try Self.hidden(model, changed, context)
      for position in 0..<2 * Self.time {
        let isSeen = position < Self.time && reach[position][source]
        if sameBits(before[position], after[position]) == isSeen {
          findings.append(
            Finding(
              "visibility",
              "position \(position) \(isSeen ? "does not see" : "sees") token \(source), which it may \(isSeen ? "" : "not ")see"
            ))
        }
      }
    }
    return findings
  }

  /// A sequence of a batch has the vectors that it has alone.
  ///
  /// - Throws: what the model throws.
  public func neighbours() throws -> [Finding] {
    let (model, context) = try build()
    let three = batch(rows: 3, time: 9)
    let alone = TokenBatch(ids: Array(three.ids[9..<18]), batch: 1, time: 9)
    let together = try Self.hidden(model, three, context)
    return zip(try Self.hidden(model, alone, context), together[9..<18]).enumerated().compactMap {
      let error = distance($1.0, $1.1)
      return error < 1e-5
        ? nil : Finding("neighbours", "position \($0) differs by \(error) from the sequence alone")
    }
  }

  /// Sequences of different lengths in one batch: no position sees padding, whatever it holds.
  ///
  /// - Throws: what the model throws.
  public func padding() throws -> [Finding] {
    let (model, context) = try build()
    let lengths = [9, 4, 1, 6]
    var padded = batch(rows: lengths.count, time: 9)
    padded.lengths = lengths
    let together = try Self.hidden(model, padded, context)
    var refilled = padded
    for (row, length) in lengths.enumerated() {
      for place in length..<9 { refilled.ids[row * 9 + place] = Int32(5 + (row + place) % 3) }
    }
    let again = try Self.hidden(model, refilled, context)
    var findings: [Finding] = []
    if !together.allSatisfy({ $0.allSatisfy(\.isFinite) }) {
      findings.append(Finding("padding", "some vectors are not finite"))
    }
    for (row, length) in lengths.enumerated() {
      let own = Array(padded.ids[row * 9..<row * 9 + length])
      let alone = try Self.hidden(model, TokenBatch(ids: own, batch: 1, time: length), context)
      for place in 0..<length {
        let error = distance(alone[place], together[row * 9 + place])
        if !(error < 1e-5) {
          findings.append(
            Finding("padding", "position \(place) of \(length) differs by \(error) from the sequence alone"))
        }
        if !sameBits(together[row * 9 + place], again[row * 9 + place]) {
          findings.append(
            Finding("padding", "position \(place) of \(length) depends on what the padding holds"))
        }
      }
    }
    return findings
  }

  /// The largest difference that the order of a sequence makes: permuted tokens, with their vectors put back in place.
  /// Below 1e-5 for an encoder without positions, above it for everything that tells positions apart.
  ///
  /// - Throws: what the model throws.
  public func permutation() throws -> Float {
    let order = [3, 1, 4, 0, 5, 9, 2, 6, 8, 7, 11, 10]
    let (model, context) = try build()
    let tokens = batch(rows: 1, time: Self.time)
    let permuted = TokenBatch(ids: order.map { tokens.ids[$0] }, batch: 1, time: Self.time)
    let straight = try Self.hidden(model, tokens, context)
    let mixed = try Self.hidden(model, permuted, context)
    return order.indices.map { distance(mixed[$0], straight[order[$0]]) }.max() ?? .infinity
  }

  /// Tokens that are read a few at a time through a cache have the vectors that they have when read at once, in
  /// whichever row of the cache, and also after the row was moved. Empty for a model that uses no cache.
  ///
  /// - Throws: what the model throws.
  public func cachedEqualsUncached() throws -> [Finding] {
    let (model, context) = try build()
    guard model.usesCache else { return [] }
    let tokens = batch(rows: 1, time: Self.time)
    let whole = try Self.hidden(model, tokens, context)
    let cache = KeyValueCache(sequences: 2, capacity: Self.time, in: context)
    var (start, row) = (0, 1)
    var findings: [Finding] = []
    for count in [3, 1, 1, 4, 1, 2] {
      let pass = try Pass.inference(context, continuing: row..<row + 1, of: cache)
      let part = TokenBatch(ids: Array(tokens.ids[start..<start + count]), batch: 1, time: count)
      let vectors = try model.hidden(part, pass).rows()
      cache.advance(row..<row + 1, by: count)
      for (place, vector) in vectors.enumerated() {
        let error = distance(vector, whole[start + place])
        if !(error < 1e-4) {
          findings.append(
            Finding("cache", "position \(start + place) differs by \(error) from the text read at once"))
        }
      }
      start += count
      if start == 5 {
        cache.move(row, to: 0)
        row = 0
      }
    }
    return findings
  }
}
