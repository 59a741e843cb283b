import Foundation

/// A command line of a page of the documentation.
struct DocumentedCommand {
  let line: String
  /// The line cut at spaces outside quotes, the program first.
  let words: [String]

  init(_ line: String) {
    self.line = line
    var words: [String] = []
    var word: String?
    var quote: Character?
    for character in line {
      if let open = quote {
        if character == open { quote = nil } else { word = (word ?? "") + String(character) }
      } else if character == "\"" || character == "'" {
        quote = character
        word = word ?? ""
      } else if character == " " {
        if let word { words.append(word) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    self.words = words + [word].compactMap { $0 }
  }

  /// The suite that it runs: the one name of a `compare` that is neither a run nor what the reader has to put in.
  var suite: String? {
    let names = words.dropFirst(2).prefix { !$0.hasPrefix("--") }
    guard words.dropFirst().first == "compare", names.count == 1, let name = names.first,
      !name.contains("/"), name != name.uppercased()
    else { return nil }
    return name
  }

  /// The options that it gives, without values.
  var options: [String] {
    words.filter { $0.hasPrefix("--") }.map { String($0.prefix { $0 != "=" }) }
  }

  /// Whether it trains several models, which is stopped when it begins.
  var trainsSeveral: Bool {
    guard words.count > 1, ["compare", "ablate"].contains(words[1]), !words.contains("--resume") else {
      return false
    }
    return !words.contains { $0.hasPrefix("runs/") }
  }

  /// The arguments of the same command, small: a few steps on small batches instead of the budget that is written.
  var shortened: [String] {
    var arguments = Array(words.dropFirst())
    switch arguments.first {
    case "finetune":
      return arguments + ["--texts", "40", "--epochs", "1", "--learning-rate", "1e-3", "--pooling", "mean"]
    case "compare" where trainsSeveral, "train", "profile":
      if arguments.contains("--resume") {
        if let place = arguments.firstIndex(of: "--steps") { arguments[place + 1] = "4" }
        return arguments
      }
      for budget in ["--minutes", "--steps", "--supervised-tokens", "--profile-steps"] {
        if let place = arguments.firstIndex(of: budget) { arguments.removeSubrange(place...place + 1) }
      }
      if arguments.contains("--recipe") { arguments += ["--set", "recipe.schedule.warmup=1"] }
      if arguments.first == "profile" { arguments += ["--profile-steps", "1"] }
      // Scoring an encoder takes the square of the context.
      return arguments
        + ["--steps", "2", "--batch", "2", "--set", "recipe.evaluationWindows=2"]
        // A model that is trained further keeps its context.
        + (arguments.contains("--from") ? [] : ["--set", "context=32"])
    default: return arguments
    }
  }
}
