extension Go {
  public func observe(_ state: State, into planes: inout MutableSpan<Float>) {
    var state = state
    let cells = side * side
    for element in 0..<8 * cells { planes[element] = 0 }
    let (isBlack, hasPassed): (Float, Float) = (state.toMove == .black ? 1 : 0, state.passes > 0 ? 1 : 0)
    for cell in 0..<cells {
      planes[8 * cells + cell] = isBlack
      planes[9 * cells + cell] = hasPassed
      let point = point(ofCell: cell)
      let stone = state.stones[point]
      if stone == .empty {
        let isRepeat = !state.isOver && isForbiddenByRepetition(point, in: &state)
        planes[7 * cells + cell] = isRepeat ? 1 : 0
        continue
      }
      let owner = stone == state.toMove ? 0 : 1
      planes[owner * cells + cell] = 1
      let liberties = state.liberties(of: point, upTo: 3)
      if liberties < 3 { planes[(1 + 2 * owner + liberties) * cells + cell] = 1 }
      if point == Int(state.lastPoint) { planes[6 * cells + cell] = 1 }
    }
  }

  private func isForbiddenByRepetition(_ point: Int, in state: inout State) -> Bool {
    let outcome = state.outcome(at: point)
    let board = state.boardAfter(point, outcome)
    return (rules.allowsSuicide || !outcome.isSuicide) && state.repeats(board, rules.repetition)
  }
}

extension Go.State {
  /// Different liberties of the chain of a stone, counted up to a limit of at most 4. O(size of the chain).
  mutating func liberties(of stone: Int, upTo limit: Int) -> Int {
    var found = InlineArray<4, Int>(repeating: 0)
    var count = 0
    var member = stone
    repeat {
      for index in 0..<4 {
        let next = neighbour(index, of: member)
        if stones[next] != .empty || next == found[0] || next == found[1] || next == found[2] { continue }
        found[count] = next
        count += 1
        if count == limit { return count }
      }
      member = link(member)
    } while member != stone
    return count
  }
}
