import Foundation

/// Names of folders that are made from names which users choose.
///
/// A display name may be any text without control characters. Its folder has a name of its own: one path component of
/// ASCII letters, digits and `.-_=+,` that does not begin with a dot and has at most `maxBytes` bytes, so that no name
/// can lead out of the folder that it belongs to.
package enum FolderName {
  /// The longest name that `component(of:)` makes, in bytes.
  package static let maxBytes = 100

  /// The names that a comparison's own files have: no arm's folder may take one.
  package static let reserved: Set<String> = [
    TextInput.comparisonRecord, "report.html", "report.json", "report.md", "report.tex", RunLock.fileName,
    "run.json",
    "metrics.jsonl", "checkpoints", "evaluations", "profile.json", "trials.json", "tuning",
  ]

  private static let others = Set(".-_=+,".unicodeScalars)

  /// The folder name of a display name: what a folder should not hold becomes a hyphen.
  ///
  /// - Parameter fallback: the name where nothing of the display name is left.
  package static func component(of name: String, fallback: String = "run") -> String {
    var made = ""
    var skipped = false
    for scalar in name.unicodeScalars {
      let isKept = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
      guard isKept || others.contains(scalar) else {
        skipped = true
        continue
      }
      if made.isEmpty, scalar == "." { continue }
      if skipped, !made.isEmpty, made.last != "-", scalar != "-" { made.append("-") }
      skipped = false
      made.unicodeScalars.append(scalar)
      if made.utf8.count >= maxBytes { break }
    }
    return made.isEmpty || made.allSatisfy { $0 == "-" } ? fallback : made
  }

  /// The folder names of several display names: different ones, also where a file system ignores case. The first of
  /// equal names keeps it, later ones get `-2`, `-3` and so on.
  package static func distinct(_ names: [String]) -> [String] {
    var taken = Set(reserved.map { $0.lowercased() })
    return names.map { name in
      let base = component(of: name)
      var made = base
      var number = 2
      while !taken.insert(made.lowercased()).inserted {
        made = "\(base)-\(number)"
        number += 1
      }
      return made
    }
  }

  /// Why a recorded name cannot be that of a folder inside another; nil where it can. Records from before folders had
  /// names of their own hold display names, so that more is accepted here than `component(of:)` makes.
  package static func refusal(_ name: String) -> String? {
    if name.isEmpty { return "the name of a folder is empty" }
    if name == "." || name == ".." || name.contains("/") { return "\"\(name)\" leads out of its folder" }
    if name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
      return "the name of a folder holds control characters"
    }
    if name.utf8.count > 255 {
      return "the name of a folder has \(name.utf8.count) bytes; at most 255 are allowed"
    }
    if reserved.contains(name.lowercased()) { return "\"\(name)\" is the name of a file of the comparison" }
    return nil
  }
}
