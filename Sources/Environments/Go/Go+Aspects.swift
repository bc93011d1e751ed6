extension Go: Notation {
  /// `D4`: a letter for the column, without I, and the line from the bottom (Go Text Protocol); or `pass`.
  public func name(of action: Action, in state: State) -> String {
    if action == pass { return "pass" }
    return "\(Self.letters[action.index % side])\(side - action.index / side)"
  }

  /// `X` black, `O` white, with coordinates.
  public func draw(_ state: State) -> String {
    let names = "   " + Self.letters.prefix(side).map { " \($0)" }.joined()
    var lines: [String] = []
    for row in 0..<side {
      let line = side - row
      let cells = (0..<side).map { column -> String in
        switch stone(atCell: row * side + column, in: state) {
        case .first: " X"
        case .second: " O"
        case nil: " ."
        }
      }
      lines.append((line < 10 ? "  \(line)" : " \(line)") + cells.joined())
    }
    return (lines + [names]).joined(separator: "\n")
  }

  /// Whose stone is on row x side + column, row 0 on top.
  public func stone(atCell cell: Int, in state: State) -> Player? {
    switch state.stones[point(ofCell: cell)] {
    case .black: .first
    case .white: .second
    default: nil
    }
  }

  /// The move or pass that led here, nil at the start.
  public func lastAction(in state: State) -> Action? {
    if state.lastPoint == 0 { return state.passes > 0 ? pass : nil }
    return Action(cell(of: Int(state.lastPoint)))
  }

  /// Action of a name of the Go Text Protocol, legal or not; nil if it is no point of this board.
  public func point(named text: String) -> Action? {
    let text = text.uppercased()
    if text == "PASS" { return pass }
    guard let letter = text.first, let column = Self.letters.firstIndex(of: letter), column < side,
      let line = Int(text.dropFirst()), 1...side ~= line, text.dropFirst().allSatisfy(\.isNumber)
    else { return nil }
    return Action((side - line) * side + column)
  }

  private static var letters: [Character] { Array("ABCDEFGHJKLMNOPQRST") }
}

extension Go: Symmetric {
  /// The symmetries of the square, as far as the handicap has them too; a pass stays a pass.
  public var symmetries: [Symmetry] {
    let hasStone = (0..<side * side).map { handicap.contains($0 + $0 / side) }
    return Symmetry.square(side: side)
      .filter { cells in hasStone.indices.allSatisfy { hasStone[$0] == hasStone[Int(cells[$0])] } }
      .map { Symmetry(cells: $0, actions: $0 + [Int32(side * side)]) }
  }
}

extension Go: DrawAverse {
  /// By half a point of komi, where komi is whole.
  public func countingDraws(asLossesOf player: Player, in state: State) -> State {
    var state = state
    if state.komi == state.komi.rounded() { state.komi += player == .first ? 0.5 : -0.5 }
    return state
  }
}
