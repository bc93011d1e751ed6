extension Go: Scored {
  /// Black's area less White's and less komi.
  public func margin(of state: State) -> Float {
    let owners = owners(of: state)
    var difference = 0
    forEachCell { _, point in
      difference += owners[point] == .black ? 1 : owners[point] == .white ? -1 : 0
    }
    return Float(difference) - rules.komi
  }

  public func ownership(of state: State) -> [Int8] {
    let owners = owners(of: state)
    var result = [Int8](repeating: 0, count: side * side)
    forEachCell { cell, point in
      result[cell] = owners[point] == .black ? 1 : owners[point] == .white ? -1 : 0
    }
    return result
  }

  /// Every empty region that touches stones of one colour only is filled with that colour. O(points).
  private func owners(of state: State) -> InlineArray<points, GoStone> {
    var owners = state.stones
    // `wall` marks regions that are nobody's, so that each is visited once.
    for row in 1...side {
      for point in row * (side + 1) + 1...row * (side + 1) + side where owners[point] == .empty {
        fill(&owners, from: point, in: state)
      }
    }
    return owners
  }

  private func fill(_ owners: inout InlineArray<points, GoStone>, from start: Int, in state: State) {
    var region = InlineArray<points, UInt16>(repeating: 0)
    region[0] = UInt16(start)
    owners[start] = .wall
    var (count, visited) = (1, 0)
    var (touchesBlack, touchesWhite) = (false, false)
    while visited < count {
      let point = Int(region[visited])
      visited += 1
      for index in 0..<4 {
        let next = state.neighbour(index, of: point)
        if state.stones[next] == .black { touchesBlack = true }
        if state.stones[next] == .white { touchesWhite = true }
        if owners[next] == .empty {
          owners[next] = .wall
          region[count] = UInt16(next)
          count += 1
        }
      }
    }
    if touchesBlack == touchesWhite { return }
    for index in 0..<count { owners[Int(region[index])] = touchesBlack ? .black : .white }
  }
}
