import Settings
import Text
import Training
import Transformer

/// A class of `transformers` that labels texts or words: the trunk of a family with a classification head.
struct HubClassifier: Sendable {
  /// Its name, such as `BertForSequenceClassification`.
  let name: String
  /// What it labels: `textLabels` or `wordLabels`.
  let output: HubClass.Output
  /// The head that it computes.
  let head: HeadForm
  /// Which vectors its head reads; the first is the usual one. Of words, each has the labels of one of its tokens.
  let poolings: [Pooling]
  /// Its tensors, by the names of our head's parameters: the map to classes, and what comes before it.
  let tensors: [(ours: String, theirs: String)]
  /// What its configuration says of the head.
  var keys: [(key: String, value: Node)] = []
  /// Values of its configuration that the head needs.
  var needs: [(key: String, value: Node)] = []

  /// A class for texts.
  ///
  /// - Parameters:
  ///   - name: its name.
  ///   - head: its head.
  ///   - pooling: which vector of a text it reads.
  ///   - map: the name of the map to classes.
  ///   - dense: the name of the layer before it.
  static func texts(
    _ name: String, _ head: HeadForm, _ pooling: Pooling, map: String, dense: String? = nil
  ) -> Self {
    Self(
      name: name, output: .textLabels, head: head, poolings: [pooling],
      tensors: [("", map)] + (dense.map { [("dense", $0)] } ?? []))
  }

  /// A class for words, which gives labels for every token.
  static func words(_ name: String, map: String) -> Self {
    Self(
      name: name, output: .wordLabels, head: .linear, poolings: [.first, .last], tensors: [("", map)])
  }

  /// BERT's classes, and those of its design: the first position through a layer and tanh.
  ///
  /// - Parameters:
  ///   - name: what their names begin with.
  ///   - dense: the layer before the map to classes.
  ///   - map: the map to classes.
  static func bert(
    _ name: String, _ head: HeadForm = .tanh, dense: String, map: String = "classifier"
  ) -> [Self] {
    [
      .texts(name + "ForSequenceClassification", head, .start, map: map, dense: dense),
      .words(name + "ForTokenClassification", map: "classifier"),
    ]
  }

  /// The classes of decoders: the last token, without a bias.
  ///
  /// - Parameters:
  ///   - name: what their names begin with.
  ///   - words: the name of the map of the class for words; nil: there is none.
  static func decoder(_ name: String, words: String?) -> [Self] {
    [.texts(name + "ForSequenceClassification", .noBias, .last, map: "score")]
      + (words.map { [.words(name + "ForTokenClassification", map: $0)] } ?? [])
  }

  /// The same with further keys and needs.
  func with(keys: [(key: String, value: Node)], needs: [(key: String, value: Node)] = []) -> Self {
    var result = self
    (result.keys, result.needs) = (keys, needs)
    return result
  }

  /// ModernBERT's classes: every token through a layer, GELU and a norm.
  static func modern(_ name: String, _ output: HubClass.Output, _ poolings: [Pooling]) -> Self {
    Self(
      name: name, output: output, head: .geluNorm, poolings: poolings,
      tensors: [("", "classifier"), ("dense", "head.dense"), ("norm", "head.norm")],
      keys: [("classifier_bias", true), ("classifier_activation", "gelu"), ("classifier_pooling", "cls")],
      needs: [("norm_eps", Node(.number(HeadForm.normEpsilon))), ("norm_bias", false)])
  }

  /// The class with the rules of its tensors.
  ///
  /// - Parameters:
  ///   - prefix: what the trunk's names begin with.
  ///   - scope: the beginning of the names of our head's parameters.
  ///   - pooler: the model's pooler, where that is the layer before the map to classes; nil: the head has its own.
  func hubClass(prefix: String, scope: String, pooler: String?) -> HubClass {
    HubClass(
      name: name, output: output, prefix: prefix,
      head: tensors.flatMap { ours, theirs in
        let own = ours.isEmpty ? scope : scope + "." + ours
        return TensorRule.linear(ours == "dense" ? pooler ?? own : own, theirs)
      })
  }

  /// Whether a head with this pooling is the class's. The model's pooler is a layer with tanh at the first position.
  func computes(_ form: HeadForm, _ pooling: Pooling) -> Bool {
    if pooling == .pooler { return form == .linear && head == .tanh && poolings == [.start] }
    return form == head && poolings.contains(pooling)
  }
}
