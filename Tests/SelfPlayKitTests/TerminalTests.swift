import SelfPlayKit
import Testing

@Suite("Terminal")
struct TerminalTests {
  @Test("a table is as wide as its longest entries and has no blanks at line ends")
  func table() {
    var table = TextTable(("name", .left), ("n", .right), ("", .left))
    table.add(["a", "100", ""])
    table.add(["longer", "2", "note"])
    #expect(table.text(ink: Ink(isOn: false)) == "name      n\na       100\nlonger    2  note")
  }

  @Test("a sparkline spans its range and is never wider than asked")
  func sparkline() {
    #expect(Curve.sparkline([0, 1, 2, 7]) == "▁▂▃█")
    #expect(Curve.sparkline([]) == "")
    #expect(Curve.sparkline([2, 2, 2]) == "▄▄▄")
    #expect(Curve.sparkline((0..<1000).map(Double.init), width: 30).count == 30)
  }

  @Test("a graph rises from the lower left to the upper right with its labels")
  func graph() {
    let text = Curve.graph([(0, 0), (10, 100)], width: 8, height: 2)
    #expect(text == "100 ┤⠀⠀⠀⠀⣀⠤⠒⠉\n  0 ┤⣀⠤⠒⠉⠀⠀⠀⠀\n     0     10", "\(text)")
    #expect(Curve.graph([]) == "")
  }

  @Test("a board is painted without changing its text, and stays plain without colours")
  func board() {
    let drawing = "2  X .\n1  . O\n   a b"
    #expect(BoardPainter(ink: Ink(isOn: false)).paint(drawing) == drawing)
    let painted = BoardPainter(ink: Ink(isOn: true)).paint(drawing, changedSince: "2  . .\n1  . O\n   a b")
    #expect(painted.contains("\u{1B}[1;7;31mX"))
    #expect(painted.contains("\u{1B}[1;33mO"))
    #expect(painted.replacing(#/\u{1B}\[[0-9;]*m/#, with: "") == drawing)
  }

  @Test("a line of words below a board has one colour")
  func status() {
    let painted = BoardPainter(ink: Ink(isOn: true)).paint(".x.o\noxygen 9, level 1")
    #expect(painted.contains("\u{1B}[1;31mx"))
    let line = painted.split(separator: "\n")[1]
    #expect(!line.contains("\u{1B}[1;31mx") && line.contains("\u{1B}[2mx"))
  }

  @Test("JSON keeps the order of keys and escapes text")
  func json() {
    let value: JSONValue = [
      "b": .number(0.1), "a": .list([.null, .boolean(true), .integer(-3)]), "t": .text("x\"\\\n\u{1}é"),
      "whole": .number(3), "none": JSONValue(Double.nan),
    ]
    #expect(
      value.text
        == #"{"b": 0.1, "a": [null, true, -3], "t": "x\"\\\n\u0001é", "whole": 3, "none": null}"#)
  }

  @Test("suggestions are near, and absent where nothing is")
  func suggestions() {
    #expect(Suggestion.nearest(to: "conect4", in: ["connect4", "go9"]) == "connect4")
    #expect(Suggestion.nearest(to: "connect", in: ["connect4", "go9"]) == "connect4")
    #expect(Suggestion.nearest(to: "chess", in: ["connect4", "go9"]) == nil)
    #expect(Suggestion.nearest(to: "", in: ["connect4"]) == nil)
  }
}
