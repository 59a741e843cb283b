import Foundation

/// A deterministic weighted automaton over bytes: a source of text about which everything is known.
///
/// State 0 lies between two sentences. Every other state stands for all beginnings of a sentence after which
/// the same continuations are possible with the same probabilities, so the probability of a text is the
/// product of the probabilities along its one path, and a prefix has the probability of all texts that
/// begin with it.
public struct ByteAutomaton: Sendable {
  /// The first edge of each state, and at the end the number of edges.
  let firstEdge: [Int32]
  let bytes: [UInt8]
  let probabilities: [Double]
  let bitsOfEdge: [Double]
  let targets: [Int32]

  /// The number of states.
  public var stateCount: Int { firstEdge.count - 1 }
  /// The number of transitions.
  public var edgeCount: Int { bytes.count }
  /// The entropy of one sentence in bits: the mean of −log2 of its probability.
  public let entropyBitsPerSentence: Double
  /// The mean length of a sentence in bytes, its line end included.
  public let expectedBytesPerSentence: Double

  /// The entropy of the text in bits for each byte: what no model of it can beat in the long run.
  public var entropyBitsPerByte: Double { entropyBitsPerSentence / expectedBytesPerSentence }

  /// An automaton of the transitions of each state.
  ///
  /// - Precondition: a state's probabilities sum to 1, its bytes differ, and every loop passes state 0.
  init(states: [[(byte: UInt8, probability: Double, target: Int)]]) {
    var firstEdge: [Int32] = [0]
    var bytes: [UInt8] = []
    var probabilities: [Double] = []
    var targets: [Int32] = []
    for edges in states {
      for edge in edges {
        bytes.append(edge.byte)
        probabilities.append(edge.probability)
        targets.append(Int32(edge.target))
      }
      firstEdge.append(Int32(bytes.count))
    }
    self.firstEdge = firstEdge
    self.bytes = bytes
    self.probabilities = probabilities
    self.targets = targets
    bitsOfEdge = probabilities.map { -log2($0) }

    // Bits and bytes still to come from each state, from the ends of sentences backwards. The compiler
    // makes a state after all states it leads to, so one pass in order suffices.
    var bits = [Double](repeating: 0, count: states.count)
    var length = [Double](repeating: 0, count: states.count)
    for state in Array(1..<states.count) + [0] {
      for edge in Int(firstEdge[state])..<Int(firstEdge[state + 1]) {
        let target = Int(targets[edge])
        precondition(target < state || state == 0, "states must stand after those they lead to")
        let (restBits, restLength) = target == 0 ? (0, 0) : (bits[target], length[target])
        bits[state] += probabilities[edge] * (bitsOfEdge[edge] + restBits)
        length[state] += probabilities[edge] * (1 + restLength)
      }
    }
    entropyBitsPerSentence = bits[0]
    expectedBytesPerSentence = length[0]
  }

  /// The transition from `state` by `byte`, if there is one.
  func edge(_ state: Int, _ byte: UInt8) -> Int? {
    for edge in Int(firstEdge[state])..<Int(firstEdge[state + 1]) where bytes[edge] == byte { return edge }
    return nil
  }

  /// The state after `text` from `state`, and −log2 of the text's probability; nil when it is impossible.
  func follow(_ text: some Sequence<UInt8>, from state: Int = 0) -> (state: Int, bits: Double)? {
    var state = state
    var bits = 0.0
    for byte in text {
      guard let edge = edge(state, byte) else { return nil }
      bits += bitsOfEdge[edge]
      state = Int(targets[edge])
    }
    return (state, bits)
  }

  /// −log2 of the probability that a text which begins with a sentence begins with `text`.
  ///
  /// The text may span any number of sentences and end inside one. Infinite when it is impossible.
  public func bits(_ text: some Sequence<UInt8>) -> Double { follow(text)?.bits ?? .infinity }

  /// −log2 of the probability of each byte, given all before it; `.infinity` from the first impossible one.
  public func bitsOfBytes(_ text: some Sequence<UInt8>) -> [Double] {
    var state: Int? = 0
    return text.map { byte in
      guard let from = state, let edge = edge(from, byte) else {
        state = nil
        return .infinity
      }
      state = Int(targets[edge])
      return bitsOfEdge[edge]
    }
  }
}
