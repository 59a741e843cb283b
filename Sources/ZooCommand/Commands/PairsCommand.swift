import CommandLineKit
import Comparison
import Evaluation
import Foundation
import SyntheticCorpus
import Text
import Training

extension Command {
  /// `zoo pairs`: minimal pairs of the embedded grammar.
  static let pairs = Command(
    name: "pairs", summary: "write minimal pairs generated from the grammar of the embedded corpus",
    discussion: """
      Each pair is a grammatical sentence and the same sentence with one word changed so that it is ungrammatical: \
      a verb or a determiner with the wrong number, next to its noun or far from it, or a word that does not fit \
      the subject's class. Sentences that occur in the training text of the embedded corpus are dropped. The file \
      has the format of BLiMP, which zoo score reads.
      """,
    examples: [
      Example("zoo pairs --out pairs.jsonl", "100 pairs of each paradigm"),
      Example("zoo pairs --count 20 --seed 2 --out few.jsonl", "20 other pairs of each paradigm"),
    ],
    options: [
      .value("count", .integer(1...10_000), default: "100", help: "number of pairs per paradigm"),
      .value("seed", .integer(0...Int.max), default: "1", help: "random seed of the sentences"),
      .value("out", .text, as: "file", help: "output file", required: true),
      OutputFile.force,
    ]
  ) { arguments in
    let path = arguments.option("out") ?? "pairs.jsonl"
    let out = try OutputFile(path, .pairs, option: "out", isForced: arguments.flag("force"))
    let source = GeneratedCorpus.make().source
    let drawn = GrammarPair.draw(
      arguments.integer("count") ?? 100, seed: UInt64(arguments.integer("seed") ?? 1), notIn: source)
    let pairs = drawn.pairs.map(MinimalPair.init)
    try out.write(Data(try MinimalPair.lines(pairs).utf8))
    var table = Table([
      Table.Column("paradigm"), Table.Column("field"), Table.Column("right"), Table.Column("wrong"),
    ])
    var shown: Set<String> = []
    for pair in pairs where shown.insert(pair.paradigm).inserted {
      table.add([pair.paradigm, pair.field, pair.good, pair.bad])
    }
    arguments.console.table(table)
    arguments.console.line(
      "\n\(Format.counted(pairs.count, "pair")): \(path); "
        + "\(Format.count(drawn.droppedAsTrained)) sentences that occur in the training text were dropped")
  }
}
