import Kernels
import Tensors
import Text
import Transformer

/// How a model that predicts masked tokens writes: it reads the prompt with masks behind it, and unmasks one
/// of them at a time in a random order, each drawn from what the model gives it with all that is unmasked in
/// view.
///
/// For a model trained at any masking rate this draws from its own distribution over texts of that length.
///
/// - Source: Hoogeboom et al., "Autoregressive diffusion models", 2022; for BERT: Wang and Cho, "BERT has a
///   mouth, and it must speak", 2019.
struct Unmasking {
  let model: LoadedModel
  let options: GenerationOptions

  /// A window with masks in it, and the order in which they are unmasked.
  private struct Window {
    let text: Int
    var ids: [Int32]
    /// Where in the text it begins.
    let start: Int
    /// The masks' places in the window.
    let order: [Int]
  }

  /// The tokens that follow each content, `options.tokens` of them.
  ///
  /// A text that outgrows the context continues from the last half of it, window by window.
  ///
  /// - Throws: `MemoryError`.
  func continuations(of contents: [[Int32]]) throws -> [[Int32]] {
    var texts = contents
    let mask = try model.maskToken(for: "writing by unmasking")
    while true {
      let open = texts.indices.filter { texts[$0].count < contents[$0].count + options.tokens }
      guard !open.isEmpty else { return zip(texts, contents).map { Array($0.dropFirst($1.count)) } }
      let windows = open.map { index in
        window(
          texts[index], wanted: contents[index].count + options.tokens - texts[index].count, text: index,
          mask: mask)
      }
      for batch in lengthBatches(windows.map(\.ids.count)) {
        let unmasked = try unmask(batch.map { windows[$0] })
        for (window, ids) in zip(batch.map { windows[$0] }, unmasked) {
          texts[window.text] += ids.suffix(window.order.count)
        }
      }
    }
  }

  /// The end of a text, and as many masks behind it as are wanted and fit.
  private func window(_ text: [Int32], wanted: Int, text index: Int, mask: Int32) -> Window {
    let context = model.hiddenRoom
    let kept = text.count + wanted <= context ? text.count : min(text.count, context / 2)
    let hidden = min(wanted, context - kept)
    var order = Array(kept..<kept + hidden)
    // Fisher and Yates: every order is as probable.
    for place in order.indices.dropFirst() {
      let words = philox(SIMD4(UInt32(truncatingIfNeeded: text.count + place), 1, 0, 0), key: key(index))
      order.swapAt(place, Int((UInt64(words[0]) * UInt64(place + 1)) >> 32))
    }
    return Window(
      text: index, ids: text.suffix(kept) + [Int32](repeating: mask, count: hidden),
      start: text.count - kept, order: order)
  }

  /// Unmasks windows of one length together.
  private func unmask(_ windows: [Window]) throws -> [[Int32]] {
    var windows = windows
    let choose = TokenSampler(options: options, vocabulary: model.tokenizer.vocabulary)
    let time = model.hiddenInput(windows[0].ids).count
    for step in 0..<(windows.map(\.order.count).max() ?? 0) {
      let rows = windows.indices.filter { step < windows[$0].order.count }
      let positions = rows.map { Int32($0 * time + model.predictionPlace(windows[$0].order[step])) }
      let logits = try model.tokenLogits(
        model.tokens(windows.flatMap { model.hiddenInput($0.ids) }, batch: windows.count),
        at: positions,
        .inference(model.context)
      ).rows()
      for (row, logits) in zip(rows, logits) {
        let place = windows[row].order[step]
        try model.expectFinite(logits)
        let draw = philox(
          SIMD4(UInt32(truncatingIfNeeded: windows[row].start + place), 2, 0, 0), key: key(windows[row].text))
        windows[row].ids[place] = choose(logits, share: (Double(draw[0]) + 0.5) / 4_294_967_296)
      }
    }
    return windows.map(\.ids)
  }

  private func key(_ text: Int) -> PhiloxKey { options.key(text: text) }
}
