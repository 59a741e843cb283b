import SyntheticCorpus
import Text

/// What probes try to read off a vector.
public enum ProbeTask: String, Codable, Sendable, CaseIterable {
  /// The class of the word that the vector stands at.
  case wordClass = "class of the word"
  /// How many relative clauses that word stands in; in sentences with such clauses, at a word of each depth.
  case depth = "nesting depth at the word"
  /// Whether the verb that follows must be singular or plural; nouns are between it and its subject, and no
  /// other verb has shown the number yet.
  case number = "number of the subject, at the word before its verb"
  /// The same probes, asked only where at least one of these nouns has the other number.
  case numberAcross = "number at the word before, a noun of the other number between"
  /// The same where the model predicts the verb, which is where it needs the number: at the word before for a
  /// model that predicts the next token, at a mask in the verb's place for one that predicts masked ones.
  case predicted = "number of the subject, where its verb is predicted"
  /// The same probes, asked only where at least one noun between has the other number.
  case predictedAcross = "number where predicted, a noun of the other number between"

  /// What probes are fitted for; the others are parts of these.
  static let fitted: [ProbeTask] = [.wordClass, .depth, .number, .predicted]

  /// The tasks that probes of this one are asked.
  var asked: [ProbeTask] {
    switch self {
    case .number: [.number, .numberAcross]
    case .predicted: [.predicted, .predictedAcross]
    default: [self]
    }
  }

  /// Whether only places with a noun of the other number are asked about.
  var isAcross: Bool { self == .numberAcross || self == .predictedAcross }

  /// The labels in order.
  public var labels: [String] {
    switch self {
    case .wordClass: WordClass.allCases.map(\.rawValue)
    case .depth: ["main clause", "relative clause", "relative clause within one"]
    case .number, .numberAcross, .predicted, .predictedAcross: GrammarWord.Number.allCases.map { "\($0)" }
    }
  }
}

/// One question: a word of a sentence and what is to be read off there.
struct ProbeExample: Sendable, Equatable {
  /// Index of the sentence.
  let sentence: Int
  /// The word at whose last token the vector stands.
  let word: Int
  /// The word's text: a control label follows from it alone.
  let type: String
  /// Index of the label.
  let label: Int
  /// Whether a noun of the other number is between the verb that follows and its subject.
  let hasAttractor: Bool

  /// Whether it belongs to what a task asks.
  func belongs(to task: ProbeTask) -> Bool { !task.isAcross || hasAttractor }
}

/// What a sentence is for: words of one sentence never serve two ends.
enum ProbePart: Sendable {
  /// Probes are fitted on it.
  case fitting
  /// The layer is chosen on it.
  case choosing
  /// Everything that is shown is measured on it.
  case testing

  /// Of ten sentences five, two and three.
  init(sentence: Int) {
    switch sentence % 10 {
    case ..<5: self = .fitting
    case ..<7: self = .choosing
    default: self = .testing
    }
  }
}
