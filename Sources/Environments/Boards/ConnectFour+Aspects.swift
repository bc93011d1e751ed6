extension ConnectFour: Notation {
  /// The column, counted from 1 on the left.
  public func name(of action: Action, in state: State) -> String { "\(action.index + 1)" }

  public func draw(_ state: State) -> String {
    let isFirst = playerToMove(in: state) == .first
    let crosses = isFirst ? state.own : state.occupied & ~state.own
    var lines = (0..<rows).map { row in
      (0..<columns).map { column -> String in
        let bit = UInt64(column * (rows + 1) + rows - 1 - row)
        if state.occupied >> bit & 1 == 0 { return " ." }
        return crosses >> bit & 1 == 1 ? " X" : " O"
      }.joined().dropFirst()
    }
    let numbers = (1...columns).map { $0 < 10 ? " \($0)" : "\($0)" }.joined()
    lines.append(numbers.dropFirst(columns > 9 && numbers.first != " " ? 0 : 1))
    return lines.joined(separator: "\n")
  }
}

extension ConnectFour: Symmetric {
  /// The board and its mirror image, where that differs.
  public var symmetries: [Symmetry] {
    let cells = (0..<Int32(rows * columns)).map { $0 }
    let mirrored = cells.map { cell in
      let (row, column) = (cell / Int32(columns), cell % Int32(columns))
      return row * Int32(columns) + Int32(columns) - 1 - column
    }
    let actions = (0..<Int32(columns)).map { $0 }
    let identity = Symmetry(cells: cells, actions: actions)
    if columns == 1 { return [identity] }
    return [
      identity,
      Symmetry(cells: mirrored, actions: actions.reversed()),
    ]
  }
}
