import Foundation
import Testing

@testable import SyntheticCorpus
@testable import Text

@Suite("Verb items")
struct GrammarItemTests {
  let items = GeneratedCorpus.shared.items
  let automaton = GeneratedCorpus.shared.automaton

  @Test("500 different ones, half of them singular, in many combinations")
  func balance() {
    #expect(items.count == 500 && Set(items).count == 500)
    #expect(items.filter { $0.number == .singular }.count == 250)
    #expect(items.prefix(100).filter { $0.number == .singular }.count == 50)
    #expect(Set(items.map(\.heldOut)).count >= 200)
    #expect(Set(items.map(\.heldOut.verb)).count >= 30)
  }

  @Test("the right form is possible, the wrong one is not, and both sides leave only the right one")
  func forms() {
    for item in items {
      let correct = "\(item.left) \(item.correct)\(item.right)"
      let wrong = "\(item.left) \(item.wrong)\(item.right)"
      #expect(automaton.bits(correct.utf8) < .infinity, "\(correct)")
      #expect(automaton.bits(wrong.utf8) == .infinity, "\(wrong)")
      #expect(item.right.hasSuffix(".\n") && !item.left.hasSuffix(" ") && !item.correct.contains(" "))
      let left = automaton.wordDistribution(left: item.left)
      #expect(left.contains { $0.word == item.correct } && !left.contains { $0.word == item.wrong })
      let both = automaton.wordDistribution(left: item.left, right: item.right)
      #expect(both.contains { $0.word == item.correct } && !both.contains { $0.word == item.wrong })
    }
  }

  @Test("the right side does not show the number: with the other subject it fits the other form")
  func rightSide() {
    let nouns = Lexicon.kinds.flatMap(\.nouns)
    let determiners = ["this": "these", "these": "this", "every": "many", "many": "every"]
    for item in items {
      var words = item.left.split(separator: " ").map(String.init)
      let place = words.firstIndex { word in nouns.contains { $0.singular == word || $0.plural == word } }
      guard let place, let noun = nouns.first(where: { [$0.singular, $0.plural].contains(words[place]) })
      else {
        Issue.record("no subject in \(item.left)")
        continue
      }
      words[place] = noun.form(item.number.other)
      words[0] = determiners[words[0]] ?? words[0]
      let turned = words.joined(separator: " ")
      #expect(automaton.bits("\(turned) \(item.wrong)\(item.right)".utf8) < .infinity, "\(turned)")
      #expect(automaton.bits("\(turned) \(item.correct)\(item.right)".utf8) == .infinity, "\(turned)")
      #expect(words.count - place - 1 == item.distance && VerbItem.distances.contains(item.distance))
    }
  }

  @Test("an attractor of the other number is part of a held-out combination")
  func attractors() {
    for item in items {
      #expect(item.attractors.contains { $0.number == item.number.other }, "\(item.left)")
      #expect(item.heldOut.isHeldOut)
      #expect(item.attractors.allSatisfy { item.left.split(separator: " ").contains($0.form[...]) })
    }
  }

  @Test("can be written and read")
  func codable() throws {
    let data = try JSONEncoder().encode(items)
    #expect(try JSONDecoder().decode([VerbItem].self, from: data) == items)
  }
}
