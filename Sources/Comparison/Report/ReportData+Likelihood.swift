import Statistics

extension ReportData {
  /// What the same held-out windows cost every model, by the chain rule.
  public struct Likelihood: Codable, Sendable {
    /// Windows that were scored.
    public var windows: Int
    /// Tokens of a window.
    public var tokens: Int
    /// Bytes of all windows.
    public var bytes: Int
    /// The grammar's own bits per byte on these bytes; nil for other text.
    public var floor: Double?
    /// One row a model and order.
    public var scores: [Score]
    /// Bits per token by how much of the window was hidden.
    public var shares: [Share]
    /// Pseudo-log-likelihoods: no likelihoods, in a table of their own.
    public var pseudo: [Pseudo]

    /// The likelihood by one model in one order.
    public struct Score: Codable, Sendable {
      /// Index into ``ReportData/arms``.
      public var arm: Int
      /// The order of the chain rule.
      public var order: String
      /// Bits per byte with an interval over windows.
      public var bitsPerByte: Measured
      /// What it is above the grammar's own, window by window.
      public var excess: Measured?
      /// FLOPs of matrix products that scoring took.
      public var flops: Double
      /// Whether the model was trained for what it is asked.
      public var isTrainedForIt: Bool
    }

    /// Bits per token by the fraction of the window that was hidden when it was predicted.
    public struct Share: Codable, Sendable {
      /// Index into ``ReportData/arms``.
      public var arm: Int
      /// The order of the chain rule.
      public var order: String
      /// The mean masking rate of a group of positions.
      public var hidden: [Double]
      /// The mean bits per token of the group.
      public var bits: [Double]
    }

    /// A pseudo-log-likelihood by one model.
    public struct Pseudo: Codable, Sendable {
      /// Index into ``ReportData/arms``.
      public var arm: Int
      /// Which form.
      public var form: String
      /// Its sum over all tokens, in bits, over the bytes.
      public var bitsPerByte: Double
    }
  }
}
