/// Colours the text of a drawn state: pieces stand out, empty cells and labels step back.
public struct BoardPainter: Sendable {
  public let ink: Ink

  public init(ink: Ink) { self.ink = ink }

  /// The drawing with colours; the same text where there are none. `previous` is the drawing before the last
  /// move: cells that changed since are shown bold.
  public func paint(_ drawing: String, changedSince previous: String? = nil) -> String {
    guard ink.isOn else { return drawing }
    let before = previous?.split(separator: "\n", omittingEmptySubsequences: false).map(Array.init) ?? []
    let rows = drawing.split(separator: "\n", omittingEmptySubsequences: false)
    return rows.enumerated().map { row, line in
      let cells = Array(line)
      let isLabel = Self.isLabel(cells) || Self.isStatus(line)
      return cells.enumerated().map { column, cell in
        let isNew =
          previous != nil
          && (row >= before.count || column >= before[row].count || before[row][column] != cell)
        return paint(cell, isLabel: isLabel, isNew: isNew)
      }.joined()
    }.joined(separator: "\n")
  }

  /// A line of column names: letters or numbers in order and nothing else.
  private static func isLabel(_ cells: [Character]) -> Bool {
    let names = cells.filter { $0 != " " }
    guard names.count > 1 else { return false }
    if names.allSatisfy(\.isNumber) { return true }
    return names.allSatisfy(\.isLetter) && zip(names, names.dropFirst()).allSatisfy { $0 < $1 }
  }

  /// A line of words below the board, such as `oxygen 200, level 3`.
  private static func isStatus(_ line: Substring) -> Bool {
    guard let word = line.firstIndex(of: " ").map({ line[..<$0] }) else { return false }
    return word.count >= 4 && word.allSatisfy { $0.isLetter && $0.isLowercase }
  }

  private func paint(_ cell: Character, isLabel: Bool, isNew: Bool) -> String {
    let text = String(cell)
    if cell == " " { return text }
    if isLabel || cell.isNumber { return ink(text, .faint) }
    let tone: Ink.Tone? =
      switch cell {
      case "X", "x": .red
      case "O", "o": .yellow
      case "@": .cyan
      case "G": .green
      case "H", "~": .blue
      case ".", "+", "-", "|", "#", ",": .faint
      default: nil
      }
    guard let tone else { return isNew ? ink(text, .bold) : text }
    if tone == .faint { return ink(text, .faint) }
    return isNew ? ink(text, .bold, .reversed, tone) : ink(text, .bold, tone)
  }
}
