import Reporting

extension ReportData {
  /// What follows from a comparison, or what must not be concluded from it.
  ///
  /// One list of them, ``ReportData/allConclusions``, is what the first screen, the section on conclusions, the figure,
  /// the exported text and the console show.
  public struct Conclusion: Codable, Sendable, Equatable {
    /// What was asked of the models, without a capital; nil where the statement says it.
    public var question: String?
    /// The statement, one sentence.
    public var statement: String
    /// Numbers with their intervals, as written; empty where the statement has them.
    public var numbers: String
    /// Whether one model is better, as far as the comparison goes; nil where nothing is to be decided, or where that is
    /// not known.
    public var isDecided: Bool?
    /// Whether the two sides may be compared.
    public var isComparable: Bool
    /// Why they may or must not: what is equal, or what differs; empty where that was not recorded.
    public var because: String
    /// A command that gives a valid comparison, where this is none.
    public var command: String?
    /// Whether it stands on the first screen.
    public var isLeading: Bool

    /// A conclusion.
    public init(
      question: String? = nil, statement: String, numbers: String = "", isDecided: Bool? = nil,
      isComparable: Bool = true, because: String = "", command: String? = nil, isLeading: Bool = false
    ) {
      self.question = question
      self.statement = statement
      self.numbers = numbers
      self.isDecided = isDecided
      self.isComparable = isComparable
      self.because = because
      self.command = command
      self.isLeading = isLeading
    }

    /// What an evaluation says.
    init(_ verdict: Verdict) {
      self.init(
        statement: verdict.statement, numbers: verdict.numbers, isComparable: verdict.comparable,
        because: verdict.because)
    }

    /// What a row of the table at a glance said in an older report.
    fileprivate init(_ old: Glance.Conclusion, _ question: String) {
      let statement =
        old.sentence.hasSuffix(Self.oldLead)
        ? String(old.sentence.dropLast(Self.oldLead.count)) : old.sentence
      self.init(
        question: question, statement: statement, isDecided: old.isDecided, isComparable: old.command == nil,
        command: old.command, isLeading: true)
    }

    /// What such a sentence ended with before its command.
    private static let oldLead = " A comparison that is fair:"
  }

  /// Every conclusion, the most important first. Those of an older report are joined from its two lists.
  public var allConclusions: [Conclusion] {
    conclusions
      ?? (glance?.rows ?? []).flatMap { row in row.conclusions.map { Conclusion($0, row.question) } }
      + verdicts.map { Conclusion($0) }
  }

  /// Adds what evaluations say.
  mutating func conclude(_ verdicts: [Verdict]) {
    conclusions = allConclusions + verdicts.map { Conclusion($0) }
    self.verdicts = []
  }

  /// The conclusions in groups that share a question, numbers and a reason, so that each of those is shown once.
  var conclusionGroups: [ConclusionGroup] {
    var groups: [ConclusionGroup] = []
    for conclusion in allConclusions {
      if let last = groups.last?.all.last, last.question != nil, last.question == conclusion.question,
        last.numbers == conclusion.numbers, last.because == conclusion.because,
        last.isComparable == conclusion.isComparable
      {
        groups[groups.count - 1].all.append(conclusion)
      } else {
        groups.append(ConclusionGroup(all: [conclusion]))
      }
    }
    return groups
  }

  /// What the first screen says of each question of its table.
  package var leadingConclusions: [(question: String, all: [Conclusion])] {
    var found: [(question: String, all: [Conclusion])] = []
    for conclusion in allConclusions where conclusion.isLeading {
      guard let question = conclusion.question else { continue }
      if found.last?.question == question {
        found[found.count - 1].all.append(conclusion)
      } else {
        found.append((question, [conclusion]))
      }
    }
    return found
  }

  /// A reason as a sentence; a model's name keeps its case.
  func sentence(_ reason: String) -> String {
    let beginsWithName = arms.contains { reason.hasPrefix($0.name) }
    let reason = beginsWithName ? reason : reason.capitalizedFirst
    return reason.isEmpty || reason.hasSuffix(".") ? reason : reason + "."
  }

  /// A statement for the first screen: the reason stands behind one that says that models are not comparable.
  package func leadingText(_ conclusion: Conclusion) -> String {
    let reason = conclusion.isComparable ? "" : sentence(conclusion.because)
    return reason.isEmpty ? conclusion.statement : "\(conclusion.statement) \(reason)"
  }

  /// What stands before the command of a conclusion.
  package static let leadOfCommand = "A fair comparison:"
}

/// Conclusions with one question, the same numbers and the same reason.
struct ConclusionGroup {
  fileprivate(set) var all: [ReportData.Conclusion]

  private var first: ReportData.Conclusion { all[0] }

  /// What was asked; nil where the statement says it.
  var question: String? { first.question?.capitalizedFirst }
  /// The statements.
  var statements: [String] { all.map(\.statement) }
  /// Their numbers; empty where the statements have them.
  var numbers: String { first.numbers }
  /// Whether the sides may be compared.
  var isComparable: Bool { first.isComparable }
  /// Why; empty where that is not recorded.
  var because: String { first.because }
  /// Commands that do not stand on the first screen.
  var commands: [String] { all.filter { !$0.isLeading }.compactMap(\.command) }

  /// The group in a paragraph.
  func text(_ data: ReportData) -> String {
    let lead = (isComparable ? "" : "Not comparable: ") + (question.map { $0 + ". " } ?? "")
    return lead
      + (statements + [numbers.isEmpty ? "" : numbers + ".", data.sentence(because)]).filter { !$0.isEmpty }
      .joined(separator: " ")
  }
}
