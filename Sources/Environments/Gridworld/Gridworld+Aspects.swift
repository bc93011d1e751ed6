extension Gridworld: Notation {
  /// `left`, `down`, `right` or `up`.
  public func name(of action: Action, in state: State) -> String {
    ["left", "down", "right", "up"][action.index]
  }

  /// The map, with `@` where the player is.
  public func draw(_ state: State) -> String {
    (0..<map.rows).map { row in
      String(
        (0..<map.columns).map { column -> Character in
          let cell = row * map.columns + column
          return cell == Int(state.cell) ? "@" : map.tiles[cell].symbol
        })
    }.joined(separator: "\n")
  }
}

extension GridMap.Tile {
  /// The character a map shows it as.
  public var symbol: Character {
    switch self {
    case .floor: "."
    case .wall: "#"
    case .start: "S"
    case .goal: "G"
    case .hole: "H"
    case .lava: "~"
    }
  }
}

extension Gridworld: Enumerable {
  /// The intended direction first, then the two perpendicular ones; equal results are not merged.
  public func outcomes(of state: State, taking action: Action) -> [Outcome<State>] {
    precondition(legalActions(in: state).contains(action), "illegal action")
    let slip = (1 - intendedProbability) / 2
    return [(0, intendedProbability), (1, slip), (3, slip)].filter { $0.1 > 0 }.map { turn, probability in
      var next = state
      let transition = move(&next, towards: (action.index + turn) & 3)
      return Outcome(probability: probability, state: next, transition: transition)
    }
  }

  /// The running state of a player who has just started on a cell that ends nothing and is no wall, or nil.
  public func state(atCell cell: Int) -> State? {
    guard map.tiles.indices.contains(cell), map.tiles[cell] != .wall, !map.tiles[cell].isFinal else {
      return nil
    }
    return State(cell: UInt16(cell))
  }
}
