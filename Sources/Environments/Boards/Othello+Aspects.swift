extension Othello: Notation {
  /// `d3`: a letter for the column and the line, 1 on top; or `pass`.
  public func name(of action: Action, in state: State) -> String {
    if action == pass { return "pass" }
    return "\("abcdefgh".dropFirst(action.index % side).prefix(1))\(action.index / side + 1)"
  }

  /// `X` black, `O` white, with coordinates.
  public func draw(_ state: State) -> String {
    let cells = ownership(of: state).map { $0 > 0 ? "X" : $0 < 0 ? "O" : "." }
    let lines = (0..<side).map { row in
      "\(row + 1)  " + cells[row * side..<(row + 1) * side].joined(separator: " ")
    }
    return (["   " + "abcdefgh".prefix(side).map(String.init).joined(separator: " ")] + lines)
      .joined(separator: "\n")
  }
}

extension Othello: Symmetric {
  /// The four symmetries of the start: half a turn, and the reflections in both diagonals.
  public var symmetries: [Symmetry] {
    // Indices of `Symmetry.square`: bit 2 exchanges rows and columns, bits 1 and 0 turn over both or neither.
    let squares = Symmetry.square(side: side)
    return [0, 3, 4, 7].map { index in
      Symmetry(cells: squares[index], actions: squares[index] + [Int32(side * side)])
    }
  }
}

extension Othello: Scored {
  /// Black's discs less White's.
  public func margin(of state: State) -> Float {
    let difference = state.own.count - state.other.count
    return Float(state.toMove == .first ? difference : -difference)
  }

  /// The colour of each disc.
  public func ownership(of state: State) -> [Int8] {
    let (own, other) = (packed(state.own), packed(state.other))
    let sign: Int8 = state.toMove == .first ? 1 : -1
    return (0..<UInt64(side * side)).map { cell in
      own >> cell & 1 == 1 ? sign : other >> cell & 1 == 1 ? -sign : 0
    }
  }
}
