import Settings

/// The tokenizers that a descriptor may name.
public enum TokenizerChoice {
  static let declarations: [ComponentDeclaration] = {
    func declare(_ name: String, _ summary: String, _ settings: [Setting], _ source: String)
      -> ComponentDeclaration
    {
      ComponentDeclaration(
        family: "tokenizer", name: name, summary: summary, settings: settings, source: source, origin: "Text")
    }
    func vocabulary(_ smallest: Int) -> Setting {
      Setting(
        "vocabulary", .integer(smallest...1_000_000), default: .integer(1024),
        help: "most tokens to learn, special tokens included")
    }
    return [
      declare("bytes", "one token a byte; loses nothing", [], ""),
      declare("characters", "one token a character of the text", [], ""),
      declare(
        "byte-bpe", "byte pairs merged by frequency; loses nothing", [vocabulary(261)], "Sennrich et al. 2016"
      ),
      declare(
        "wordpiece", "word pieces chosen by likelihood", [vocabulary(64)], "Schuster and Nakajima 2012"),
    ]
  }()
}
