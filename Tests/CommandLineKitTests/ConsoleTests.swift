import Foundation
import Synchronization
import Testing

@testable import CommandLineKit

@Suite struct ConsoleTables {
  private var table: Table {
    var table = Table("name", "parameters", "share", "what it is")
    table.add("attention", "1,024", "50.0 %", "between positions")
    table.add("日本", "12", "0.5 %", "wide letters")
    table.add("none", "-", "", "")
    return table
  }

  @Test func alignsNumbersToTheRight() {
    #expect(
      table.lines().joined(separator: "\n") == """
        name       parameters   share  what it is
        attention       1,024  50.0 %  between positions
        日本               12   0.5 %  wide letters
        none                -
        """)
  }

  @Test func cutsTextToTheWidth() {
    let lines = table.lines(width: 44, indent: 2)
    #expect(
      lines.joined(separator: "\n") == """
          name       parameters   share  what it is
          attention       1,024  50.0 %  between pos…
          日本               12   0.5 %  wide letters
          none                -
        """)
    #expect(lines.allSatisfy { displayWidth($0) <= 45 })
  }

  /// A name may come from a file of somebody else's.
  @Test func noCellSteersTheTerminalOrForgesARow() {
    var table = Table("name\u{7}", "step")
    table.add("a\u{1B}[2J\r\nforged  9", "1")
    for isTerminal in [true, false] {
      let (console, output, errors) = Console.captured(isTerminal: isTerminal)
      console.table(table)
      console.warning("b\u{1B}[2Jc")
      console.note("d\re")
      #expect(output.text == "name\u{2407}             step\na\u{241B}[2J\u{240D} forged  9     1\n")
      #expect(errors.text == "zoo: warning: b\u{241B}[2Jc\nd\u{240D}e\n")
    }
  }

  @Test func linesAreShownOnATerminalAndPassedOnToPrograms() {
    let (terminal, shown, _) = Console.captured(isTerminal: true, colours: true)
    terminal.line(terminal.styled("bold", .bold) + "\u{1B}[2J")
    #expect(shown.text == "\u{1B}[1mbold\u{1B}[0m\u{241B}[2J\n")
    let (piped, output, _) = Console.captured()
    piped.line("\u{1B}[2J")
    #expect(output.text == "\u{1B}[2J\n")
  }

  @Test func columnsSayHowTheyStand() {
    var table = Table([.init("id", .left), .init("text", .right)])
    table.add("1", "a")
    table.add("23")
    #expect(table.lines() == ["id  text", "1      a", "23"])
    #expect(Table([.init(""), .init("")]).lines().isEmpty)
  }

  @Test func onlyATerminalCutsAndColours() {
    let plain = Console.captured(width: 30)
    plain.console.table(table)
    #expect(plain.output.text.contains("between positions"))
    #expect(!plain.output.text.contains("\u{1B}"))
    let terminal = Console.captured(isTerminal: true, width: 30, colours: true)
    terminal.console.table(table)
    #expect(!terminal.output.text.contains("between positions"))
    #expect(terminal.output.text.hasPrefix("\u{1B}[1m"))
  }
}

@Suite struct ConsoleOutput {
  @Test func coloursNeedATerminal() {
    #expect(
      Console.captured(isTerminal: true, colours: true).console.styled("a", .bold, .red)
        == "\u{1B}[1;31ma\u{1B}[0m")
    #expect(Console.captured(isTerminal: false, colours: true).console.styled("a", .bold) == "a")
    #expect(Console.captured(isTerminal: true, colours: false).console.styled("a", .bold) == "a")
  }

  @Test func environmentDecides() {
    #expect(Console.standard(environment: ["COLUMNS": "132"]).width == 132)
    #expect(!Console.standard(environment: ["NO_COLOR": "1"]).colours)
    #expect(!Console.standard(environment: ["TERM": "dumb"]).errors.colours)
  }

  @Test func errorsGoToTheErrorStream() {
    let (console, output, errors) = Console.captured()
    console.line("result")
    console.error("broken")
    console.warning("odd")
    #expect(output.text == "result\n")
    #expect(errors.text == "zoo: error: broken\nzoo: warning: odd\n")
  }

  @Test func jsonIsSortedAndTakesEveryNumber() throws {
    struct Value: Encodable {
      let zebra = "a/b"
      let ant = Double.nan
    }
    let text = try Console.jsonText(Value())
    #expect(text.filter { !$0.isWhitespace } == #"{"ant":"nan","zebra":"a/b"}"#)
  }

  @Test func aReaderThatGoesAwayIsNoFailure() throws {
    signal(SIGPIPE, SIG_IGN)
    let pipe = Pipe()
    try pipe.fileHandleForReading.close()
    let sink = FileSink(pipe.fileHandleForWriting)
    sink.write("lost\n")
    #expect(sink.failure == nil)
  }

  @Test func aFullDiskIsAFailure() throws {
    guard let full = FileHandle(forWritingAtPath: "/dev/full") else { return }
    let sink = FileSink(full)
    sink.write("lost\n")
    #expect(sink.failure != nil)
    let console = Console(
      output: .init(sink: sink, isTerminal: false, colours: false),
      errors: .init(sink: MemorySink(), isTerminal: false, colours: false), width: 80)
    let program = Program(
      name: "zoo", summary: "", commands: [Command(name: "list", summary: "") { $0.console.line("x") }])
    #expect(program.run(["list"], on: console) == ExitCode.failure)
  }
}

@Suite struct ConsoleProgress {
  /// A clock that tests move.
  private final class Clock: Sendable {
    private let time = Mutex(0.0)
    var now: Double { time.withLock { $0 } }
    func advance(_ seconds: Double) { time.withLock { $0 += seconds } }
  }

  @Test func aTerminalLineIsWrittenOverAndThrottled() {
    let (console, output, errors) = Console.captured(isTerminal: true, width: 20)
    let clock = Clock()
    let line = ProgressLine(console, now: { clock.now })
    for step in 1...10 {
      line.update { "step \(step)" }
      clock.advance(0.04)
    }
    #expect(errors.text == "\r\u{1B}[Kstep 1\r\u{1B}[Kstep 4\r\u{1B}[Kstep 7\r\u{1B}[Kstep 10")
    line.note("saved")
    line.finish("done")
    #expect(errors.text.hasSuffix("step 10\r\u{1B}[Ksaved\ndone\n"))
    #expect(output.text.isEmpty)
  }

  @Test func aLogIsQuietButForNowAndThen() {
    let (console, _, errors) = Console.captured()
    let clock = Clock()
    let line = ProgressLine(console, plainInterval: 30, now: { clock.now })
    for step in 1...100 {
      line.update(milestone: step == 50) { "step \(step)" }
      clock.advance(1)
    }
    line.finish()
    #expect(errors.text == "step 31\nstep 50\nstep 80\n")
  }
}
