import Text

/// The embedded corpus: independent sentences of the project's own grammar, one per line.
///
/// Held-out text is drawn from the grammar itself, so the automaton gives the exact probability of every
/// held-out byte: the floor of any model's score. Training text is drawn from the same grammar, and a
/// sentence is drawn again when it contains a held-out combination of subject, verb and a noun between them
/// (one combination in 50, which is 1.89 % of the sentences). The training text is thus the grammar given that
/// nothing of this is in it: every other sentence is 1.019 times as frequent there. A model may still reach
/// the floor by learning the rules; one that learned the training text's distribution itself would give
/// held-out combinations no probability at all.
/// Sentences with held-out combinations are never seen in training, as a class; whole held-out sentences that
/// also are in the training text by chance are left there, so that neither distribution is bent further,
/// and are counted by `TextSource.sharedLines()`.
public struct GeneratedCorpus: Sendable {
  /// The sentences; every line is one.
  public let source: TextSource
  /// 500 choices between verb forms, half with a singular subject. The same for every seed.
  public let items: [VerbItem]
  /// How many ``items`` there are.
  package static let itemCount = 500
  /// The exact probabilities of all text of the grammar.
  public let automaton: ByteAutomaton

  /// The default size of the training text, about, in bytes.
  public static let defaultTrainBytes = 4_000_000
  /// The default size of the held-out text, about, in bytes.
  public static let defaultHeldOutBytes = 200_000

  /// The corpus of `seed`.
  ///
  /// - Parameters:
  ///   - seed: decides every sentence, and nothing else: the grammar, the combinations that are held out and
  ///     the items are the same for all seeds.
  ///   - trainBytes: least number of bytes to train on; the last sentence is finished.
  ///   - heldOutBytes: the same for the held-out text.
  /// - Complexity: linear in the bytes, 4 MB in 0.1 s, after less than a second for the automaton and items.
  public static func make(
    seed: UInt64 = 1, trainBytes: Int = defaultTrainBytes, heldOutBytes: Int = defaultHeldOutBytes
  ) -> GeneratedCorpus {
    let (grammar, held) = (shared.grammar, shared.held)
    let train = text(grammar, bytes: trainBytes, seed: seed, name: "train") { !held.any(in: $0) }
    let heldOut = text(grammar, bytes: heldOutBytes, seed: seed, name: "held out") { _ in true }
    let source = TextSource(
      name: TextSource.generatedName(seed: seed), train: train, heldOut: heldOut, startsAtLines: true)
    return GeneratedCorpus(source: source, items: shared.items, automaton: shared.automaton)
  }

  /// What is the same for every seed, made at its first use.
  static let shared: (grammar: Grammar, automaton: ByteAutomaton, held: HeldOutTriples, items: [VerbItem]) = {
    let grammar = EnglishLikeGrammar.make()
    let held = HeldOutTriples(grammar)
    return (
      grammar, GrammarCompiler.compile(grammar), held, VerbItem.draw(itemCount, from: grammar, held: held)
    )
  }()

  private static func text(
    _ grammar: Grammar, bytes: Int, seed: UInt64, name: String, where isWanted: ([Int]) -> Bool
  ) -> [UInt8] {
    let spelled = grammar.words.map { Array($0.text.utf8) }
    var random = SeededGenerator(seed: seed, name: name)
    var sampler = GrammarSampler(grammar)
    var text: [UInt8] = []
    text.reserveCapacity(bytes + 1024)
    var sentence: [Int] = []
    while text.count < bytes {
      sampler.draw(into: &sentence, using: &random)
      guard isWanted(sentence), let first = sentence.first else { continue }
      text += spelled[first].dropFirst()
      for word in sentence.dropFirst() { text += spelled[word] }
    }
    return text
  }
}
