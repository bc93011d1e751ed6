extension Gridworld: Notation {
  /// `left`, `down`, `right` or `up`.
  public func name(of action: Action, in state: State) -> String { "\(heading(of: action))" }

  /// The map, with `@` where the player is, keys that were found taken away and their doors open; then, if
  /// keys were found, a line that names their colours.
  public func draw(_ state: State) -> String {
    var lines = (0..<map.rows).map { row in
      String((0..<map.columns).map { symbol(at: row * map.columns + $0, in: state) })
    }
    let found = map.keyColors.indices.filter { state.keys >> UInt8($0) & 1 == 1 }
    if !found.isEmpty { lines.append("has " + found.map { map.keyColors[$0].name }.joined(separator: ", ")) }
    return lines.joined(separator: "\n")
  }

  private func symbol(at cell: Int, in state: State) -> Character {
    if cell == state.position { return "@" }
    let tile = map.tiles[cell]
    switch tile {
    case .key where map.isUnlocked(cell, with: Int(state.keys)): return GridMap.Tile.floor.symbol
    case .lockedDoor where map.isUnlocked(cell, with: Int(state.keys)): return GridMap.Tile.openDoor.symbol
    default: return tile.symbol
    }
  }
}

extension Gridworld: Enumerable {
  public var starts: [State] { map.starts.map { State(cell: UInt16($0), home: UInt16($0)) } }

  /// The intended direction first, then the two perpendicular ones; equal results are not merged.
  public func outcomes(of state: State, taking action: Action) -> [Outcome<State>] {
    precondition(legalActions(in: state).contains(action), "illegal action")
    let heading = heading(of: action)
    let intended = intendedProbability(at: state.position)
    let slip = (1 - intended) / 2
    return [(heading, intended), (heading.counterclockwise, slip), (heading.clockwise, slip)]
      .filter { $0.1 > 0 }
      .map { heading, probability in
        var next = state
        let transition = move(&next, towards: heading)
        return Outcome(probability: probability, state: next, transition: transition)
      }
  }

  /// The running state of a player who has just been put on a cell, or nil if there is a wall or no cell.
  ///
  /// Cells that end an episode or cannot be walked on are allowed: tables of chances list moves off them too.
  public func state(atCell cell: Int) -> State? {
    guard map.tiles.indices.contains(cell), map.tiles[cell] != .wall else { return nil }
    return State(cell: UInt16(cell), home: UInt16(map.starts[0]))
  }
}
