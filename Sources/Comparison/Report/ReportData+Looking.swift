import Foundation

extension ReportData {
  /// A text written by a decoder.
  public struct Sample: Codable, Sendable {
    /// Index into ``ReportData/arms``.
    public var arm: Int
    /// What the model was given; empty for a free sample.
    public var prompt: String
    /// How it was drawn, for example `temperature 0.8, top-k 40, seed 1`.
    public var settings: String
    /// What the model wrote, cut into sentences.
    public var sentences: [Sentence]

    /// A sentence and whether the grammar accepts it.
    public struct Sentence: Codable, Sendable {
      /// The text.
      public var text: String
      /// Whether it is well-formed; nil when not known.
      public var wellFormed: Bool?

      /// Creates a sentence.
      public init(_ text: String, wellFormed: Bool? = nil) {
        self.text = text
        self.wellFormed = wellFormed
      }
    }

    /// Creates a sample.
    public init(arm: Int, prompt: String = "", settings: String = "", sentences: [Sentence]) {
      self.arm = arm
      self.prompt = prompt
      self.settings = settings
      self.sentences = sentences
    }
  }

  /// Masks filled by an encoder.
  public struct Fill: Codable, Sendable {
    /// Index into ``ReportData/arms``.
    public var arm: Int
    /// The text with `[MASK]` where something is hidden.
    public var text: String
    /// What was guessed, one entry for every mask.
    public var masks: [Mask]

    /// One mask.
    public struct Mask: Codable, Sendable {
      /// What stood there; nil when not known.
      public var correct: String?
      /// The best guesses, best first.
      public var guesses: [Guess]

      /// Creates a mask.
      public init(correct: String? = nil, guesses: [Guess]) {
        self.correct = correct
        self.guesses = guesses
      }
    }

    /// A guess and its probability.
    public struct Guess: Codable, Sendable {
      /// The token.
      public var text: String
      /// Probability from 0 to 1.
      public var probability: Double
      /// What the grammar itself gives this token there, when known.
      public var grammarProbability: Double?

      /// Creates a guess.
      public init(_ text: String, probability: Double, grammarProbability: Double? = nil) {
        self.text = text
        self.probability = probability
        self.grammarProbability = grammarProbability
      }
    }

    /// Creates a fill.
    public init(arm: Int, text: String, masks: [Mask]) {
      self.arm = arm
      self.text = text
      self.masks = masks
    }
  }

  /// Where the time and the memory of one arm went.
  public struct ArmProfile: Codable, Sendable {
    /// Index into ``ReportData/arms``.
    public var arm: Int
    /// One row a primitive.
    public var rows: [ProfileRow]
    /// Peak memory by kind: parameters, gradients, optimiser, activations.
    public var memory: [MemoryPart]
    /// Share of this machine's matrix-product peak, from 0 to 1.
    public var gemmPeakShare: Double?
    /// Content tokens per second of training.
    public var tokensPerSecond: Double?

    /// Creates a profile.
    public init(
      arm: Int, rows: [ProfileRow], memory: [MemoryPart] = [], gemmPeakShare: Double? = nil,
      tokensPerSecond: Double? = nil
    ) {
      self.arm = arm
      self.rows = rows
      self.memory = memory
      self.gemmPeakShare = gemmPeakShare
      self.tokensPerSecond = tokensPerSecond
    }
  }

  /// Time in one primitive.
  public struct ProfileRow: Codable, Sendable {
    /// Name of the primitive.
    public var primitive: String
    /// Seconds in itself.
    public var selfSeconds: Double
    /// Share of all self seconds, from 0 to 1.
    public var selfShare: Double
    /// Seconds with everything that it calls.
    public var totalSeconds: Double
    /// Calls.
    public var calls: Int
    /// Billions of floating-point operations a second; nil where nothing is counted.
    public var gigaflops: Double?
    /// Gigabytes moved a second; nil where nothing is counted.
    public var gigabytes: Double?
    /// Share of the training step, from 0 to 1.
    public var stepShare: Double

    /// Creates a row.
    public init(
      primitive: String, selfSeconds: Double, selfShare: Double, totalSeconds: Double, calls: Int,
      gigaflops: Double? = nil, gigabytes: Double? = nil, stepShare: Double
    ) {
      self.primitive = primitive
      self.selfSeconds = selfSeconds
      self.selfShare = selfShare
      self.totalSeconds = totalSeconds
      self.calls = calls
      self.gigaflops = gigaflops
      self.gigabytes = gigabytes
      self.stepShare = stepShare
    }
  }

  /// Memory of one kind at the peak.
  public struct MemoryPart: Codable, Sendable {
    /// For example `activations`.
    public var kind: String
    /// Bytes.
    public var bytes: Int

    /// Creates a part.
    public init(kind: String, bytes: Int) {
      self.kind = kind
      self.bytes = bytes
    }
  }

  /// How to repeat the comparison.
  public struct Footer: Codable, Sendable {
    /// The full command.
    public var command: String
    /// Versions and fingerprints, one line each.
    public var versions: [String]
    /// Relative links to run folders.
    public var links: [Link]

    /// A link to a file or folder beside the page.
    public struct Link: Codable, Sendable {
      /// Shown text.
      public var label: String
      /// Path relative to the page; an address elsewhere is shown as text, not linked.
      public var path: String

      /// Creates a link.
      public init(label: String, path: String) {
        self.label = label
        self.path = path
      }
    }

    /// Creates a footer.
    public init(command: String = "", versions: [String] = [], links: [Link] = []) {
      self.command = command
      self.versions = versions
      self.links = links
    }
  }
}
