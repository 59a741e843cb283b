import Kernels
import Text
import Transformer
import Zoo

/// An objective whose windows stand between special tokens, as an imported encoder reads texts: `[CLS] … [SEP]`.
///
/// The window is as much shorter as there are such tokens. They are seen, and neither hidden nor predicted.
package struct FramedObjective: Objective {
  private let base: any Objective
  private let frame: TextFrame

  /// - Parameters:
  ///   - base: the task between the tokens, without a start token of its own.
  ///   - frame: the tokens.
  package init(_ base: any Objective, in frame: TextFrame) {
    (self.base, self.frame) = (base, frame)
  }

  package var name: String { base.name }
  package var unit: String { base.unit }
  package var lookAhead: Int { base.lookAhead }
  package var isLikelihood: Bool { base.isLikelihood }
  package var predicts: Prediction { base.predicts }
  package var findsReplacedTokens: Bool { base.findsReplacedTokens }
  package var startsWithToken: Bool { base.startsWithToken }
  package var predictsEvenly: Bool { base.predictsEvenly }
  package var taughtOrder: HidingOrder? { base.taughtOrder }

  package func predictions(context: Int) -> Int { base.predictions(context: context) }
  package func refusal(under mask: any Mask) -> String? { base.refusal(under: mask) }

  package func prepare(_ windows: WindowBatch, vocabulary: Vocabulary, key: PhiloxKey) throws -> Example {
    var example = try base.prepare(windows, vocabulary: vocabulary, key: key)
    let (tokens, time) = (example.tokens, example.tokens.time)
    let framed = time + frame.count
    let rows = 0..<tokens.batch
    func row(_ values: [Int32], _ index: Int) -> ArraySlice<Int32> {
      values[index * time..<(index + 1) * time]
    }
    example.tokens = TokenBatch(
      ids: rows.flatMap { frame.around(row(tokens.ids, $0)) }, batch: tokens.batch, time: framed,
      documents: tokens.documents.map { numbers in
        rows.flatMap { index -> [Int32] in
          let own = row(numbers, index)
          return [Int32](repeating: own.first ?? 0, count: frame.before.count) + own
            + [Int32](repeating: own.last ?? 0, count: frame.after.count)
        }
      })
    example.positions = example.positions.map { position in
      let (row, place) = Int(position).quotientAndRemainder(dividingBy: time)
      return Int32(row * framed + frame.before.count + place)
    }
    return example
  }
}
