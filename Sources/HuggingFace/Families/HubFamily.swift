import Settings

/// A family of models as `transformers` knows it: how its configuration and its tensors and ours say the same, in both
/// directions.
///
/// It is a table: what it does not name is refused, on the way in and on the way out.
public struct HubFamily: Sendable {
  /// The family's `model_type`, such as `bert`.
  public let modelType: String
  /// Its name in tables, such as `BERT`.
  public let title: String
  /// The descriptor of its models, as JSON5, without what the configuration says.
  let descriptor: String
  /// What the configuration says.
  let configuration: [ConfigurationRule]
  /// Keys of its configurations alone that change nothing in what a model computes.
  var harmless: Set<String> = []
  /// Ids of special tokens that its class has by default, as far as a small vocabulary lacks them. transformers writes them
  /// into the files of such a model, too.
  var defaultTokens: Set<Int> = []
  /// Whether its classes come with `transformers`; else its models are imported only.
  var isInTransformers = true
  /// What the descriptor needs beyond single keys, once they are read: settings that depend on several of them.
  var completing: @Sendable (_ reading: FamilyReading, _ draft: inout DescriptorDraft) -> Void = { _, _ in }
  /// The tensors of the trunk, named as in the class of the trunk alone.
  let trunk: @Sendable (_ model: DescriptorDraft) -> [TensorRule]
  /// Its classes; the one of the trunk alone comes last.
  let classes: [HubClass]
  /// Its classes that label texts or words.
  var classifiers: [HubClassifier] = []
  /// Heads that its files may hold and this program has not: what their names begin with, and what they are for.
  var otherHeads: [(prefix: String, purpose: String)] = []
  /// Tensors that are no parameters: constants that older versions saved. Names end in these.
  var buffers: [String] = [
    "position_ids", "rotary_emb.inv_freq", "attn.bias", "attn.masked_bias", "attention.bias",
    "attention.masked_bias",
  ]

  /// The class of that name.
  func hubClass(_ name: String) -> HubClass? { classes.first { $0.name == name } }

  /// What the trunk's names begin with in the files of classes with a head.
  var prefix: String { classes.first { !$0.prefix.isEmpty }?.prefix ?? "" }

  /// The class of the trunk alone.
  var trunkClass: HubClass { classes[classes.count - 1] }
}

/// A class of `transformers`: a trunk with a head, or the trunk alone.
public struct HubClass: Sendable {
  /// What a model gives, and so which `AutoModel` opens it.
  public enum Output: String, Sendable {
    case trunk = "hidden states"
    case hiddenTokens = "masked tokens"
    case nextToken = "the next token"
    case replacedTokens = "replaced tokens"
    case textLabels = "labels of texts"
    case wordLabels = "labels of words"
  }

  /// Its name, such as `BertForMaskedLM`.
  let name: String
  /// What it gives.
  let output: Output
  /// What its trunk's tensors begin with in its files; empty for the trunk alone.
  var prefix = ""
  /// Values of the descriptor by path.
  var settings: [(path: String, value: Node)] = []
  /// The tensors of its head, with their whole names.
  var head: [TensorRule] = []
  /// Other names of tensors of the head: a file has either or both, and then the other counts, for that is the one that
  /// is computed with.
  var synonyms: [String: String] = [:]
  /// Names of tensors of the head in files of other versions; they are read and never written.
  var spellings: [String: String] = [:]
}

extension Family where Member == HubFamily {
  /// Families of models in Hugging Face's layout.
  public static var hubFamily: Self { Self("model family") }
}
