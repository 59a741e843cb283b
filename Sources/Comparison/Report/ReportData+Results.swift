import Foundation
import Statistics

extension ReportData {
  /// A setting in which the models differ.
  public struct ComponentDifference: Codable, Sendable {
    /// Path in the descriptor, for example `blocks.*.attention.mask`.
    public var path: String
    /// The setting in every arm, in the order of the arms.
    public var values: [String]

    /// Creates a difference between any number of arms.
    public init(path: String, values: [String]) {
      self.path = path
      self.values = values
    }

    /// Creates a difference between two arms.
    public init(path: String, left: String, right: String) {
      self.init(path: path, values: [left, right])
    }
  }

  /// One measure on held-out text, for every arm.
  public struct HeldOutRow: Codable, Sendable {
    /// What was measured.
    public var measure: String
    /// Its unit.
    public var unit: String
    /// The value in every arm, nil where an arm has none.
    public var values: [Measured?]
    /// Whether the columns of this row may be compared.
    public var comparable: Bool
    /// Why they may or must not.
    public var because: String

    /// Whether the values may be compared; nil where there are no two.
    package var areComparable: Bool? { values.count { $0 != nil } > 1 ? comparable : nil }

    /// Creates a row.
    public init(measure: String, unit: String, values: [Measured?], comparable: Bool, because: String) {
      self.measure = measure
      self.unit = unit
      self.values = values
      self.comparable = comparable
      self.because = because
    }
  }

  /// Sentences that are in both parts of the text.
  public struct Duplicates: Codable, Sendable {
    /// Held-out sentences that also are in training.
    public var shared: Int
    /// Held-out sentences in all.
    public var heldOut: Int

    /// Creates the counts.
    public init(shared: Int, heldOut: Int) {
      self.shared = shared
      self.heldOut = heldOut
    }
  }

  /// What the scored bytes cost under the grammar itself and under models, all in bits per byte.
  public struct Floor: Codable, Sendable {
    /// The least that any model can reach: the corpus's own −log2 probability of the scored bytes.
    public var entropy: Double
    /// What models reached.
    public var models: [Entry]
    /// What simpler methods reach on the same bytes: unigram, Kneser-Ney 5-gram, zlib.
    public var baselines: [Entry]
    /// One line on how the floor is computed.
    public var note: String

    /// A name and its bits per byte.
    public struct Entry: Codable, Sendable {
      /// Shown name.
      public var name: String
      /// Bits per byte.
      public var bitsPerByte: Double
      /// The arm, for a model.
      public var arm: Int?
      /// The least that any model can reach on the bytes that this one was scored on; nil where these are the floor's own.
      public var entropy: Double?

      /// Creates an entry.
      public init(name: String, bitsPerByte: Double, arm: Int? = nil, entropy: Double? = nil) {
        self.entropy = entropy
        self.name = name
        self.bitsPerByte = bitsPerByte
        self.arm = arm
      }
    }

    /// A method's bits per byte, in multiples of the least that is possible on the bytes that it was scored on.
    package func ratio(of entry: Entry) -> Double { entry.bitsPerByte / (entry.entropy ?? entropy) }

    /// Creates the section.
    public init(entropy: Double, models: [Entry], baselines: [Entry], note: String = "") {
      self.entropy = entropy
      self.models = models
      self.baselines = baselines
      self.note = note
    }
  }
}
