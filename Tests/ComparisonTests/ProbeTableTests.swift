import Evaluation
import Statistics
import Testing

@testable import Comparison

@Suite struct ProbeTableTests {
  @Test func everyNumberIsInTheTable() throws {
    let probes = ReportFixture.probes(arms: 2)
    let lines = ProbeTable.csv(probes, names: ["a", "b"]).split(separator: "\n").map(String.init)
    #expect(lines.count == 1 + probes.rows.count)
    #expect(
      lines[0].hasPrefix("model,side,task,layer,questions,most_frequent,word_alone,accuracy,accuracy_low"))
    let (row, task) = (probes.rows[0], probes.tasks[0])
    #expect(row.task == task.task && task.task == .wordClass)
    #expect(lines[1].hasPrefix("a,\(row.side.rawValue),class of the word,\(row.layer),\(task.count),"))
    #expect(lines[1].contains(",\(row.accuracy.value),"))
    // A name with a comma in it is quoted.
    #expect(lines.contains { $0.contains(",\"number of the subject, at the word before its verb\",") })
  }
}
