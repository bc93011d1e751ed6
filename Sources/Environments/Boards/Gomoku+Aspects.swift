extension Gomoku: Notation {
  /// `h8`: a letter for the column and the line from the bottom.
  public func name(of action: Action, in state: State) -> String {
    let (row, column) = (action.index / rules.side, action.index % rules.side)
    return "\(Self.letters[column])\(rules.side - row)"
  }

  /// `X` the first player, `O` the second, with coordinates.
  public func draw(_ state: State) -> String {
    var lines: [String] = []
    for row in 0..<rules.side {
      let line = rules.side - row
      let cells = (row * rules.side..<(row + 1) * rules.side).map { cell in
        state.first.contains(cell) ? " X" : state.second.contains(cell) ? " O" : " ."
      }
      lines.append((line < 10 ? "  \(line)" : " \(line)") + cells.joined())
    }
    return (lines + ["   " + Self.letters.prefix(rules.side).map { " \($0)" }.joined()])
      .joined(separator: "\n")
  }

  private static var letters: [Character] { Array("abcdefghijklmnopqrs") }
}

extension Gomoku: Symmetric {
  /// The eight symmetries of the square.
  public var symmetries: [Symmetry] {
    Symmetry.square(side: rules.side).map { Symmetry(cells: $0, actions: $0) }
  }
}
