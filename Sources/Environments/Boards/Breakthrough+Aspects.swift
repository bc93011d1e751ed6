extension Breakthrough: Notation {
  /// `b5a4`: from where and to where, a letter for the column and the line from the bottom each; `*` marks a
  /// capture.
  public func name(of action: Action, in state: State) -> String {
    let (direction, cell) = action.index.quotientAndRemainder(dividingBy: rows * columns)
    let target = target(of: direction, from: cell, state.toMove)
    let captures = (state.first | state.second) >> UInt64(target) & 1 == 1
    return name(ofCell: cell) + name(ofCell: target) + (captures ? "*" : "")
  }

  private func name(ofCell cell: Int) -> String {
    "\("abcdefgh".dropFirst(cell % columns).prefix(1))\(rows - cell / columns)"
  }

  /// `X` the first player, who moves down, `O` the second, with coordinates.
  public func draw(_ state: State) -> String {
    let lines = (0..<rows).map { row in
      let cells = (row * columns..<(row + 1) * columns).map { cell in
        state.first >> UInt64(cell) & 1 == 1 ? " X" : state.second >> UInt64(cell) & 1 == 1 ? " O" : " ."
      }
      return "\(rows - row) " + cells.joined()
    }
    return (lines + ["  " + "abcdefgh".prefix(columns).map { " \($0)" }.joined()]).joined(separator: "\n")
  }
}

extension Breakthrough: Symmetric {
  /// The board and its mirror image, left and right exchanged.
  public var symmetries: [Symmetry] {
    let count = rows * columns
    let cells = (0..<count).map { Int32($0) }
    let mirrored = cells.map {
      $0 / Int32(columns) * Int32(columns) + Int32(columns - 1) - $0 % Int32(columns)
    }
    let actions = (0..<3 * count).map { Int32($0) }
    let mirroredActions = actions.map { action in
      mirrored[Int(action) % count] + Int32((2 - Int(action) / count) * count)
    }
    return [
      Symmetry(cells: cells, actions: actions), Symmetry(cells: mirrored, actions: mirroredActions),
    ]
  }
}
