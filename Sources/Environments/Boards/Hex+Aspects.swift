extension Hex: Notation {
  /// `c2`: a letter for the column and the row, 1 on top; or `swap`.
  public func name(of action: Action, in state: State) -> String {
    let (row, column) = (action.index / rules.columns, action.index % rules.columns)
    return row == rules.rows ? "swap" : "\(Self.letters[column])\(row + 1)"
  }

  /// `X` the first player, who joins top and bottom, `O` the second, with coordinates; the rows lean as the
  /// neighbours do.
  public func draw(_ state: State) -> String {
    var lines = ["   " + Self.letters.prefix(rules.columns).map { " \($0)" }.joined()]
    for row in 0..<rules.rows {
      let cells = (0..<rules.columns).map { column -> String in
        let cell = row * rules.columns + column
        return state.first.all.contains(cell) ? " X" : state.second.all.contains(cell) ? " O" : " ."
      }
      let number = row + 1 < 10 ? "  \(row + 1)" : " \(row + 1)"
      lines.append(String(repeating: " ", count: row) + number + cells.joined())
    }
    return lines.joined(separator: "\n")
  }

  private static var letters: [Character] { Array("abcdefghijklmnopqrs") }
}

extension Hex: Symmetric {
  /// The board and its half turn, which exchanges both pairs of edges; a swap stays a swap. (Mirror images
  /// exchange the players as well, which is no symmetry of this protocol.)
  public var symmetries: [Symmetry] {
    let cells = (0..<Int32(rules.rows * rules.columns)).map { $0 }
    let extra: [Int32] = rules.allowsSwap ? [Int32(cells.count)] : []
    let identity = Symmetry(cells: cells, actions: cells + extra)
    if cells.count == 1 { return [identity] }
    return [identity, Symmetry(cells: cells.reversed(), actions: cells.reversed() + extra)]
  }
}
