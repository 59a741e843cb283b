import Testing
import Wording

@Suite struct VisibleTests {
  @Test func whatSteersATerminalIsShown() {
    #expect("a\u{1B}[2Jb".visible == "a\u{241B}[2Jb")
    #expect("new\rold\u{7}\u{7F}\u{9B}1m".visible == "new\u{240D}old\u{2407}\u{2421}\u{FFFD}1m")
    #expect("safe\u{202E}exe.txt".visible == "safe\u{FFFD}exe.txt")
  }

  /// A quoted name could hide the words around it by a colour.
  @Test func aMessageThatQuotesHasNoColours() {
    let hidden = "a\u{1B}[8mb\u{1B}[0m"
    #expect(hidden.visible == hidden)
    #expect(
      hidden.visibleUncoloured == "a\u{241B}[8mb\u{241B}[0m" && "two\nlines".visibleUncoloured == "two\nlines"
    )
  }

  @Test func linesAndColoursStay() {
    for text in ["two\nlines\tand a tab", "\u{1B}[1;31mred\u{1B}[0m", "日本 é 👩‍👩‍👧", ""] {
      #expect(text.visible == text)
    }
    // What only begins like a colour is none.
    #expect(
      "\u{1B}[31".visible == "\u{241B}[31" && "\u{1B}]0;title\u{7}".visible == "\u{241B}]0;title\u{2407}")
  }
}
