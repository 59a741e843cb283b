import Foundation
import Inference
import SyntheticCorpus
import Text

/// What windows cost a model beyond what they cost the grammar, token by token.
package struct GrammarExcess {
  /// The tokens of the windows with what is known of each, `[windows][length]`.
  package let tokens: [[TokenProperty.Token]]
  /// The grammar's own bits for each, `[windows][length]`.
  package let truth: [[Double]]

  /// The excess over tokens that are known.
  package init(tokens: [[TokenProperty.Token]], truth: [[Double]]) {
    self.tokens = tokens
    self.truth = truth
  }

  /// The excess over the tokens of held-out windows; nil for a tokenizer whose tokens are not the bytes of the text.
  ///
  /// - Throws: `TextError` when a large text finds no room.
  init?(_ windows: HeldOutWindows, _ text: TextSource, _ tokenizer: any Tokenizer, _ corpus: GeneratedCorpus)
    throws
  {
    guard let automaton = corpus.tokenAutomaton(of: tokenizer) else { return nil }
    var frequencies = [Int](repeating: 0, count: tokenizer.vocabularySize)
    for token in try text.tokenizedTrain(tokenizer).ids { frequencies[Int(token)] += 1 }
    let reader = ConstructionReader()
    self.init(
      tokens: windows.ids.map { window in
        zip(window, reader.constructions(window.map { tokenizer.bytes(of: $0) })).map {
          TokenProperty.Token(construction: $1, frequency: frequencies[Int($0)])
        }
      }, truth: windows.ids.map { automaton.bits($0) })
  }

  /// The excess of a model, summed over the tokens of each window.
  ///
  /// - Parameter nats: what each token cost, `[windows][length]`.
  package func sums(_ nats: [[Double]]) -> ExcessSums {
    let excess = zip(nats, truth).map { window, truth in zip(window, truth).map { $0 / log(2) - $1 } }
    return ExcessSums(
      floor: truth.map { $0.reduce(0, +) }, excess: excess.map { $0.reduce(0, +) },
      groups: TokenProperty.all.flatMap { groups($0, excess) })
  }

  /// The tokens by one property; values that no token has are left out.
  private func groups(_ property: TokenProperty, _ excess: [[Double]]) -> [ExcessSums.Group] {
    let values = tokens.map { $0.map(property.value) }
    return property.labels.indices.compactMap { label in
      let places = values.map { window in window.indices.filter { window[$0] == label } }
      guard places.contains(where: { !$0.isEmpty }) else { return nil }
      func sums(_ bits: [[Double]]) -> [Double] {
        zip(bits, places).map { window, places in places.reduce(0) { $0 + window[$1] } }
      }
      return ExcessSums.Group(
        property: property.name, label: property.labels[label], counts: places.map(\.count),
        floor: sums(truth), excess: sums(excess))
    }
  }
}
