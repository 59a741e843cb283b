import Foundation

extension ReportData {
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
