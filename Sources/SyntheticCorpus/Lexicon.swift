/// The words of the embedded corpus.
///
/// Eight kinds of things. What a noun is decides which verbs and which adjectives may be said of it, however
/// far away they are. No form is in the list twice, so every word has one reading.
enum Lexicon {
  /// A noun in both numbers.
  struct Noun {
    let singular: String
    let plural: String

    /// The form of `number`.
    func form(_ number: GrammarWord.Number) -> String { number == .singular ? singular : plural }
  }

  /// A verb in the present tense: "sees", "see".
  struct Verb {
    let singular: String
    let plural: String

    /// The form that agrees with `number`.
    func form(_ number: GrammarWord.Number) -> String { number == .singular ? singular : plural }
  }

  /// A kind of things, with what can be said of it.
  struct Kind {
    /// The word for all of the kind, which is never a subject: "animal".
    let name: Noun
    let nouns: [Noun]
    /// Verbs without an object.
    let intransitive: [Verb]
    /// Verbs with an object, each with the one kind (by its name) that the object is of.
    let transitive: [(verb: Verb, object: String)]
    /// What the kind may be after "is" and "are".
    let adjectives: [String]
  }

  /// The kinds, all equally frequent. Inside each list, the first words are the frequent ones.
  static let kinds: [Kind] = [
    Kind(
      name: Noun(singular: "person", plural: "people"),
      nouns: nouns(
        "farmer", "chef", "child/children", "teacher", "woman/women", "doctor", "sailor", "baker"),
      intransitive: verbs("laugh", "sing", "argue"),
      transitive: verbs(("own", "tool"), ("drive", "vehicle"), ("wear", "garment")),
      adjectives: ["clever", "polite", "tired", "jealous"]),
    Kind(
      name: Noun(singular: "animal", plural: "animals"),
      nouns: nouns("dog", "cat", "mouse/mice", "horse", "wolf/wolves", "rabbit", "goose/geese", "cow"),
      intransitive: verbs("growl", "sleep", "wander"),
      transitive: verbs(("follow", "person"), ("nibble", "plant"), ("chew", "garment")),
      adjectives: ["hungry", "tame", "furry", "fierce"]),
    Kind(
      name: Noun(singular: "plant", plural: "plants"),
      nouns: nouns("tree", "rose", "bush/bushes", "lily/lilies", "vine", "fern", "oak", "palm"),
      intransitive: verbs("bloom", "wither", "sprout"),
      transitive: verbs(("attract", "animal"), ("scratch/scratches", "vehicle"), ("overgrow", "building")),
      adjectives: ["leafy", "thorny", "ripe", "fragrant"]),
    Kind(
      name: Noun(singular: "tool", plural: "tools"),
      nouns: nouns("key", "hammer", "knife/knives", "broom", "needle", "ladder", "brush/brushes", "axe"),
      intransitive: verbs("rattle", "rust", "snap"),
      transitive: verbs(("trim", "plant"), ("slice", "dish"), ("damage", "building")),
      adjectives: ["sharp", "rusty", "handy", "blunt"]),
    Kind(
      name: Noun(singular: "vehicle", plural: "vehicles"),
      nouns: nouns("car", "truck", "bus/buses", "boat", "ferry/ferries", "wagon", "tram", "sledge"),
      intransitive: verbs("stall", "skid", "depart"),
      transitive: verbs(
        ("transport", "person"), ("carry/carries", "tool"), ("approach/approaches", "building")),
      adjectives: ["fast", "crowded", "punctual", "parked"]),
    Kind(
      name: Noun(singular: "dish", plural: "dishes"),
      nouns: nouns("soup", "cake", "loaf/loaves", "pie", "salad", "cookie", "pancake", "pudding"),
      intransitive: verbs("simmer", "spoil", "steam"),
      transitive: verbs(("delight", "person"), ("tempt", "animal"), ("flavour", "dish")),
      adjectives: ["tasty", "salty", "stale", "spicy"]),
    Kind(
      name: Noun(singular: "building", plural: "buildings"),
      nouns: nouns(
        "house", "tower", "church/churches", "mill", "library/libraries", "barn", "school", "cottage"),
      intransitive: verbs("crumble", "creak", "lean"),
      transitive: verbs(("display", "dish"), ("shelter", "animal"), ("shade", "plant")),
      adjectives: ["tall", "empty", "ancient", "draughty"]),
    Kind(
      name: Noun(singular: "garment", plural: "garments"),
      nouns: nouns("coat", "shoe", "scarf/scarves", "hat", "dress/dresses", "glove", "shirt", "sock"),
      intransitive: verbs("fade", "shrink", "wrinkle"),
      transitive: verbs(("warm", "person"), ("conceal", "tool"), ("decorate", "vehicle")),
      adjectives: ["woollen", "baggy", "ragged", "elegant"]),
  ]

  /// Verbs between a subject and what it is.
  static let copulas: [Verb] = [
    Verb(singular: "is", plural: "are"), Verb(singular: "was", plural: "were"),
    Verb(singular: "seems", plural: "seem"),
  ]

  /// Adjectives before a noun of any kind.
  static let adjectives = ["old", "little", "new", "strange", "big", "lovely"]
  /// Adverbs before a verb.
  static let adverbs = ["often", "still", "rarely", "never"]
  /// Words between two nouns of any kind.
  static let prepositions = ["near", "behind", "beside", "under", "opposite"]
  /// What may follow "in the".
  static let times = ["morning", "evening", "summer", "winter"]

  /// The position of the kind called `name`.
  static func kind(named name: String) -> Int {
    kinds.firstIndex { $0.name.singular == name } ?? { preconditionFailure("no kind \(name)") }()
  }

  /// Nouns by their singular, or "singular/plural" where the plural is not made with "s".
  private static func nouns(_ forms: String...) -> [Noun] {
    forms.map { form in
      let parts = form.split(separator: "/").map(String.init)
      return Noun(singular: parts[0], plural: parts.count > 1 ? parts[1] : parts[0] + "s")
    }
  }

  /// A verb by its plural, or "plural/singular" where the singular is not made with "s".
  private static func verb(_ form: String) -> Verb {
    let parts = form.split(separator: "/").map(String.init)
    return Verb(singular: parts.count > 1 ? parts[1] : parts[0] + "s", plural: parts[0])
  }

  private static func verbs(_ forms: String...) -> [Verb] { forms.map(verb) }

  private static func verbs(_ forms: (String, String)...) -> [(verb: Verb, object: String)] {
    forms.map { (verb: verb($0.0), object: $0.1) }
  }
}
