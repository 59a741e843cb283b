/// The tokens that stand for no text. They are the first ids of every tokenizer, so that objectives and
/// models need not know which tokenizer is in use.
public enum SpecialTokens {
  /// Fills a window that is too short.
  public static let padding: Int32 = 0
  /// Stands for text that the tokenizer has no token for.
  public static let unknown: Int32 = 1
  /// Stands before the first token of a window.
  public static let start: Int32 = 2
  /// Stands between two parts of a window.
  public static let separator: Int32 = 3
  /// Hides a token that a model has to predict.
  public static let mask: Int32 = 4
  /// How many there are: the id of the first ordinary token.
  public static let count = 5
  /// Their written forms, by id.
  public static let names = ["[PAD]", "[UNK]", "[START]", "[SEP]", "[MASK]"]

  /// Whether an id belongs to a special token.
  public static func contains(_ id: Int32) -> Bool { id >= 0 && id < count }
}
