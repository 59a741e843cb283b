import SyntheticCorpus
import Text

/// The measure that decides: declared before anything is trained.
public enum PrimaryMeasure: String, Codable, Sendable, CaseIterable {
  /// Bits per byte by the chain rule from left to right, of arms that were trained for it.
  case likelihood
  /// The share of right verb forms, with the whole sentence in view.
  case verbsBothSides = "verbs-both-sides"
  /// The share of right verb forms, with the left side in view.
  case verbsLeftOnly = "verbs-left-only"
  /// The share of hidden words that are chosen right among some of their class, with the whole sentence in view.
  case clozeBothSides = "cloze-both-sides"
  /// The same, with the left side in view.
  case clozeLeftOnly = "cloze-left-only"
  /// The held-out loss; only arms that share an objective are held against each other.
  case heldOutLoss = "held-out-loss"
  /// Bits by which a model's distribution of a hidden token is off the exact one, with the whole window in view.
  case divergenceBothSides = "divergence-both-sides"
  /// The same of the next token, with the left side in view.
  case divergenceLeftOnly = "divergence-left-only"

  /// Whether it decides where nobody declared what does, or where what was declared does not exist.
  var standsIn: Bool { self != .divergenceBothSides && self != .divergenceLeftOnly }

  /// Why models may not have it.
  var reasonForMissing: String {
    switch self {
    case .likelihood:
      "two models must have been trained for a likelihood: causal-lm with a start token, or any-order"
    case .verbsBothSides, .verbsLeftOnly:
      "only the embedded corpus has verbs to choose, in a context of theirs; from the left side alone two models "
        + "must have been trained for it"
    case .clozeBothSides, .clozeLeftOnly:
      "only the embedded corpus has words to choose; from the left side alone two models must have been trained for "
        + "it"
    case .divergenceBothSides, .divergenceLeftOnly:
      "only the embedded corpus has exact distributions, and two models must cut it alike and be trained for what is asked"
    case .heldOutLoss: "losses of different tasks measure different things"
    }
  }
}

/// What an experiment asks and how its answer is judged: declared before anything is trained.
public struct Design: Codable, Sendable {
  /// What is asked, in one line; nil where nobody wrote it down.
  public let question: String?
  /// The measure that decides; nil: the first of all that every arm has.
  public let primary: PrimaryMeasure?
  /// Whether ``primary`` was chosen for want of a declaration; nil in records of before this was kept: no.
  private var primaryIsDefault: Bool?
  /// Whether the arms are steps of one path, each held against the one before.
  public let isPath: Bool
  /// Whether seeds are added only until every comparison of the deciding measure is decided; nil in records of
  /// before this could be: no.
  private var stopsWhenDecided: Bool?
  /// Whether the models' vectors are probed, too; nil in records of before they could be.
  public var probes: Bool?
  /// What the models are fine-tuned on, too; nil in records of before they could be: nothing.
  private var fineTuning: [GrammarTask]?

  /// A design.
  public init(
    question: String? = nil, primary: PrimaryMeasure? = nil, isPath: Bool = false,
    primaryIsDefault: Bool = false, stopsWhenDecided: Bool = false, probes: Bool = false,
    tasks: [GrammarTask] = []
  ) {
    self.question = question
    self.primary = primary
    self.primaryIsDefault = primaryIsDefault
    self.isPath = isPath
    self.stopsWhenDecided = stopsWhenDecided
    self.probes = probes
    fineTuning = tasks
  }

  /// Whether somebody declared the measure that decides.
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
