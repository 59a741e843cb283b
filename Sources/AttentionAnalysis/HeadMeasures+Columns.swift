extension HeadMeasures {
  /// A measure as tables show it.
  struct Column: Sendable {
    /// Heading of a table for readers.
    let title: String
    /// Name in files.
    let key: String
    let value: @Sendable (HeadMeasures) -> Double?
  }

  /// All measures, in the order of tables and files.
  static let columns: [Column] = [
    Column(title: "Entropy", key: "entropy") { $0.entropy },
    Column(title: "Distance", key: "distance") { $0.distance },
    Column(title: "Previous", key: "previous") { $0.previous },
    Column(title: "Next", key: "next") { $0.next },
    Column(title: "Own", key: "own") { $0.itself },
    Column(title: "First", key: "first") { $0.first },
    Column(title: "Delimiter", key: "delimiter") { $0.delimiter },
    Column(title: "Induction", key: "induction") { $0.induction },
    Column(title: "Verb to subject", key: "verb_subject") { $0.verb?.subject },
    Column(title: "to other noun", key: "verb_attractor") { $0.verb?.attractor },
    Column(title: "Choice to subject", key: "choice_subject") { $0.choice?.subject },
    Column(title: "to other noun", key: "choice_attractor") { $0.choice?.attractor },
  ]
}
