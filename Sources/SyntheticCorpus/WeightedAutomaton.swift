import Foundation

/// A deterministic weighted automaton over bytes or tokens: what it reads has the product of the probabilities
/// along its one path. State 0 lies between two sentences.
struct WeightedAutomaton<Symbol: FixedWidthInteger & Sendable>: Sendable {
  /// A transition before it has its place among the others.
  typealias Edge = (symbol: Symbol, probability: Double, target: Int)

  /// The first edge of each state, and at the end the number of edges. A state's edges are sorted by symbol.
  private let firstEdge: [Int32]
  /// What each edge reads.
  let symbols: [Symbol]
  /// The probability of each edge in its state.
  let probabilities: [Double]
  /// −log2 of it.
  let bits: [Double]
  private let targets: [Int32]

  /// The number of states.
  var stateCount: Int { firstEdge.count - 1 }
  /// The number of transitions.
  var edgeCount: Int { symbols.count }

  /// An automaton of the transitions of each state.
  ///
  /// - Precondition: a state's probabilities sum to 1, and its symbols differ.
  init(states: [[Edge]]) {
    var firstEdge: [Int32] = [0]
    var (symbols, probabilities, targets) = ([Symbol](), [Double](), [Int32]())
    for edges in states {
      for edge in edges.sorted(by: { $0.symbol < $1.symbol }) {
        symbols.append(edge.symbol)
        probabilities.append(edge.probability)
        targets.append(Int32(edge.target))
      }
      firstEdge.append(Int32(symbols.count))
    }
    self.firstEdge = firstEdge
    self.symbols = symbols
    self.probabilities = probabilities
    self.targets = targets
    bits = probabilities.map { -log2($0) }
  }

  /// The edges of a state.
  func edges(_ state: Int) -> Range<Int> { Int(firstEdge[state])..<Int(firstEdge[state + 1]) }

  /// Where an edge leads to.
  func target(_ edge: Int) -> Int { Int(targets[edge]) }

  /// The transition from `state` by `symbol`, if there is one.
  func edge(_ state: Int, _ symbol: Symbol) -> Int? {
    var (low, high) = (edges(state).lowerBound, edges(state).upperBound)
    while low < high {
      let middle = (low + high) / 2
      if symbols[middle] < symbol { low = middle + 1 } else { high = middle }
    }
    return low < edges(state).upperBound && symbols[low] == symbol ? low : nil
  }

  /// The state after `text` from `state`, and −log2 of the text's probability; nil when it is impossible.
  func follow(_ text: some Sequence<Symbol>, from state: Int = 0) -> (state: Int, bits: Double)? {
    var (state, bits) = (state, 0.0)
    for symbol in text {
      guard let edge = edge(state, symbol) else { return nil }
      bits += self.bits[edge]
      state = target(edge)
    }
    return (state, bits)
  }

  /// −log2 of the probability of each symbol from state 0, given all before it; `.infinity` from the first
  /// impossible one.
  func bitsOfEach(_ text: some Sequence<Symbol>) -> [Double] {
    var state: Int? = 0
    return text.map { symbol in
      guard let from = state, let edge = edge(from, symbol) else {
        state = nil
        return .infinity
      }
      state = target(edge)
      return bits[edge]
    }
  }
}
