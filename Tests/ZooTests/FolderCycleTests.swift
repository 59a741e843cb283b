import Foundation
import TestSupport
import Testing

/// Within a module, too, dependencies have one direction: a folder with its subfolders uses types of other folders of
/// its module only where these do not use its own, directly or through others.
@Suite struct FolderCycleTests {
  /// A module's folders, the types that each declares, and the words in its code.
  struct Module {
    /// By folder, `` for the files beside the folders.
    var declared: [String: Set<String>] = [:]
    var words: [String: Set<String>] = [:]

    /// Adds the code of a file.
    mutating func add(_ code: String, in folder: String) {
      let declaration =
        #/^(?:@\w+\s+)?(?:public |package |final |indirect )*(?:struct|class|enum|protocol|typealias|actor) (\w+)/#
        .anchorsMatchLineEndings()
      let plain = code.replacing(#/\/\/.*/#, with: "").replacing(#/"(?:\\.|[^"\\\n])*"/#, with: "\"\"")
      declared[folder, default: []].formUnion(plain.matches(of: declaration).map { String($0.1) })
      words[folder, default: []].formUnion(plain.matches(of: #/\b[A-Z]\w*/#).map { String($0.0) })
    }

    /// What each folder uses of the others: `[from: [to: types]]`.
    var uses: [String: [String: Set<String>]] {
      Dictionary(
        uniqueKeysWithValues: words.map { folder, words in
          let others = declared.filter { $0.key != folder }.mapValues { types in
            types.intersection(words).subtracting(declared[folder] ?? [])
          }
          return (folder, others.filter { !$0.value.isEmpty })
        })
    }

    /// Folders that use each other in a circle, a line each with an example of what the first uses of the next.
    var cycles: [String] {
      let uses = uses
      func reachable(from folder: String) -> Set<String> {
        var (found, open) = (Set<String>(), Array((uses[folder] ?? [:]).keys))
        while let next = open.popLast() {
          guard found.insert(next).inserted else { continue }
          open += (uses[next] ?? [:]).keys
        }
        return found
      }
      let reach = Dictionary(uniqueKeysWithValues: uses.keys.map { ($0, reachable(from: $0)) })
      return uses.keys.sorted().flatMap { folder in
        (uses[folder] ?? [:]).sorted { $0.key < $1.key }.compactMap { other, types in
          guard reach[other]?.contains(folder) ?? false else { return nil }
          let name = { (folder: String) in folder.isEmpty ? "files beside the folders" : folder }
          return "\(name(folder)) → \(name(other)): \(types.sorted().prefix(6).joined(separator: ", "))"
        }
      }
    }
  }

  static func module(_ name: String) throws -> Module {
    var module = Module()
    let base = LayeringTests.root.appending(path: "Sources/\(name)").resolvingSymlinksInPath().path + "/"
    for url in try LayeringTests.swiftFiles("Sources/\(name)") {
      let parts = url.path.dropFirst(base.count).split(separator: "/")
      module.add(
        try String(contentsOf: url, encoding: .utf8), in: parts.count > 1 ? String(parts[0]) : "")
    }
    return module
  }

  @Test(arguments: try LayeringTests.layers())
  func foldersOfAModuleHaveOneDirection(_ layer: String) throws {
    let module = try Self.module(layer)
    #expect(!module.words.isEmpty)
    #expect(module.cycles.isEmpty, "\(layer): \(module.cycles.joined(separator: "; "))")
  }

  /// The test can fail: a circle of three folders is found, and a line of them is none.
  @Test func aCircleIsFound() {
    var module = Module()
    module.add("struct A { let b: B }", in: "one")
    module.add("public struct B { let c: C }", in: "two")
    module.add(
      "final class C { }  // A is only in a comment, and \"A\" in a text\nlet name = \"A\"", in: "three")
    #expect(module.cycles.isEmpty)
    module.add("extension A { }", in: "three")
    #expect(module.cycles.count == 3)
  }
}
