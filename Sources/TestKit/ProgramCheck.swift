import Foundation

/// Runs a program with a plugin built in as a user would, on a small model: it is described, trained on the embedded
/// corpus, writes a text, is compared with another model, and is in the report.
///
/// - Parameters:
///   - program: the product's name; the test target depends on it, so that it is built.
///   - model: the descriptor of a decoder, as JSON5 text.
///   - other: what it is compared with: a preset, trained with the same steps.
///   - word: what `describe` and the report have to name: the plugin's part.
/// - Throws: when the program cannot be started, or a file cannot be written.
public func programFindings(
  _ program: String, model: String, beside other: String = "gpt", naming word: String
)
  throws -> [Finding]
{
  try withTemporaryFolder { folder in
    try Data(model.utf8).write(to: folder.appending(path: "mine.json5"))
    var findings: [Finding] = []
    func run(_ words: String, naming word: String? = nil) throws {
      let arguments = words.split(separator: " ").map(String.init)
      let outcome = try ZooProcess.run(arguments, program: program, in: folder)
      if outcome.status != 0 {
        findings.append(Finding("program", "\(words): exit code \(outcome.status): \(outcome.errors)"))
      } else if let word, !outcome.output.contains(word) {
        findings.append(Finding("program", "\(words): \(word) is not in what it prints"))
      }
    }
    let small = "--steps 4 --batch 2 --set context=32 --set recipe.evaluationWindows=2"
    try run("list \(word)", naming: word)
    try run("describe mine.json5", naming: word)
    try run("train mine.json5 \(small) --out run")
    try run("generate run --prompt the --length 5", naming: "the")
    try run("compare mine.json5 \(other) \(small) --seeds 1 --out both")
    let report = try? String(contentsOf: folder.appending(path: "both/report.html"), encoding: .utf8)
    for name in [word, "mine"] where report?.contains(name) != true {
      findings.append(Finding("program", "\(name) is not in the report"))
    }
    return findings
  }
}
