extension Go {
  /// The points that a colour (0 Black, 1 White) keeps even if it passes for ever (Benson 1976): its
  /// unconditionally alive chains, and the regions around which there are only such chains and in which the
  /// opponent has no room for an eye. O(chains x regions x longest way) or less.
  func passAliveArea(of colour: Int, in state: State) -> GoPointSet<words> {
    let stones = state.occupied[colour]
    var alive = stones
    var isSettled = false
    while !isSettled {
      isSettled = true
      var rest = alive
      while !rest.isEmpty {
        let chain = rest.firstAlone.flooded(within: alive, stride: side + 1)
        rest = rest.subtracting(chain)
        if hasTwoEyes(chain, among: alive, stones, of: state) { continue }
        alive = alive.subtracting(chain)
        isSettled = false
      }
    }
    return alive.isEmpty ? alive : areaEnclosed(by: alive, stones, of: state)
  }

  /// Whether all is decided: every point belongs to one of the players for good.
  func isDecided(_ state: State) -> Bool {
    let occupied = state.occupied[0].union(state.occupied[1])
    // Each empty point of such an area touches a stone: this is soon found out.
    if !board.subtracting(occupied).subtracting(occupied.neighbours(stride: side + 1)).isEmpty {
      return false
    }
    return passAliveArea(of: 0, in: state).union(passAliveArea(of: 1, in: state)) == board
  }

  /// Whether a chain touches two regions that are vital to it and enclosed by chains that still count as alive.
  private func hasTwoEyes(
    _ chain: GoPointSet<words>, among alive: GoPointSet<words>, _ stones: GoPointSet<words>, of state: State
  ) -> Bool {
    let touched = chain.neighbours(stride: side + 1)
    var eyes = 0
    var rest = touched.intersection(board).subtracting(stones)
    while !rest.isEmpty {
      let region = rest.firstAlone.flooded(within: board.subtracting(stones), stride: side + 1)
      rest = rest.subtracting(region)
      let isVital = roomForEyes(in: region, of: state).subtracting(touched).isEmpty
      if isVital && isEnclosed(region, by: alive, stones) { eyes += 1 }
      if eyes == 2 { return true }
    }
    return false
  }

  private func areaEnclosed(
    by alive: GoPointSet<words>, _ stones: GoPointSet<words>, of state: State
  ) -> GoPointSet<words> {
    let touched = alive.neighbours(stride: side + 1)
    var area = alive
    var rest = board.subtracting(stones)
    while !rest.isEmpty {
      let region = rest.firstAlone.flooded(within: rest, stride: side + 1)
      rest = rest.subtracting(region)
      let hasRoom = !roomForEyes(in: region, of: state).subtracting(touched).isEmpty
      if !hasRoom && isEnclosed(region, by: alive, stones) { area = area.union(region) }
    }
    return area
  }

  private func isEnclosed(
    _ region: GoPointSet<words>, by alive: GoPointSet<words>, _ stones: GoPointSet<words>
  ) -> Bool {
    region.neighbours(stride: side + 1).intersection(stones).subtracting(alive).isEmpty
  }

  /// Where the opponent could have an eye if nothing touched the point: empty points; with suicide also
  /// the opponent's stones, which he may take off himself.
  private func roomForEyes(in region: GoPointSet<words>, of state: State) -> GoPointSet<words> {
    rules.allowsSuicide ? region : region.subtracting(state.occupied[0]).subtracting(state.occupied[1])
  }
}
