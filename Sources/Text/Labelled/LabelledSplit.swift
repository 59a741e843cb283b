import Settings

/// Labelled texts in three splits: training, development and test.
public struct LabelledSplit: Sendable {
  /// To train on.
  public let train: [LabelledText]
  /// To choose settings by.
  public let development: [LabelledText]
  /// To measure on, once.
  public let test: [LabelledText]
  /// Every label, in alphabetical order: the numbers of the classes.
  public let labels: [String]
  /// Texts of a test file that are among the others, too.
  package let testSeenBefore: Int

  /// Splits texts: of five, three for training, one for development, one for testing; with a test file four and
  /// one.
  ///
  /// Each label is split by itself, so that all parts have all labels where there are enough. Equal texts and
  /// texts of one origin stay together. The parts depend on the texts and `seed` alone.
  ///
  /// - Parameters:
  ///   - texts: the texts to split.
  ///   - test: texts to measure on; nil: a part of `texts`.
  ///   - seed: the seed of the split.
  /// - Throws: `TextError` for fewer than two labels, for too few texts, and for a test file of another form
  ///   or with a label that is nowhere else.
  public init(_ texts: LabelledTexts, test: LabelledTexts? = nil, seed: UInt64 = 1) throws {
    labels = texts.labels
    guard labels.count > 1 else {
      throw TextError(
        place: texts.name, reason: "every label is \"\(labels.first ?? "")\"",
        suggestion: "a task needs at least two labels")
    }
    testSeenBefore = try test.map { try Self.check($0, against: texts) } ?? 0
    var parts: [[LabelledText]] = [[], [], []]
    for stratum in Self.strata(texts) {
      var groups = stratum
      var random = KeyedGenerator(seed: seed, name: "labelled split", epoch: 0)
      random.shuffle(&groups)
      // To train on comes first, so that a rare label is trained on rather than tested.
      for (index, group) in groups.enumerated() {
        let part = index % 5 == 1 ? 1 : index % 5 == 2 && test == nil ? 2 : 0
        parts[part] += group.map { texts.texts[$0] }
      }
    }
    (train, development) = (parts[0], parts[1])
    self.test = test?.texts ?? parts[2]
    guard !train.isEmpty, !development.isEmpty, !self.test.isEmpty else {
      throw TextError(
        place: texts.name, reason: "\(texts.texts.count) texts are too few to split",
        suggestion: "give at least five different texts per label")
    }
  }

  /// Groups of texts that stay together, apart by label: numbers of texts.
  private static func strata(_ texts: LabelledTexts) -> [[[Int]]] {
    var numbers: [String: Int] = [:]
    var groups: [[Int]] = []
    for (index, text) in texts.texts.enumerated() {
      let key = text.origin.map { "origin \($0)" } ?? "text " + text.parts.joined(separator: "\u{1}")
      let number = numbers[key] ?? groups.count
      if number == groups.count {
        numbers[key] = number
        groups.append([])
      }
      groups[number].append(index)
    }
    // Words have as many labels as there are sentences' worth of them: no strata there.
    guard texts.form != .tagging else { return [groups] }
    let byLabel = Dictionary(grouping: groups) { texts.texts[$0[0]].labels[0] }
    return byLabel.sorted { $0.key < $1.key }.map(\.value)
  }

  /// What is wrong with a text to measure on that has a label of its own; nil where nothing is.
  ///
  /// - Parameter labels: those of the texts to train on.
  package static func unknownLabel(of text: LabelledText, _ labels: [String]) -> TextError? {
    guard let label = text.labels.first(where: { !labels.contains($0) }) else { return nil }
    let nearest = nearestName(to: label, among: labels).map { "did you mean \"\($0)\"?" }
    return TextError(
      place: text.place, reason: "the label \"\(label)\" does not occur in the training file",
      suggestion: nearest ?? "its labels are \(labels.prefix(20).joined(separator: ", "))")
  }

  /// Whether a test file fits; returns how many of its texts are in the other file, too.
  private static func check(_ test: LabelledTexts, against texts: LabelledTexts) throws -> Int {
    guard test.form == texts.form else {
      throw TextError(
        place: test.name,
        reason: "the test is one of \(test.form.rawValue), the other file one of "
          + texts.form.rawValue, suggestion: "name two files with the same columns")
    }
    let labels = texts.labels
    for text in test.texts { if let error = unknownLabel(of: text, labels) { throw error } }
    let known = Set(texts.texts.map(\.parts))
    return test.texts.count { known.contains($0.parts) }
  }
}
