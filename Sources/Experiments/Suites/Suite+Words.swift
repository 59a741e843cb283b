import Settings
import SyntheticCorpus
import Text

extension Suite {
  /// What a suite says in words that only mean something when they are known: rows of the certificate, kinds
  /// of matching, tasks.
  static func unknownWords(_ node: Node) -> [Problem] {
    let kinds = MatchKind.allCases.map(\.rawValue)
    func words(_ path: String) -> [Node] { node[path]?.elements ?? [] }
    var problems =
      Certificate.problems(with: words("declared"), path: "declared")
      + Problem.unknown(
        words("match"), path: "match", known: kinds, reason: "models cannot be matched by this")
      + Problem.unknown(
        words("fineTune"), path: "fineTune", known: GrammarTask.allCases.map(\.rawValue),
        reason: "there is no such task")
      + unknownPrimary(node)
    let wanted = words("match").compactMap { $0.text.flatMap(MatchKind.init) }
    if var contradiction = Matching.contradiction(Set(wanted)) {
      contradiction.found = contradiction.path
      contradiction.path = "match"
      contradiction.place = node.place(at: "match")
      problems.append(contradiction)
    }
    return problems
  }

  /// What decides is a measure with a name of its own, or a figure of an evaluation that the suite makes.
  private static func unknownPrimary(_ node: Node) -> [Problem] {
    guard let text = node["primary"]?.text else { return [] }
    let asked = (node["evaluations"]?.elements ?? []).compactMap { $0.text ?? $0["type"]?.text }
    if PrimaryMeasure.names.contains(text) { return [] }
    if case .figure(let evaluation, _)? = PrimaryMeasure(rawValue: text), asked.contains(evaluation) {
      return []
    }
    let known = PrimaryMeasure.names + asked
    return [
      Problem(
        path: "primary", found: "\"\(text)\"", allowed: known.joined(separator: ", "),
        reason: "it is neither a measure nor an evaluation of this suite",
        nearest: nearestName(to: text, among: known), place: node.place(at: "primary"))
    ]
  }
}

extension Tuning {
  private enum Keys {
    static let learningRate = Key.numbers("learningRate", 0...10, help: "the rates, two or more")
    static let by = Key.choice(
      "by", default: Method.grid,
      help: "grid: every rate at full length; halving: repeat the better half for twice as long")
    static let steps = Key.optionalInteger(
      "steps", 1...1_000_000_000,
      help: "number of steps of the longest trials; null: those of the run")
  }

  /// What a suite may say of trials.
  static let declaration = ComponentDeclaration(
    family: "tuning", name: "learning-rate", summary: "learning rates that every arm tries",
    keys: [Keys.learningRate, Keys.by, Keys.steps])

  /// What a suite says of trials, if anything, and what is wrong with it.
  static func of(_ suite: Resolved, _ node: Node) -> (tuning: Tuning?, problems: [Problem]) {
    guard suite.written.contains("tune") else { return (nil, []) }
    let said = suite[Suite.Keys.tune]
    do {
      return (
        try Tuning(
          learningRates: said[Keys.learningRate], method: said[Keys.by],
          steps: said[Keys.steps]), []
      )
    } catch {
      let path = "tune.learningRate"
      return (
        nil,
        [
          Problem(
            path: path, found: error.found, allowed: error.allowed, reason: error.reason,
            place: node.place(at: path))
        ]
      )
    }
  }
}
