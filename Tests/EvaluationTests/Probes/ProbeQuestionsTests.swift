import Foundation
import TestSupport
import Testing
import Text

@testable import Evaluation
@testable import Statistics

/// What probes are asked, and what they say of vectors that are known.
@Suite struct ProbeQuestionsTests {
  /// Questions about 300 sentences, of two words each, with labels in turn.
  private func questions(_ task: ProbeTask, types: Int = 30) -> ProbeQuestions {
    let classes = task.labels.count
    let examples = (0..<600).map { index in
      ProbeExample(
        sentence: index / 2, word: index % 2, type: "w\((index * 7) % types)",
        label: (index * 5 + index / 7) % classes,
        hasAttractor: index % 3 == 0)
    }
    return ProbeQuestions(task, examples, seed: 1)
  }

  @Test func aSentenceServesOneEnd() {
    let questions = questions(.depth)
    func sentences(_ part: [Int]) -> Set<Int> { Set(part.map { questions.examples[$0].sentence }) }
    let parts = [questions.fitting, questions.choosing, questions.testing].map(sentences)
    #expect(parts.map(\.count) == [150, 60, 90])
    #expect(parts.reduce(Set()) { $0.union($1) }.count == 300)
  }

  @Test func vectorsThatHoldTheLabelGiveItAway() {
    for task in ProbeTask.fitted {
      let questions = questions(task)
      let classes = task.labels.count
      var random = RepeatableRandom(seed: 5)
      var vectors: [Float] = []
      for example in questions.examples {
        vectors += (0..<classes).map { $0 == example.label ? 1 : 0 } + random.floats(4)
      }
      let answers = questions.answers(
        vectors, width: classes + 4, labels: questions.labels, penalty: ProbesEvaluation.penalty)
      #expect(answers.testing.allSatisfy { $0 } && answers.choosing.allSatisfy { $0 }, "\(task)")
      #expect(answers.gradient <= LogisticRegression.gradientBound)
      let share = ProbesEvaluation.Result.Questions(questions).share(AnswerBits(answers.testing), task)
      // 90 sentences, all right: the interval is that of 90 answers, not of 180.
      #expect(share.value == 1 && share.interval?.low == Interval.wilson(correct: 90, of: 90).low)
      // Labels that are not in the vectors are not found in them.
      let control = questions.answers(
        vectors, width: classes + 4, labels: questions.control, penalty: ProbesEvaluation.penalty)
      #expect(
        ProbesEvaluation.Result.Questions(questions).share(AnswerBits(control.testing), task).value < 0.75)
    }
  }

  @Test func vectorsOfNoiseStayAtChance() throws {
    let questions = questions(.number)
    var random = RepeatableRandom(seed: 6)
    let vectors = random.floats(600 * 5)
    let answers = questions.answers(
      vectors, width: 5, labels: questions.labels, penalty: ProbesEvaluation.penalty)
    let share = ProbesEvaluation.Result.Questions(questions).share(AnswerBits(answers.testing), .number)
    let interval = try #require(share.interval)
    #expect(interval.low < 0.5 && interval.high > 0.5 && abs(share.value - 0.5) < 0.12)
  }

  @Test func controlLabelsFollowFromTheWordAndHaveTheRealFrequencies() {
    let real =
      [Int](repeating: 0, count: 60) + [Int](repeating: 1, count: 30) + [Int](repeating: 2, count: 10)
    let control = ControlTask(.depth, real, seed: 1)
    let labels = (0..<4000).map { control.label("word \($0)") }
    #expect(labels == (0..<4000).map { control.label("word \($0)") })
    for (label, share) in [0.6, 0.3, 0.1].enumerated() {
      #expect(abs(Double(labels.count { $0 == label }) / 4000 - share) < 0.03)
    }
    #expect(labels != (0..<4000).map { ControlTask(.depth, real, seed: 2).label("word \($0)") })
    #expect(labels != (0..<4000).map { ControlTask(.wordClass, real, seed: 1).label("word \($0)") })
    // A label that nothing has is given to nothing.
    let none = ControlTask(.depth, [0, 2, 2], seed: 1)
    #expect(Set((0..<200).map { none.label("\($0)") }) == [0, 2])

    let questions = questions(.wordClass)
    let ofWord = Dictionary(grouping: questions.examples.indices) { questions.examples[$0].type }
    #expect(ofWord.count == 30)
    for places in ofWord.values { #expect(Set(places.map { questions.control[$0] }).count == 1) }
    #expect(Set(questions.control).count > 3)
  }

  @Test func withoutVectorsTheWordAloneIsKnown() {
    // Sentence by sentence: "a" is 0 but once, "b" is 1, "c" stands only where everything is measured.
    let examples = (0..<10).flatMap { sentence in
      [("a", sentence == 9 ? 1 : 0), ("a", 0), (sentence >= 7 ? "c" : "b", 1)].enumerated().map {
        word, pair in
        ProbeExample(
          sentence: sentence, word: word, type: pair.0, label: pair.1, hasAttractor: sentence == 8)
      }
    }
    let questions = ProbeQuestions(.number, examples, seed: 1)
    let (mostFrequent, wordAlone) = questions.withoutVectors
    #expect(mostFrequent == [true, true, false, true, true, false, false, true, false])
    #expect(wordAlone == mostFrequent, "an unknown word has the most frequent label")
    // Of three questions in the one sentence with an attractor two are right.
    #expect(
      ProbesEvaluation.Result.Questions(questions).share(AnswerBits(mostFrequent), .numberAcross).value == 2.0
        / 3)
    let all = [Bool](repeating: true, count: 9)
    let difference = ProbesEvaluation.Result.Questions(questions).difference(
      AnswerBits(all), AnswerBits(mostFrequent), .number)
    #expect(abs(difference.value - 4.0 / 9) < 1e-12)
    // Answers that are all alike are no proof that the two are equal.
    let equal = ProbesEvaluation.Result.Questions(questions).difference(
      AnswerBits(all), AnswerBits(all), .number)
    #expect(equal.value == 0 && (equal.interval?.low ?? 0) < -0.2 && (equal.interval?.high ?? 0) > 0.2)
  }

  @Test func clusteredAnswersCountForLess() throws {
    let right = (0..<200).map { $0 % 4 != 0 }
    let alone = Measured.share(right: right, clusters: Array(0..<200))
    let wilson = Interval.wilson(correct: 150, of: 200)
    #expect(alone.value == 0.75)
    // One answer a sentence: Wilson's own interval, up to n/(n − 1).
    #expect(abs(try #require(alone.interval).low - wilson.low) < 1e-3)
    // Every answer twice: half as many.
    let twice = Measured.share(right: right + right, clusters: Array(0..<200) + Array(0..<200))
    #expect(abs(try #require(twice.interval).low - wilson.low) < 1e-3)
    #expect(abs(try #require(twice.interval).high - wilson.high) < 1e-3)
    // Answers that balance each other within a sentence are worth no more than independent ones.
    let balanced = Measured.share(
      right: (0..<200).map { $0 % 2 == 0 }, clusters: (0..<200).map { $0 / 2 })
    #expect(balanced.interval == Interval.wilson(correct: 100, of: 200))
    #expect(Measured.share(right: [], clusters: []).value.isNaN)
  }

  @Test func partsRunInParallelComeInOrder() {
    for threads in [1, 2, 3, 50] {
      #expect(inParallel(Array(0..<17), threads: threads) { $0 * $0 } == (0..<17).map { $0 * $0 })
    }
    #expect(inParallel([Int](), threads: 4) { $0 }.isEmpty)
  }
}
