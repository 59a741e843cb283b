import SyntheticCorpus
import Text

/// What an experiment asks and how its answer is judged: declared before anything is trained.
public struct Design: Codable, Sendable {
  /// What is asked, in one line; nil if not declared.
  public let question: String?
  /// The measure that decides; nil: the first of all that every arm has.
  public let primary: PrimaryMeasure?
  /// Whether ``primary`` was chosen for want of a declaration; nil in records from before this was recorded: no.
  private var primaryIsDefault: Bool?
  /// Whether the arms are steps of one path, each compared with the one before.
  public let isPath: Bool
  /// Whether seeds are added only until every comparison of the deciding measure is decided; nil in records of
  /// older versions: no.
  private var stopsWhenDecided: Bool?
  /// Whether the models' vectors are probed, too; nil in records from before they could be.
  public var probes: Bool?
  /// What the models are fine-tuned on, too; nil in records from before they could be: nothing.
  private var fineTuning: [GrammarTask]?
  /// Registered evaluations that the models are asked, too, each as JSON with all its settings; nil in records from
  /// before there were any: none.
  private var registered: [String]?

  /// A design.
  public init(
    question: String? = nil, primary: PrimaryMeasure? = nil, isPath: Bool = false,
    primaryIsDefault: Bool = false, stopsWhenDecided: Bool = false, probes: Bool = false,
    tasks: [GrammarTask] = [], evaluations: [String] = []
  ) {
    self.question = question
    self.primary = primary
    self.primaryIsDefault = primaryIsDefault
    self.isPath = isPath
    self.stopsWhenDecided = stopsWhenDecided
    self.probes = probes
    fineTuning = tasks
    registered = evaluations.isEmpty ? nil : evaluations
  }

  /// Whether the user declared the measure that decides.
  public var isDeclared: Bool { primary != nil && !(primaryIsDefault ?? false) }
  /// Whether seeds are added only until it is decided.
  public var addsSeeds: Bool { stopsWhenDecided ?? false }
  /// What the models are fine-tuned on, too.
  public var tasks: [GrammarTask] { fineTuning ?? [] }
  /// The same question with further tasks; one that is named twice is one task.
  public func with(tasks more: [GrammarTask]) -> Design {
    var design = self
    design.fineTuning = GrammarTask.allCases.filter { tasks.contains($0) || more.contains($0) }
    return design
  }
  /// The registered evaluations that the models of all seeds are asked, too, as JSON.
  public var evaluations: [String] { registered ?? [] }
  /// The evaluations that have words of their own in a suite and on a command line, for fine-tuning and probes.
  /// They are asked of the first seed's models.
  package var named: [String] {
    tasks.map { "{ type: 'fine-tuning', task: '\($0.rawValue)' }" } + (probes == true ? ["probes"] : [])
  }
  /// The same question with further evaluations; one that is named twice is one evaluation.
  public func with(evaluations more: [String]) -> Design {
    var design = self
    let all = evaluations + more.filter { !evaluations.contains($0) }
    design.registered = all.isEmpty ? nil : all
    return design
  }
  /// The same question without what needs a text whose grammar is known.
  public var withoutGrammar: Design {
    var design = self
    (design.probes, design.fineTuning) = (nil, nil)
    return design
  }
  /// The same question, with seeds added only until it is decided.
  public var untilDecided: Design {
    var design = self
    design.stopsWhenDecided = true
    return design
  }
}
