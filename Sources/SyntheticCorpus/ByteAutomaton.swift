/// A deterministic weighted automaton over bytes: a source of text about which everything is known.
///
/// State 0 lies between two sentences. Every other state stands for all beginnings of a sentence after which
/// the same continuations are possible with the same probabilities, so the probability of a text is the
/// product of the probabilities along its one path, and a prefix has the probability of all texts that
/// begin with it.
public struct ByteAutomaton: Sendable {
  /// The transitions.
  let transitions: WeightedAutomaton<UInt8>

  /// The number of states.
  package var stateCount: Int { transitions.stateCount }
  /// The number of transitions.
  package var edgeCount: Int { transitions.edgeCount }
  /// The entropy of one sentence in bits: the mean of −log2 of its probability.
  package let entropyBitsPerSentence: Double
  /// The mean length of a sentence in bytes, its line end included.
  package let expectedBytesPerSentence: Double

  /// The entropy rate of the text in bits for each byte, of whole sentences: what no model of it can beat in the long
  /// run. Windows that begin with a sentence and are cut cost more: sentences are less certain at their beginning.
  public var entropyBitsPerByte: Double { entropyBitsPerSentence / expectedBytesPerSentence }

  /// An automaton of the transitions of each state.
  ///
  /// - Precondition: a state's probabilities sum to 1, its bytes differ, and every loop passes state 0.
  init(states: [[(byte: UInt8, probability: Double, target: Int)]]) {
    transitions = WeightedAutomaton(
      states: states.map { $0.map { (symbol: $0.byte, probability: $0.probability, target: $0.target) } })

    // Bits and bytes still to come from each state, from the ends of sentences backwards. The compiler
    // makes a state after all states it leads to, so one pass in order suffices.
    var bits = [Double](repeating: 0, count: states.count)
    var length = [Double](repeating: 0, count: states.count)
    for state in Array(1..<states.count) + [0] {
      for edge in transitions.edges(state) {
        let (target, probability) = (transitions.target(edge), transitions.probabilities[edge])
        precondition(target < state || state == 0, "states must come after those they lead to")
        let (restBits, restLength) = target == 0 ? (0, 0) : (bits[target], length[target])
        bits[state] += probability * (transitions.bits[edge] + restBits)
        length[state] += probability * (1 + restLength)
      }
    }
    entropyBitsPerSentence = bits[0]
    expectedBytesPerSentence = length[0]
  }

  /// −log2 of the probability that a text which begins with a sentence begins with `text`.
  ///
  /// The text may span any number of sentences and end inside one. Infinite when it is impossible.
  public func bits(_ text: some Sequence<UInt8>) -> Double { transitions.follow(text)?.bits ?? .infinity }

  /// −log2 of the probability of each byte, given all before it; `.infinity` from the first impossible one.
  public func bitsOfBytes(_ text: some Sequence<UInt8>) -> [Double] { transitions.bitsOfEach(text) }
}
