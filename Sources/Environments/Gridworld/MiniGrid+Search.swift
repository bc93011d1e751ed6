extension MiniGrid {
  /// What a search for the goal found.
  public enum WayToGoal: Hashable, Sendable {
    /// Actions of a shortest way.
    case actions(Int)
    /// There is no way.
    case none
    /// There were more states than the search was allowed to look at.
    case unknown
  }

  /// Looks for a shortest way to the goal, without regard to the step limit, by a search in breadth over the
  /// player's places, what is carried, and where every thing lies. Looks at `limit` states at most.
  public func wayToGoal(from state: State, limit: Int = 1_000_000) -> WayToGoal {
    var remaining = limit
    return wayToGoal(from: state, remaining: &remaining)
  }

  private func wayToGoal(from start: State, remaining: inout Int) -> WayToGoal {
    var start = start
    start.steps = 0
    var seen: Set<UInt64> = [key(of: start)]
    var frontier = [start]
    var distance = 0
    while !frontier.isEmpty {
      distance += 1
      var next: [State] = []
      for state in frontier {
        for action in 0..<6 {
          var child = state
          let transition = apply(action, to: &child)
          if transition.reward > 0 { return .actions(distance) }
          guard transition.status == .running, seen.insert(key(of: child)).inserted else { continue }
          remaining -= 1
          if remaining < 0 { return .unknown }
          next.append(child)
        }
      }
      frontier = next
    }
    return .none
  }

  /// Throws if things that block the way cannot all be moved out of it: what `GridMap` takes for granted.
  ///
  /// Looks at 200,000 states in all; where that does not decide it, the map is taken to be good.
  func checkWays(on map: GridMap) throws(RuleError) {
    guard map.tiles.contains(where: { GridCell($0).isPortable }) else { return }
    var remaining = 200_000
    for start in map.starts {
      let state = GridLayout.start(on: map, at: start, heading: .right)
      if wayToGoal(from: state, remaining: &remaining) == .none {
        let (line, column) = (start / map.columns + 1, start % map.columns + 1)
        throw RuleError(MapError.unreachableGoal(line: line, column: column).description)
      }
      if remaining < 0 { return }
    }
  }
}
