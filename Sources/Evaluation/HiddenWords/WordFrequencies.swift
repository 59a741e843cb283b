import Kernels
import Tensors
import Text

/// How often each word is in a text, by how many tokens it has.
struct WordFrequencies {
  /// The words of one number of tokens, with the running sum of their counts.
  private struct Group {
    var words: [String] = []
    var sums: [Int] = []
  }

  private let tokenizers: [any Tokenizer]
  private var groups: [[Int]: Group] = [:]
  private let counts: [String: Int]

  /// The words of a text that tokenizers give back whole.
  init(_ text: UnsafeBufferPointer<UInt8>, _ tokenizers: [any Tokenizer]) {
    let known = LetterRuns.counts(in: text).sorted { $0.word < $1.word }
    self.tokenizers = tokenizers
    self.counts = Dictionary(known.map { ($0.word, $0.count) }, uniquingKeysWith: +)
    for (word, count) in known {
      guard let signature = signature(word) else { continue }
      var group = groups[signature] ?? Group()
      group.words.append(word)
      group.sums.append((group.sums.last ?? 0) + count)
      groups[signature] = group
    }
  }

  /// Words with as many tokens as another one, each as probable as it is frequent and independent of the others,
  /// so that one may be drawn twice; nil where the training text lacks the word.
  func draw(_ count: Int, like word: String, key: PhiloxKey) -> [String]? {
    guard counts[word] != nil, let signature = signature(word), let group = groups[signature],
      let total = group.sums.last
    else { return nil }
    return (0..<count).map { index in
      let bits = philox(philoxCounter(index), key: key)
      let random = Int((UInt64(bits[0]) << 32 | UInt64(bits[1])) % UInt64(total))
      return group.words[group.sums.partitioningIndex { $0 > random }]
    }
  }

  /// How many tokens each tokenizer makes of a word behind a space; nil where one does not give it back.
  private func signature(_ word: String) -> [Int]? {
    var counts: [Int] = []
    for tokenizer in tokenizers {
      let ids = tokenizer.encode(" " + word)
      guard !ids.contains(where: { $0 == tokenizer.special[.unknown] }),
        ids.flatMap({ tokenizer.bytes(of: $0) }).contains(where: LetterRuns.isLetter)
      else { return nil }
      counts.append(ids.count)
    }
    return counts
  }
}

extension [Int] {
  /// The first index whose value satisfies `condition`, which holds from there on.
  fileprivate func partitioningIndex(where condition: (Int) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if condition(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
