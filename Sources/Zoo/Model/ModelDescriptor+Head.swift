import Transformer

extension ModelDescriptor {
  /// Whether its head gives a logit for each token of the vocabulary: a trunk has no head, and a discriminator one logit
  /// that says whether a token was replaced.
  public var predictsTokens: Bool {
    head != "none" && !findsReplacedTokens
  }

  /// Whether its head gives one logit a token, which says whether the token was replaced.
  public var findsReplacedTokens: Bool { head == "discriminator" }

  private var head: String? { settings.value(of: ModelSettings.head)?.type }

  /// The commands that a model without a head for tokens works in, for errors.
  package var usesWithoutTokenHead: String {
    (findsReplacedTokens ? "logits (one for each token, above 0 where the token seems replaced), " : "")
      + "embed, probe, finetune and attention"
  }
}
