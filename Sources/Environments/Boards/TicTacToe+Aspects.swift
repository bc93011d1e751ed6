extension TicTacToe: Notation {
  /// Column letter and line from the bottom: `a1` is the lower left corner.
  public func name(of action: Action, in state: State) -> String {
    let row = action.index / 3
    return "\("abc".dropFirst(action.index % 3).prefix(1))\(3 - row)"
  }

  public func draw(_ state: State) -> String {
    let isFirst = playerToMove(in: state) == .first
    let (crosses, noughts) = isFirst ? (state.own, state.other) : (state.other, state.own)
    var lines: [String] = []
    for row in 0..<3 {
      let cells = (0..<3).map { column -> String in
        let bit = UInt16(1) << UInt16(row * 3 + column)
        return crosses & bit != 0 ? "X" : noughts & bit != 0 ? "O" : "."
      }
      lines.append("\(3 - row)  " + cells.joined(separator: " "))
    }
    return (lines + ["   a b c"]).joined(separator: "\n")
  }
}

extension TicTacToe: Symmetric {
  public var symmetries: [Symmetry] {
    Symmetry.square(side: 3).map { Symmetry(cells: $0, actions: $0) }
  }
}
